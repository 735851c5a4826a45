using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>An entry of a node's log (spec/receipt.md, "Log entry"): the key set, as entry 0, a receipt, what became of the keys, or what was said about receipts later.</summary>
public abstract record LogEntry
{
    /// <summary>Most bytes of an entry.</summary>
    public const int MaxLength = 4096;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.LogEntry);

    private LogEntry()
    {
    }

    /// <summary>Entry 0: the node's key set.</summary>
    /// <param name="Bytes">The key set's bytes.</param>
    public sealed record ForKeySet(ReadOnlyMemory<byte> Bytes) : LogEntry;

    /// <summary>The node goes on with another key set.</summary>
    /// <param name="Rotation">The signed change, its signatures not looked into.</param>
    public sealed record ForRotation(KeyRotation Rotation) : LogEntry;

    /// <summary>A key set doesn't count any more.</summary>
    /// <param name="Revocation">The signed word, its signature not looked into.</param>
    public sealed record ForRevocation(KeyRevocation Revocation) : LogEntry;

    /// <summary>A receipt.</summary>
    /// <param name="Digest">The receipt digest.</param>
    /// <param name="Level">The level that was asked for.</param>
    /// <param name="Bucket">A text of <see cref="SizeBucket"/>.</param>
    public sealed record ForReceipt(Digest32 Digest, VerificationLevel Level, string Bucket) : LogEntry;

    /// <summary>What somebody said about a receipt later.</summary>
    /// <param name="Digest">The endorsement's digest.</param>
    /// <param name="By">On what it rests.</param>
    /// <param name="Finding">What it says.</param>
    public sealed record ForEndorsement(Digest32 Digest, Basis By, EndorsementFinding Finding) : LogEntry
    {
        /// <summary>The entry of an endorsement.</summary>
        public static ForEndorsement Of(Endorsement endorsement)
        {
            ArgumentNullException.ThrowIfNull(endorsement);
            return new ForEndorsement(endorsement.Digest, endorsement.By, endorsement.Finding);
        }
    }

    /// <summary>The entry's CBOR: the data of its leaf in the log.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(128);
        switch (this)
        {
            case ForKeySet keySet:
                writer.WriteArrayHeader(3);
                writer.WriteText(DomainTags.LogEntry);
                writer.WriteText("keyset");
                writer.WriteBytes(keySet.Bytes.Span);
                break;
            case ForRotation rotation:
                writer.WriteArrayHeader(4);
                writer.WriteText(DomainTags.LogEntry);
                writer.WriteText("rotation");
                rotation.Rotation.Write(writer);
                break;
            case ForRevocation revocation:
                writer.WriteArrayHeader(3);
                writer.WriteText(DomainTags.LogEntry);
                writer.WriteText("revocation");
                revocation.Revocation.Write(writer);
                break;
            case ForReceipt receipt:
                writer.WriteArrayHeader(5);
                writer.WriteText(DomainTags.LogEntry);
                writer.WriteText("receipt");
                writer.WriteBytes(receipt.Digest.Bytes);
                writer.WriteText(receipt.Level.ToString());
                writer.WriteText(receipt.Bucket);
                break;
            case ForEndorsement endorsement:
                writer.WriteArrayHeader(5);
                writer.WriteText(DomainTags.LogEntry);
                writer.WriteText("endorsement");
                writer.WriteBytes(endorsement.Digest.Bytes);
                writer.WriteText(PolicyNames.Id(endorsement.By));
                writer.WriteText(EndorsementNames.Id(endorsement.Finding));
                break;
        }

        return writer.ToArray();
    }

    /// <summary>Reads an entry. Errors: <c>entry/…</c> of <see cref="ReceiptErrors"/>, <c>cbor/…</c>. The bytes of a key set aren't looked into.</summary>
    public static LogEntry? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        if (bytes.Length > MaxLength)
        {
            reader.Fail(ReceiptErrors.EntryLayout);
        }

        int count = reader.ReadArrayHeader();
        if (!reader.ReadTextUtf8().SequenceEqual(Profile))
        {
            reader.Fail(ReceiptErrors.EntryProfile);
        }

        ReadOnlySpan<byte> kind = reader.ReadTextUtf8();
        LogEntry? entry = null;
        if (count == 3 && kind.SequenceEqual("keyset"u8))
        {
            entry = new ForKeySet(reader.ReadBytesOf(bytes));
        }
        else if (count == 4 && kind.SequenceEqual("rotation"u8))
        {
            entry = KeyRotation.Read(ref reader) is { } rotation ? new ForRotation(rotation) : null;
        }
        else if (count == 3 && kind.SequenceEqual("revocation"u8))
        {
            entry = KeyRevocation.Read(ref reader) is { } revocation ? new ForRevocation(revocation) : null;
        }
        else if (count == 5 && kind.SequenceEqual("receipt"u8))
        {
            Digest32 digest = reader.ReadDigest();
            if (!VerificationLevel.TryParseCanonical(reader.ReadText(), out VerificationLevel level, out _))
            {
                reader.Fail(ReceiptErrors.EntryLevel);
            }

            string bucket = reader.ReadText();
            if (!SizeBucket.IsKnown(bucket))
            {
                reader.Fail(ReceiptErrors.EntryBucket);
            }

            entry = new ForReceipt(digest, level, bucket);
        }
        else if (count == 5 && kind.SequenceEqual("endorsement"u8))
        {
            entry = ReadEndorsement(ref reader);
        }
        else
        {
            reader.Fail(ReceiptErrors.EntryLayout);
        }

        reader.End();
        error = reader.Error;
        return error is null ? entry : null;
    }

    private static ForEndorsement? ReadEndorsement(ref CborReader reader)
    {
        Digest32 digest = reader.ReadDigest();
        string by = reader.ReadText();
        string finding = reader.ReadText();
        if (PolicyNames.TryBasis(by, out Basis basis) && basis is Basis.Replay or Basis.Tee or Basis.Zk or Basis.Settlement
            && EndorsementNames.TryFinding(finding, out EndorsementFinding found))
        {
            return new ForEndorsement(digest, basis, found);
        }

        reader.Fail(ReceiptErrors.EntryLayout);
        return null;
    }
}
