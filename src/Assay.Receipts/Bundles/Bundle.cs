using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>
/// Everything that a verifier needs for one receipt, in one file (<c>*.receipt</c>; spec/receipt.md, "Bundle").
/// Reading a bundle checks its form only; whether it is true is the verifier's question.
/// </summary>
public sealed class Bundle
{
    /// <summary>Most bytes of a bundle: 64 MiB.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <summary>Most messages of a chat.</summary>
    public const int MaxMessages = 2048;

    /// <summary>Most attachments: three leaves may name one each, and one the messages of a chat. Hashing millions of hostile ones would take minutes.</summary>
    public const int MaxAttachments = 3 + MaxMessages;

    /// <summary>Most bytes of <see cref="Material"/>.</summary>
    public const int MaxMaterialLength = (1 << 20) + (1 << 17);

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.Bundle);

    private Bundle(ReceiptEnvelope envelope, KeySet keySet, DisclosedClaims claims, DisclosedOutput output, IReadOnlyList<Attachment> attachments)
    {
        Envelope = envelope;
        KeySet = keySet;
        Claims = claims;
        Output = output;
        Attachments = attachments;
    }

    private Bundle(Bundle other)
        : this(other.Envelope, other.KeySet, other.Claims, other.Output, other.Attachments)
    {
        LogProof = other.LogProof;
        KeyEvents = other.KeyEvents;
        Endorsements = other.Endorsements;
        Proof = other.Proof;
        Material = other.Material;
    }

    /// <summary>The signed statement.</summary>
    public ReceiptEnvelope Envelope { get; }

    /// <summary>The node's keys.</summary>
    public KeySet KeySet { get; }

    /// <summary>The claims, as far as disclosed.</summary>
    public DisclosedClaims Claims { get; private init; }

    /// <summary>The output parts, as far as disclosed.</summary>
    public DisclosedOutput Output { get; private init; }

    /// <summary>Attached contents, ascending by digest.</summary>
    public IReadOnlyList<Attachment> Attachments { get; private init; }

    /// <summary>The proof that the receipt is logged; null while it isn't in a checkpoint.</summary>
    public LogProof? LogProof { get; private init; }

    /// <summary>What the log says about the node's keys, ascending by index; empty if nothing, and without a log proof.</summary>
    public IReadOnlyList<KeyEvent> KeyEvents { get; private init; } = [];

    /// <summary>What others said about the receipt later, strictly ascending by digest.</summary>
    public IReadOnlyList<AttachedEndorsement> Endorsements { get; private init; } = [];

    /// <summary>A proof that the answer was computed right; null if there is none.</summary>
    public AttachedProof? Proof { get; private init; }

    /// <summary>What goes with the evidence of endorsements by tee, not looked into (spec/attestation.md, "Material"); null if there is none.</summary>
    public ReadOnlyMemory<byte>? Material { get; private init; }

    /// <summary>Puts a bundle together from what a node keeps. Attachments may come in any order.</summary>
    /// <param name="claimsSection">The section of the claims tree (<see cref="SaltedTree.Section"/>).</param>
    /// <param name="outputSection">The section of the output tree.</param>
    /// <exception cref="ArgumentException">A section can't be read.</exception>
    public static Bundle Create(
        ReceiptEnvelope envelope,
        KeySet keySet,
        ReadOnlyMemory<byte> claimsSection,
        ReadOnlyMemory<byte> outputSection,
        IEnumerable<ReadOnlyMemory<byte>> attachments,
        LogProof? logProof,
        IReadOnlyList<KeyEvent>? keyEvents = null)
    {
        DisclosedClaims claims = DisclosedClaims.TryDecode(claimsSection, out string? error)
            ?? throw new ArgumentException($"Not a claims section ({error}).", nameof(claimsSection));
        DisclosedOutput output = DisclosedOutput.TryDecode(outputSection, out error)
            ?? throw new ArgumentException($"Not an output section ({error}).", nameof(outputSection));
        IReadOnlyList<Attachment> sorted = [.. attachments
            .Select(Attachment.Of)
            .DistinctBy(static a => a.Digest)
            .Order(Comparer<Attachment>.Create(static (a, b) => Digest32.Compare(a.Digest, b.Digest)))];
        return new Bundle(envelope, keySet, claims, output, sorted) { LogProof = logProof, KeyEvents = logProof is null ? [] : keyEvents ?? [] };
    }

    /// <summary>The attachment with this digest, or null.</summary>
    public Attachment? FindAttachment(in Digest32 digest)
    {
        foreach (Attachment attachment in Attachments)
        {
            if (attachment.Digest == digest)
            {
                return attachment;
            }
        }

        return null;
    }

    /// <summary>The same bundle with another log proof, or none, and the key events under its checkpoint.</summary>
    public Bundle WithLogProof(LogProof? logProof, IReadOnlyList<KeyEvent>? keyEvents = null) =>
        new(this) { LogProof = logProof, KeyEvents = logProof is null ? [] : keyEvents ?? [] };

    /// <summary>The same bundle with other endorsements, in any order; the first of several with one digest is kept, and at most <see cref="AttachedEndorsement.MaxCount"/>.</summary>
    public Bundle WithEndorsements(IEnumerable<AttachedEndorsement> endorsements) => new(this)
    {
        Endorsements = [.. endorsements
            .DistinctBy(static item => item.Endorsement.Digest)
            .Take(AttachedEndorsement.MaxCount)
            .Order(Comparer<AttachedEndorsement>.Create(static (a, b) => Digest32.Compare(a.Endorsement.Digest, b.Endorsement.Digest)))],
    };

    /// <summary>The same bundle with another proof, or none.</summary>
    public Bundle WithProof(AttachedProof? proof) => new(this) { Proof = proof };

    /// <summary>The same bundle with other material for evidence, or none.</summary>
    /// <exception cref="ArgumentException">It is empty or too long.</exception>
    public Bundle WithMaterial(ReadOnlyMemory<byte>? material) => material is { Length: 0 or > MaxMaterialLength }
        ? throw new ArgumentException($"Material has 1 to {MaxMaterialLength} bytes.", nameof(material))
        : new(this) { Material = material };

    internal Bundle Show(DisclosedClaims claims, DisclosedOutput output, IReadOnlyList<Attachment> attachments) =>
        new(this) { Claims = claims, Output = output, Attachments = attachments };

    /// <summary>Whether model id, inputs and outputs are all disclosed, so that the openings of peers' digests, and a proof, may go with them.</summary>
    public bool MayOpen => Disclosure.MayOpen(Claims, Output);

    /// <summary>The bundle's CBOR.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(8192);
        writer.WriteMapHeader(6 + (LogProof is null ? 0 : 1) + (KeyEvents.Count == 0 ? 0 : 1) + (Endorsements.Count == 0 ? 0 : 1) + (Proof is null ? 0 : 1) + (Material is null ? 0 : 1));
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.Bundle);
        writer.WriteUInt(2);
        writer.WriteBytes(Envelope.Encode());
        writer.WriteUInt(3);
        writer.WriteBytes(KeySet.Bytes.Span);
        writer.WriteUInt(4);
        Claims.Write(writer);
        writer.WriteUInt(5);
        Output.Write(writer);
        writer.WriteUInt(6);
        writer.WriteArrayHeader(Attachments.Count);
        foreach (Attachment attachment in Attachments)
        {
            writer.WriteBytes(attachment.Content.Span);
        }

        if (LogProof is not null)
        {
            writer.WriteUInt(7);
            LogProof.Write(writer);
        }

        if (KeyEvents.Count > 0)
        {
            writer.WriteUInt(8);
            KeyEvent.WriteAll(writer, KeyEvents);
        }

        if (Endorsements.Count > 0)
        {
            writer.WriteUInt(9);
            writer.WriteArrayHeader(Endorsements.Count);
            foreach (AttachedEndorsement item in Endorsements)
            {
                item.Write(writer);
            }
        }

        if (Proof is not null)
        {
            writer.WriteUInt(10);
            Proof.Write(writer);
        }

        if (Material is { } material)
        {
            writer.WriteUInt(11);
            writer.WriteBytes(material.Span);
        }

        return writer.ToArray();
    }

    /// <summary>
    /// Reads a bundle; keeps views of <paramref name="bytes"/>. Whatever is read encodes to the same bytes again.
    /// Errors: <see cref="ReceiptErrors"/>, <c>cbor/…</c>.
    /// </summary>
    public static Bundle? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        if (bytes.Length > MaxLength)
        {
            error = ReceiptErrors.BundleTooLarge;
            return null;
        }

        CborReader reader = new(bytes.Span);
        int pairs = reader.ReadMapHeader();
        if (pairs is < 6 or > 11)
        {
            reader.Fail(ReceiptErrors.BundleLayout);
        }

        reader.MapKey(1);
        if (!reader.ReadTextUtf8().SequenceEqual(Profile))
        {
            reader.Fail(ReceiptErrors.BundleProfile);
        }

        reader.MapKey(2);
        ReadOnlyMemory<byte> envelopeBytes = reader.ReadBytesOf(bytes);
        reader.MapKey(3);
        ReadOnlyMemory<byte> keySetBytes = reader.ReadBytesOf(bytes);
        reader.MapKey(4);
        ReadOnlyMemory<byte> claimsSection = reader.ReadItemOf(bytes);
        reader.MapKey(5);
        ReadOnlyMemory<byte> outputSection = reader.ReadItemOf(bytes);
        reader.MapKey(6);
        List<Attachment> attachments = ReadAttachments(ref reader, bytes);
        LogProof? logProof = null;
        int left = pairs - 6;
        if (left > 0 && reader.TryMapKey(7))
        {
            logProof = LogProof.Read(ref reader, bytes);
            left--;
        }

        List<KeyEvent> keyEvents = [];
        if (left > 0 && logProof is not null && reader.TryMapKey(8))
        {
            keyEvents = KeyEvent.ReadAll(ref reader, bytes);
            left--;
        }

        List<AttachedEndorsement> endorsements = [];
        if (left > 0 && reader.TryMapKey(9))
        {
            endorsements = AttachedEndorsement.ReadAll(ref reader, bytes);
            left--;
        }

        AttachedProof? proof = null;
        if (left > 0 && reader.TryMapKey(10))
        {
            proof = AttachedProof.Read(ref reader, bytes);
            left--;
        }

        ReadOnlyMemory<byte>? material = null;
        if (left > 0)
        {
            reader.MapKey(11);
            material = reader.ReadBytesOf(bytes);
            left--;
            if (material is { Length: 0 or > MaxMaterialLength })
            {
                reader.Fail(ReceiptErrors.BundleMaterial);
            }
        }

        if (left > 0)
        {
            reader.Fail(ReceiptErrors.BundleLayout);
        }

        reader.End();
        error = reader.Error;
        if (error is not null
            || ReceiptEnvelope.TryDecode(envelopeBytes, out error) is not { } envelope
            || KeySet.TryDecode(keySetBytes.Span, out error) is not { } keySet
            || DisclosedClaims.TryDecode(claimsSection, out error) is not { } claims
            || DisclosedOutput.TryDecode(outputSection, out error) is not { } output)
        {
            return null;
        }

        return new Bundle(envelope, keySet, claims, output, attachments) { LogProof = logProof, KeyEvents = keyEvents, Endorsements = endorsements, Proof = proof, Material = material };
    }

    private static List<Attachment> ReadAttachments(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        List<Attachment> attachments = [];
        int count = reader.ReadArrayHeader();
        if (count > MaxAttachments)
        {
            reader.Fail(ReceiptErrors.BundleAttachmentCount);
        }

        for (int left = count; left > 0 && reader.Error is null; left--)
        {
            Attachment attachment = Attachment.Of(reader.ReadBytesOf(source));
            if (attachments.Count > 0 && Digest32.Compare(attachments[^1].Digest, attachment.Digest) >= 0)
            {
                reader.Fail(ReceiptErrors.BundleAttachments);
            }

            attachments.Add(attachment);
        }

        return attachments;
    }
}
