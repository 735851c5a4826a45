using System.Buffers;
using Assay.Node.Issuing;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>An answer that was given before, from its receipt: the same bytes.</summary>
internal static class StoredAnswer
{
    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">The receipt isn't there any more.</exception>
    internal static InferenceReply Read(ReceiptReader receipts, ReceiptId id)
    {
        DurableReceipt receipt = receipts.Read(id) ?? throw new InvalidDataException($"receipt {id} of a payment isn't in the log");
        Digest32 digest = receipt.Bundle.Claims.Digest(ClaimRegistry.OutputWireDigest) ?? throw new InvalidDataException($"receipt {id} has no answer");
        ReadOnlyMemory<byte> answer = receipt.Bundle.FindAttachment(digest)?.Content ?? throw new InvalidDataException($"receipt {id} has no answer");
        PolicyDocument policy = receipt.Policy ?? throw new InvalidDataException($"receipt {id} has no policy that can be read");
        return new InferenceReply(id, new Plan(policy.Level, receipt.Bundle.Envelope.Statement.LevelSource, policy, []), Framed(answer.Span, out bool isStream), ReadSecret.Of(receipt.Seed.Span)) { IsStream = isStream };
    }

    // A receipt keeps a stream as its transcript (spec/chat.md, "Stream"), which ends as no body does.
    private static byte[] Framed(ReadOnlySpan<byte> answer, out bool isStream)
    {
        isStream = answer.EndsWith("[DONE]\n"u8);
        if (!isStream)
        {
            return answer.ToArray();
        }

        ArrayBufferWriter<byte> framed = new(answer.Length * 2);
        foreach (Range line in answer[..^1].Split((byte)'\n'))
        {
            framed.Write("data: "u8);
            framed.Write(answer[line]);
            framed.Write("\n\n"u8);
        }

        return framed.WrittenSpan.ToArray();
    }
}
