using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Attestation;

/// <summary>
/// What an attester hands out (spec/attestation.md, "Evidence"): the vendor's bytes, said to be of a type, and the binding that they
/// are said to carry. Reading one checks its form only; neither part is looked into.
/// </summary>
public sealed class AttestationEvidence
{
    /// <summary>Most bytes of the whole.</summary>
    public const int MaxLength = 1 << 16;

    /// <summary>Most bytes of the vendor's part.</summary>
    public const int MaxEvidenceLength = 1 << 15;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.AttestationEvidence);

    private AttestationEvidence(EvidenceType type, ReadOnlyMemory<byte> evidence, ReadOnlyMemory<byte> binding, ReadOnlyMemory<byte> bytes)
    {
        Type = type;
        Evidence = evidence;
        Binding = binding;
        Bytes = bytes;
    }

    /// <summary>What the evidence is said to be.</summary>
    public EvidenceType Type { get; }

    /// <summary>The vendor's bytes: a Nitro document, a report, a quote.</summary>
    public ReadOnlyMemory<byte> Evidence { get; }

    /// <summary>The bytes of a <see cref="TeeBinding"/>.</summary>
    public ReadOnlyMemory<byte> Binding { get; }

    /// <summary>The whole as CBOR.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Puts one together.</summary>
    /// <exception cref="ArgumentException">A part has a wrong length.</exception>
    public static AttestationEvidence Create(EvidenceType type, ReadOnlySpan<byte> evidence, ReadOnlySpan<byte> binding)
    {
        CborWriter writer = new(evidence.Length + binding.Length + 128);
        writer.WriteMapHeader(4);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.AttestationEvidence);
        writer.WriteUInt(2);
        writer.WriteText(EvidenceTypes.NameOf(type));
        writer.WriteUInt(3);
        writer.WriteBytes(evidence);
        writer.WriteUInt(4);
        writer.WriteBytes(binding);
        return TryDecode(writer.ToArray(), out string? error) ?? throw new ArgumentException($"No evidence has these parts ({error}).");
    }

    /// <summary>
    /// A vendor's bytes by themselves, as other systems hand them out: nobody says what was bound, so that nothing can be accepted, but
    /// everything else can be looked at. <see cref="Binding"/> and <see cref="Bytes"/> are empty.
    /// </summary>
    /// <exception cref="ArgumentException">No bytes, or too many.</exception>
    public static AttestationEvidence WithoutBinding(EvidenceType type, ReadOnlyMemory<byte> evidence) => evidence.Length is > 0 and <= MaxEvidenceLength
        ? new AttestationEvidence(type, evidence, default, default)
        : throw new ArgumentException($"Evidence has 1 to {MaxEvidenceLength} bytes.", nameof(evidence));

    /// <summary>Reads one; keeps views of <paramref name="bytes"/>. Errors: <c>attestation/…</c> of <see cref="AttestationErrors"/>, <c>cbor/…</c>.</summary>
    public static AttestationEvidence? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        reader.ReadMapHeader(4);
        reader.MapKey(1);
        ReadOnlySpan<byte> profile = reader.ReadTextUtf8();
        reader.MapKey(2);
        string name = reader.ReadText();
        reader.MapKey(3);
        ReadOnlyMemory<byte> evidence = ReadBytes(ref reader, bytes);
        reader.MapKey(4);
        ReadOnlyMemory<byte> binding = ReadBytes(ref reader, bytes);
        reader.End();
        EvidenceType type = default;
        if (bytes.Length > MaxLength || evidence.Length > MaxEvidenceLength || binding.Length > TeeBinding.MaxLength)
        {
            reader.Fail(AttestationErrors.TooLarge);
        }
        else if (!profile.SequenceEqual(Profile))
        {
            reader.Fail(AttestationErrors.Profile);
        }
        else if (reader.Error is null && !EvidenceTypes.TryParse(name, out type))
        {
            reader.Fail(AttestationErrors.Type);
        }
        else if (evidence.IsEmpty || binding.IsEmpty)
        {
            reader.Fail(AttestationErrors.Empty);
        }

        error = reader.Error;
        return error is null ? new AttestationEvidence(type, evidence, binding, bytes) : null;
    }

    private static ReadOnlyMemory<byte> ReadBytes(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        ReadOnlySpan<byte> value = reader.ReadBytes();
        return reader.Error is null ? source.Slice(reader.Position - value.Length, value.Length) : default;
    }
}
