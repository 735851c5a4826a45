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
        return new InferenceReply(id, new Plan(policy.Level, receipt.Bundle.Envelope.Statement.LevelSource, policy, []), answer.ToArray(), ReadSecret.Of(receipt.Seed.Span));
    }
}
