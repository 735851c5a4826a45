using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>An endorsement as it goes with a bundle, and as a peer hands it out (spec/endorsements.md, "In a bundle").</summary>
public sealed class AttachedEndorsement
{
    /// <summary>Most in a bundle.</summary>
    public const int MaxCount = 32;

    /// <summary>Most bytes of evidence by tee; by any other basis <see cref="ReplayEvidence.MaxLength"/>.</summary>
    public const int MaxTeeEvidenceLength = 1 << 16;

    private AttachedEndorsement(Endorsement endorsement, ReadOnlyMemory<byte>? evidence, ReadOnlyMemory<byte>? opening, LogProof? logProof)
    {
        Endorsement = endorsement;
        Evidence = evidence;
        Opening = opening;
        LogProof = logProof;
    }

    /// <summary>The signed message.</summary>
    public Endorsement Endorsement { get; }

    /// <summary>The evidence's bytes, not looked into; null if they aren't here.</summary>
    public ReadOnlyMemory<byte>? Evidence { get; }

    /// <summary>The salt of the evidence's digests, 16 bytes; null if it was left out, and always by tee, whose evidence has no digests of the answer.</summary>
    public ReadOnlyMemory<byte>? Opening { get; }

    /// <summary>The proof that it is logged, under a checkpoint of its own; null if there is none here.</summary>
    public LogProof? LogProof { get; }

    /// <summary>Puts one together.</summary>
    /// <exception cref="ArgumentException">Evidence or opening have a wrong length.</exception>
    public static AttachedEndorsement Create(Endorsement endorsement, ReadOnlyMemory<byte>? evidence, ReadOnlyMemory<byte>? opening, LogProof? logProof)
    {
        ArgumentNullException.ThrowIfNull(endorsement);
        return Fits(endorsement.By, evidence, opening)
            ? new AttachedEndorsement(endorsement, evidence, opening, logProof)
            : throw new ArgumentException("Evidence has at most 2048 bytes (by tee 65536), an opening 16 (by tee there is none).", nameof(evidence));
    }

    /// <summary>The same without its opening.</summary>
    public AttachedEndorsement WithoutOpening() => new(Endorsement, Evidence, null, LogProof);

    /// <summary>The same with a log proof, or without one.</summary>
    public AttachedEndorsement WithLogProof(LogProof? logProof) => new(Endorsement, Evidence, Opening, logProof);

    /// <summary>The item's CBOR.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(1024);
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>Reads one item; keeps views of <paramref name="bytes"/>. Errors: <see cref="ReceiptErrors.BundleEndorsements"/>, <c>cbor/…</c>, <c>cose/…</c> and those of the endorsement and of the log proof.</summary>
    public static AttachedEndorsement? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        AttachedEndorsement? item = Read(ref reader, bytes);
        reader.End();
        error = reader.Error;
        return error is null ? item : null;
    }

    internal static List<AttachedEndorsement> ReadAll(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        List<AttachedEndorsement> items = [];
        int count = reader.ReadArrayHeader();
        if (count is 0 or > MaxCount)
        {
            reader.Fail(ReceiptErrors.BundleEndorsements);
        }

        for (int left = count; left > 0 && reader.Error is null; left--)
        {
            AttachedEndorsement? item = Read(ref reader, source);
            if (item is not null && items.Count > 0 && Digest32.Compare(items[^1].Endorsement.Digest, item.Endorsement.Digest) >= 0)
            {
                reader.Fail(ReceiptErrors.BundleEndorsements);
            }

            if (item is not null)
            {
                items.Add(item);
            }
        }

        return items;
    }

    internal void Write(CborWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.WriteBytes(Endorsement.Bytes.Span);
        WriteNullable(writer, Evidence);
        WriteNullable(writer, Opening);
        if (LogProof is null)
        {
            writer.WriteNull();
        }
        else
        {
            LogProof.Write(writer);
        }
    }

    /// <summary>Null after an error, which the reader keeps.</summary>
    private static AttachedEndorsement? Read(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        reader.ReadArrayHeader(4);
        ReadOnlyMemory<byte> bytes = reader.ReadBytesOf(source);
        ReadOnlyMemory<byte>? evidence = ReadNullable(ref reader, source);
        ReadOnlyMemory<byte>? opening = ReadNullable(ref reader, source);
        LogProof? logProof = null;
        if (reader.Peek() == CborKind.Null)
        {
            reader.ReadNull();
        }
        else
        {
            logProof = LogProof.Read(ref reader, source);
        }

        if (reader.Error is not null)
        {
            return null;
        }

        if (Endorsement.TryDecode(bytes, out string? error) is not { } endorsement)
        {
            reader.Fail(error!);
            return null;
        }

        if (!Fits(endorsement.By, evidence, opening))
        {
            reader.Fail(ReceiptErrors.BundleEndorsements);
            return null;
        }

        return new AttachedEndorsement(endorsement, evidence, opening, logProof);
    }

    private static bool Fits(Basis by, ReadOnlyMemory<byte>? evidence, ReadOnlyMemory<byte>? opening) => by == Basis.Tee
        ? evidence is not { Length: > MaxTeeEvidenceLength } && opening is null
        : evidence is not { Length: > ReplayEvidence.MaxLength } && opening is not { Length: not TensorDigest.SaltSize };

    private static ReadOnlyMemory<byte>? ReadNullable(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        if (reader.Peek() != CborKind.Null)
        {
            return reader.ReadBytesOf(source);
        }

        reader.ReadNull();

        // A plain null would become an empty memory here.
        return default(ReadOnlyMemory<byte>?);
    }

    private static void WriteNullable(CborWriter writer, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is { } present)
        {
            writer.WriteBytes(present.Span);
        }
        else
        {
            writer.WriteNull();
        }
    }
}
