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

    /// <summary>Most attachments: as many leaves may name one. Hashing millions of hostile ones would take minutes.</summary>
    public const int MaxAttachments = 3;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.Bundle);

    internal Bundle(ReceiptEnvelope envelope, KeySet keySet, DisclosedClaims claims, DisclosedOutput output, IReadOnlyList<Attachment> attachments, LogProof? logProof, IReadOnlyList<KeyEvent> keyEvents)
    {
        Envelope = envelope;
        KeySet = keySet;
        Claims = claims;
        Output = output;
        Attachments = attachments;
        LogProof = logProof;
        KeyEvents = keyEvents;
    }

    /// <summary>The signed statement.</summary>
    public ReceiptEnvelope Envelope { get; }

    /// <summary>The node's keys.</summary>
    public KeySet KeySet { get; }

    /// <summary>The claims, as far as disclosed.</summary>
    public DisclosedClaims Claims { get; }

    /// <summary>The output parts, as far as disclosed.</summary>
    public DisclosedOutput Output { get; }

    /// <summary>Attached contents, ascending by digest.</summary>
    public IReadOnlyList<Attachment> Attachments { get; }

    /// <summary>The proof that the receipt is logged; null while it isn't in a checkpoint.</summary>
    public LogProof? LogProof { get; }

    /// <summary>What the log says about the node's keys, ascending by index; empty if nothing, and without a log proof.</summary>
    public IReadOnlyList<KeyEvent> KeyEvents { get; }

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
        return new Bundle(envelope, keySet, claims, output, sorted, logProof, logProof is null ? [] : keyEvents ?? []);
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
        new(Envelope, KeySet, Claims, Output, Attachments, logProof, logProof is null ? [] : keyEvents ?? []);

    /// <summary>The bundle's CBOR.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(8192);
        writer.WriteMapHeader(LogProof is null ? 6 : KeyEvents.Count == 0 ? 7 : 8);
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
        if (pairs is not (6 or 7 or 8))
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
        if (pairs >= 7)
        {
            reader.MapKey(7);
            logProof = LogProof.Read(ref reader, bytes);
        }

        List<KeyEvent> keyEvents = [];
        if (pairs == 8)
        {
            reader.MapKey(8);
            keyEvents = KeyEvent.ReadAll(ref reader, bytes);
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

        return new Bundle(envelope, keySet, claims, output, attachments, logProof, keyEvents);
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
