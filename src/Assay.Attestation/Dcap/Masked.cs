namespace Assay.Attestation;

/// <summary>Comparing bits that count.</summary>
internal static class Masked
{
    /// <summary>Whether <paramref name="value"/> under the mask is <paramref name="expected"/>, as it is: expected bits outside the mask match nothing.</summary>
    internal static bool Equal(ReadOnlySpan<byte> value, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> mask)
    {
        bool equal = value.Length == expected.Length && value.Length == mask.Length;
        for (int i = 0; equal && i < value.Length; i++)
        {
            equal = (value[i] & mask[i]) == expected[i];
        }

        return equal;
    }
}
