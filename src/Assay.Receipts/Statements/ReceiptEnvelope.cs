using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>
/// A statement with the way from it to what the node signed: its place in the batch, the path to the batch's root,
/// and the COSE_Sign1 over the batch head (spec/receipt.md, "Envelope").
/// </summary>
public sealed class ReceiptEnvelope
{
    /// <summary>Most statements in a batch.</summary>
    public const ulong MaxBatch = 1 << 20;

    /// <summary>Most path entries.</summary>
    public const int MaxPath = 20;

    /// <summary>Most bytes of the COSE_Sign1.</summary>
    public const int MaxCoseLength = 4096;

    internal ReceiptEnvelope(ReadOnlyMemory<byte> statementBytes, ReceiptStatement statement, Digest32 digest, ulong index, ulong size, ImmutableArray<Digest32> path, ReadOnlyMemory<byte> cose)
    {
        StatementBytes = statementBytes;
        Statement = statement;
        Digest = digest;
        Index = index;
        Size = size;
        Path = path;
        Cose = cose;
    }

    /// <summary>The statement's 203 bytes.</summary>
    public ReadOnlyMemory<byte> StatementBytes { get; }

    /// <summary>The statement.</summary>
    public ReceiptStatement Statement { get; }

    /// <summary>The receipt digest.</summary>
    public Digest32 Digest { get; }

    /// <summary>Place in the batch, from 0.</summary>
    public ulong Index { get; }

    /// <summary>Number of statements in the batch.</summary>
    public ulong Size { get; }

    /// <summary>Siblings from the statement up to the batch's root; empty in a batch of one.</summary>
    public ImmutableArray<Digest32> Path { get; }

    /// <summary>The COSE_Sign1 over the batch head, not looked into.</summary>
    public ReadOnlyMemory<byte> Cose { get; }

    /// <summary>The envelope's CBOR.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(StatementBytes.Length + Cose.Length + Path.Length * (Digest32.Size + 2) + 32);
        writer.WriteArrayHeader(5);
        writer.WriteBytes(StatementBytes.Span);
        writer.WriteUInt(Index);
        writer.WriteUInt(Size);
        CborPaths.Write(writer, Path.AsSpan());
        writer.WriteBytes(Cose.Span);
        return writer.ToArray();
    }

    /// <summary>
    /// Reads an envelope; keeps views of <paramref name="bytes"/>. Errors: <c>envelope/…</c> and <c>statement/…</c> of <see cref="ReceiptErrors"/>, <c>cbor/…</c>.
    /// </summary>
    public static ReceiptEnvelope? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        reader.ReadArrayHeader(5);
        ReadOnlyMemory<byte> statementBytes = reader.ReadBytesOf(bytes);
        ulong index = reader.ReadUInt();
        ulong size = reader.ReadUInt();
        ImmutableArray<Digest32> path = CborPaths.Read(ref reader, MaxPath);
        ReadOnlyMemory<byte> cose = reader.ReadBytesOf(bytes);
        reader.End();

        error = reader.Error
            ?? (path.IsDefault || size > MaxBatch || index >= size ? ReceiptErrors.EnvelopePath
            : cose.Length > MaxCoseLength ? ReceiptErrors.EnvelopeSignature
            : null);
        if (error is not null)
        {
            return null;
        }

        ReceiptStatement? statement = ReceiptStatement.TryDecode(statementBytes.Span, out error);
        return statement is null
            ? null
            : new ReceiptEnvelope(statementBytes, statement, ReceiptStatement.DigestOf(statementBytes.Span), index, size, path, cose);
    }
}
