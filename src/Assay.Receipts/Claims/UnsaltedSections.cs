using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>
/// Claims and outputs as a node keeps them: without salts and labels, which are half of a small receipt. With the source that
/// gave the salts, at its start again, the sections come back byte for byte.
/// </summary>
public static class UnsaltedSections
{
    /// <summary>Makes the claims section of what <see cref="ClaimsBuilder.BuildClaims(ClaimValues, CborWriter)"/> stored.</summary>
    /// <returns>The section, or null if <paramref name="stored"/> isn't of this layout.</returns>
    public static byte[]? RestoreClaims(ReadOnlySpan<byte> stored, SaltSource salts)
    {
        ArgumentNullException.ThrowIfNull(salts);
        Span<byte> all = stackalloc byte[ClaimRegistry.Fields.Count * ClaimsBuilder.SaltLength];
        salts(all);
        CborReader reader = new(stored);
        CborWriter section = new(stored.Length + 2048);
        reader.ReadArrayHeader(ClaimRegistry.Fields.Count);
        section.WriteArrayHeader(ClaimRegistry.Groups.Count);
        foreach (ClaimField field in ClaimRegistry.Fields)
        {
            if (ClaimRegistry.GroupStarts[field.Group] == field.Index)
            {
                section.WriteArrayHeader(ClaimRegistry.GroupStarts[field.Group + 1] - field.Index);
            }

            section.WriteArrayHeader(3);
            section.WriteBytes(all.Slice(field.Index * ClaimsBuilder.SaltLength, ClaimsBuilder.SaltLength));
            section.WriteRaw(field.EncodedLabel);
            section.WriteRaw(reader.ReadRawItem());
        }

        reader.End();
        return reader.Error is null ? section.ToArray() : null;
    }

    /// <summary>Makes the output section of what <see cref="ClaimsBuilder.BuildOutput(IReadOnlyList{TensorValue}, CborWriter)"/> stored.</summary>
    /// <returns>The section, or null if <paramref name="stored"/> isn't of this layout.</returns>
    public static byte[]? RestoreOutput(ReadOnlySpan<byte> stored, SaltSource salts)
    {
        ArgumentNullException.ThrowIfNull(salts);
        Span<byte> salt = stackalloc byte[ClaimsBuilder.SaltLength];
        CborReader reader = new(stored);
        CborWriter section = new(stored.Length + 256);
        int parts = reader.ReadArrayHeader();
        section.WriteArrayHeader(parts);
        for (int i = 0; i < parts && reader.Error is null; i++)
        {
            salts(salt);
            reader.ReadArrayHeader(TensorValue.Members);
            section.WriteArrayHeader(TensorValue.Members + 1);
            section.WriteBytes(salt);
            for (int member = 0; member < TensorValue.Members; member++)
            {
                section.WriteRaw(reader.ReadRawItem());
            }
        }

        reader.End();
        return reader.Error is null ? section.ToArray() : null;
    }
}
