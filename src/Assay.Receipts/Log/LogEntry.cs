using System.Buffers;
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

    private static readonly SearchValues<char> TypeCharacters = SearchValues.Create("-0123456789abcdefghijklmnopqrstuvwxyz");

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

    /// <summary>Evidence by which a key that was made inside attested hardware endorses receipts.</summary>
    /// <param name="Evidence">Digest of the evidence.</param>
    /// <param name="Type">The evidence's type, for example <c>aws-nitro</c>: 1 to <see cref="MaxTypeLength"/> of a-z, 0-9 and <c>-</c>.</param>
    /// <param name="Grade">Who could get at the machine, as the node says: <c>simulated</c>, <c>operator-held</c> or <c>third-party-hosted</c>.</param>
    /// <param name="Platform">Digest of the platform's identity.</param>
    /// <param name="Key">Thumbprint of the key.</param>
    public sealed record ForAttestation(Digest32 Evidence, string Type, string Grade, Digest32 Platform, Digest32 Key) : LogEntry;

    /// <summary>An appraisal policy that the node holds itself to.</summary>
    /// <param name="Policy">The policy's digest.</param>
    /// <param name="Name">Its name: 1 to <see cref="MaxNameLength"/> printable ASCII characters.</param>
    /// <param name="Version">Its version, from 1.</param>
    public sealed record ForAttestationPolicy(Digest32 Policy, string Name, ulong Version) : LogEntry;

    /// <summary>Most characters of an evidence's type.</summary>
    public const int MaxTypeLength = 40;

    /// <summary>Most characters of a policy's name.</summary>
    public const int MaxNameLength = 200;

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
            case ForAttestation attestation:
                writer.WriteArrayHeader(7);
                writer.WriteText(DomainTags.LogEntry);
                writer.WriteText("attestation");
                writer.WriteBytes(attestation.Evidence.Bytes);
                writer.WriteText(attestation.Type);
                writer.WriteText(attestation.Grade);
                writer.WriteBytes(attestation.Platform.Bytes);
                writer.WriteBytes(attestation.Key.Bytes);
                break;
            case ForAttestationPolicy policy:
                writer.WriteArrayHeader(5);
                writer.WriteText(DomainTags.LogEntry);
                writer.WriteText("attestation-policy");
                writer.WriteBytes(policy.Policy.Bytes);
                writer.WriteText(policy.Name);
                writer.WriteUInt(policy.Version);
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
        else if (count == 7 && kind.SequenceEqual("attestation"u8))
        {
            entry = ReadAttestation(ref reader);
        }
        else if (count == 5 && kind.SequenceEqual("attestation-policy"u8))
        {
            entry = ReadAttestationPolicy(ref reader);
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

    // A type that this version doesn't know can be counted all the same.
    private static ForAttestation ReadAttestation(ref CborReader reader)
    {
        ForAttestation entry = new(reader.ReadDigest(), reader.ReadText(), reader.ReadText(), reader.ReadDigest(), reader.ReadDigest());
        if (reader.Error is null
            && (entry.Type.Length is 0 or > MaxTypeLength || entry.Type.AsSpan().ContainsAnyExcept(TypeCharacters) || entry.Grade is not ("simulated" or "operator-held" or "third-party-hosted")))
        {
            reader.Fail(ReceiptErrors.EntryLayout);
        }

        return entry;
    }

    private static ForAttestationPolicy ReadAttestationPolicy(ref CborReader reader)
    {
        ForAttestationPolicy entry = new(reader.ReadDigest(), reader.ReadText(), reader.ReadUInt());
        if (reader.Error is null && (entry.Name.Length is 0 or > MaxNameLength || entry.Name.AsSpan().ContainsAnyExceptInRange(' ', '~') || entry.Version == 0))
        {
            reader.Fail(ReceiptErrors.EntryLayout);
        }

        return entry;
    }
}
