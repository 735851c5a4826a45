using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Node.Issuing;

/// <summary>
/// What the database keeps for one receipt: CBOR <c>[envelope, claims, output, request, response, statement digest]</c>, all byte
/// strings. The key set, the publisher's statement and the log's proof are the same for many and are joined in on the way out.
/// </summary>
internal sealed record ReceiptRecord(
    ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte> Claims, ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Response, Digest32 StatementDigest)
{
    private const int Members = 6;

    /// <summary>Everything but the envelope; made on the request's thread.</summary>
    internal static byte[] EncodeContent(ReadOnlySpan<byte> claims, ReadOnlySpan<byte> output, ReadOnlySpan<byte> request, ReadOnlySpan<byte> response, in Digest32 statementDigest)
    {
        CborWriter writer = new(claims.Length + output.Length + request.Length + response.Length + 96);
        writer.WriteBytes(claims);
        writer.WriteBytes(output);
        writer.WriteBytes(request);
        writer.WriteBytes(response);
        writer.WriteBytes(statementDigest.Bytes);
        return writer.ToArray();
    }

    /// <summary>The record, once the envelope is known.</summary>
    internal static byte[] Encode(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> content)
    {
        CborWriter writer = new(envelope.Length + content.Length + 16);
        writer.WriteArrayHeader(Members);
        writer.WriteBytes(envelope);
        writer.WriteRaw(content);
        return writer.ToArray();
    }

    internal static ReceiptRecord? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        int members = reader.ReadArrayHeader();
        byte[][] parts = new byte[Members][];
        for (int i = 0; i < Members; i++)
        {
            parts[i] = reader.ReadBytes().ToArray();
        }

        reader.End();
        error = reader.Error;
        if (error is null && (members != Members || !Digest32.TryFrom(parts[5], out _)))
        {
            error = "record/layout";
        }

        return error is null ? new ReceiptRecord(parts[0], parts[1], parts[2], parts[3], parts[4], Digest32.From(parts[5])) : null;
    }
}
