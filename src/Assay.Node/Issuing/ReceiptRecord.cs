using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>
/// What the database keeps for one receipt: CBOR <c>[envelope, salt seed, claims, output, request, response, statement digest]</c>, all byte
/// strings; claims and output without their salts (<see cref="UnsaltedSections"/>). The key set, the publisher's statement and the
/// log's proof are the same for many and are joined in on the way out.
/// </summary>
internal sealed record ReceiptRecord(
    ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte> Claims, ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Response, Digest32 StatementDigest)
{
    /// <summary>What salts and <see cref="ReadSecret"/> follow from; it never leaves the node.</summary>
    internal required ReadOnlyMemory<byte> Seed { get; init; }

    private const int Members = 7;

    /// <summary>Everything but the envelope; made on the request's thread, with that thread's writer.</summary>
    internal static byte[] EncodeContent(
        CborWriter writer, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> claims, ReadOnlySpan<byte> output, ReadOnlySpan<byte> request, ReadOnlySpan<byte> response, in Digest32 statementDigest)
    {
        writer.Reset();
        writer.WriteBytes(seed);
        writer.WriteBytes(claims);
        writer.WriteBytes(output);
        writer.WriteBytes(request);
        writer.WriteBytes(response);
        writer.WriteBytes(statementDigest.Bytes);
        return writer.ToArray();
    }

    /// <summary>What stands before the content, once the envelope is known.</summary>
    internal static byte[] EncodeHead(ReadOnlySpan<byte> envelope)
    {
        CborWriter writer = new(envelope.Length + 16);
        writer.WriteArrayHeader(Members);
        writer.WriteBytes(envelope);
        return writer.ToArray();
    }

    /// <summary>Reads a record and makes its sections whole again.</summary>
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
        if (error is null && (members != Members || parts[1].Length != SaltSequence.SeedSize || !Digest32.TryFrom(parts[6], out _)))
        {
            error = "record/layout";
        }

        if (error is not null)
        {
            return null;
        }

        SaltSequence salts = new();
        salts.Reset(parts[1]);
        byte[]? claims = UnsaltedSections.RestoreClaims(parts[2], salts.Fill);
        byte[]? output = UnsaltedSections.RestoreOutput(parts[3], salts.Fill);
        error = claims is null ? "record/claims" : output is null ? "record/output" : null;
        return error is null ? new ReceiptRecord(parts[0], claims, output, parts[4], parts[5], Digest32.From(parts[6])) { Seed = parts[1] } : null;
    }
}
