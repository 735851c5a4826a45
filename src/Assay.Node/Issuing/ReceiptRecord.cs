using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Merkle;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>
/// What the database keeps for one receipt: CBOR <c>[envelope, salt seed, claims, output, request, response, statement digest]</c>, all byte
/// strings; claims and output without their salts (<see cref="UnsaltedSections"/>). The key set, the publisher's statement and the
/// log's proof are the same for many and are joined in on the way out.
/// </summary>
/// <remarks>
/// Of a confidential request seed, response and statement digest are empty, claims and output whole with every leaf redacted, and in place of
/// the request stands the CBOR sequence of what the other kind has, from the seed on, as <see cref="SealedContent"/>.
/// </remarks>
internal sealed record ReceiptRecord(
    ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte> Claims, ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Response, Digest32? StatementDigest)
{
    /// <summary>What salts and <see cref="ReadSecret"/> follow from; it never leaves the node. Empty: the content is sealed.</summary>
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

    /// <summary>Content that is readable with the receipt's secret only; of the rest, salted digests.</summary>
    internal static byte[] SealContent(ReadOnlySpan<byte> seed, ReadOnlyMemory<byte> content)
    {
        (byte[][]? parts, _) = ReadParts(content.Span, Members - 1);
        (byte[]? claims, byte[]? output) = parts is null ? (null, null) : Restore(parts);
        CborWriter writer = new(content.Length + 4096);
        writer.WriteBytes([]);
        writer.WriteBytes(Redact(claims!, depth: 2));
        writer.WriteBytes(Redact(output!, depth: 1));
        writer.WriteBytes(SealedContent.Seal(ReadSecret.Of(seed), content.Span));
        writer.WriteBytes([]);
        writer.WriteBytes([]);
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

    /// <summary>Reads a record and makes its sections whole again; with every leaf redacted if it's sealed and <paramref name="secret"/> doesn't open it.</summary>
    internal static ReceiptRecord? TryDecode(ReadOnlyMemory<byte> bytes, out string? error, string? secret = null)
    {
        CborReader reader = new(bytes.Span);
        int members = reader.ReadArrayHeader();
        ReadOnlySpan<byte> envelopeItem = reader.ReadRawItem();
        error = reader.Error;
        if (error is not null || members != Members)
        {
            error ??= "record/layout";
            return null;
        }

        byte[] envelope = new CborReader(envelopeItem).ReadBytes().ToArray();
        (byte[][]? parts, error) = ReadParts(bytes.Span[reader.Position..], Members - 1);
        if (parts is [{ Length: 0 }, { } hiddenClaims, { } hiddenOutput, { } box, { Length: 0 }, { Length: 0 }])
        {
            if (secret is null || SealedContent.TryOpen(secret, box) is not { } content)
            {
                return new ReceiptRecord(envelope, hiddenClaims, hiddenOutput, default, default, null) { Seed = default };
            }

            (parts, error) = ReadParts(content, Members - 1);
        }

        if (parts is not null && (parts[0].Length != SaltSequence.SeedSize || !Digest32.TryFrom(parts[5], out _)))
        {
            error = "record/layout";
        }

        if (error is not null)
        {
            return null;
        }

        (byte[]? claims, byte[]? output) = Restore(parts!);
        error = claims is null ? "record/claims" : output is null ? "record/output" : null;
        return error is null ? new ReceiptRecord(envelope, claims, output, parts![3], parts[4], Digest32.From(parts[5])) { Seed = parts[0] } : null;
    }

    // Leaves below so many arrays, each as its leaf hash (spec/receipt.md, "Bundle").
    private static byte[] Redact(ReadOnlySpan<byte> section, int depth)
    {
        CborReader reader = new(section);
        CborWriter writer = new(2048);
        Redact(ref reader, writer, depth);
        return writer.ToArray();
    }

    private static void Redact(ref CborReader reader, CborWriter writer, int depth)
    {
        if (depth == 0)
        {
            writer.WriteBytes(MerkleTree.LeafHash(reader.ReadRawItem()).Bytes);
            return;
        }

        int count = reader.ReadArrayHeader();
        writer.WriteArrayHeader(count);
        for (int i = 0; i < count && reader.Error is null; i++)
        {
            Redact(ref reader, writer, depth - 1);
        }
    }

    private static (byte[][]? Parts, string? Error) ReadParts(ReadOnlySpan<byte> sequence, int count)
    {
        CborReader reader = new(sequence);
        byte[][] parts = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            parts[i] = reader.ReadBytes().ToArray();
        }

        reader.End();
        return reader.Error is null ? (parts, null) : (null, reader.Error);
    }

    private static (byte[]? Claims, byte[]? Output) Restore(byte[][] parts)
    {
        SaltSequence salts = new();
        salts.Reset(parts[0]);
        byte[]? claims = UnsaltedSections.RestoreClaims(parts[1], salts.Fill);
        return (claims, UnsaltedSections.RestoreOutput(parts[2], salts.Fill));
    }
}
