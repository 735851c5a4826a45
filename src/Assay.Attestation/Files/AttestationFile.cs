using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Attestation;

/// <summary>Evidence with its material, as files (<c>*.attestation</c>) and as nodes hand it out (spec/attestation.md, "Material").</summary>
public sealed class AttestationFile
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = AttestationEvidence.MaxLength + AttestationMaterial.MaxLength + 128;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.AttestationFile);

    private AttestationFile(AttestationEvidence evidence, AttestationMaterial material, ReadOnlyMemory<byte> bytes)
    {
        Evidence = evidence;
        Material = material;
        Bytes = bytes;
    }

    /// <summary>The evidence.</summary>
    public AttestationEvidence Evidence { get; }

    /// <summary>What goes with it.</summary>
    public AttestationMaterial Material { get; }

    /// <summary>The file's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Puts one together.</summary>
    public static AttestationFile Create(AttestationEvidence evidence, AttestationMaterial material)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(material);
        CborWriter writer = new(evidence.Bytes.Length + material.Bytes.Length + 128);
        writer.WriteMapHeader(3);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.AttestationFile);
        writer.WriteUInt(2);
        writer.WriteBytes(evidence.Bytes.Span);
        writer.WriteUInt(3);
        writer.WriteBytes(material.Bytes.Span);
        return new AttestationFile(evidence, material, writer.ToArray());
    }

    /// <summary>Whether bytes begin as an attestation file does: enough to choose a reader, and nothing else.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes)
    {
        CborReader reader = new(bytes);
        return reader.ReadMapHeader() == 3 && reader.ReadUInt() == 1 && reader.ReadTextUtf8().SequenceEqual(Profile) && reader.Error is null;
    }

    /// <summary>Reads one; keeps views of <paramref name="bytes"/>. Errors: <see cref="AttestationErrors.File"/>, and those of its parts.</summary>
    public static AttestationFile? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        reader.ReadMapHeader(3);
        reader.MapKey(1);
        if (bytes.Length > MaxLength || !reader.ReadTextUtf8().SequenceEqual(Profile))
        {
            reader.Fail(bytes.Length > MaxLength ? AttestationErrors.TooLarge : AttestationErrors.File);
        }

        reader.MapKey(2);
        int evidenceLength = reader.ReadBytes().Length;
        int evidenceEnd = reader.Position;
        reader.MapKey(3);
        int materialLength = reader.ReadBytes().Length;
        int materialEnd = reader.Position;
        reader.End();
        error = reader.Error;
        return error is null
            && AttestationEvidence.TryDecode(bytes.Slice(evidenceEnd - evidenceLength, evidenceLength), out error) is { } evidence
            && AttestationMaterial.TryDecode(bytes.Slice(materialEnd - materialLength, materialLength), out error) is { } material
            ? new AttestationFile(evidence, material, bytes)
            : null;
    }
}
