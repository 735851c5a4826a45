using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <summary>The form in which the prover's arrays hold numbers: Montgomery's, <c>x * 2^32 mod p</c>, always below p.</summary>
/// <remarks>Only <see cref="Ext4"/> values (challenges, what is sent) are in standard form; they are converted where they meet an
/// array. Sums of products need one reduction at the end, and Montgomery's takes two multiplications for any 64-bit number
/// (Montgomery, Modular multiplication without trial division, 1985).</remarks>
internal static class ExtensionForm
{
    /// <summary>p.</summary>
    public const uint P = KoalaBear.P;

    /// <summary><c>1/p mod 2^32</c>.</summary>
    public const uint Inverse = 0x81000001;

    /// <summary><c>2^32 mod p</c>: the array form of 1.</summary>
    public const uint One = (uint)((1UL << 32) % P);

    /// <summary>To the arrays' form.</summary>
    public static uint Enter(uint value) => (uint)(((ulong)value << 32) % P);

    /// <summary>From the arrays' form.</summary>
    public static uint Leave(uint value) => Reduce(value);

    /// <inheritdoc cref="Enter(uint)"/>
    public static Ext4 Enter(Ext4 value) => new(Enter(value.C0), Enter(value.C1), Enter(value.C2), Enter(value.C3));

    /// <inheritdoc cref="Leave(uint)"/>
    public static Ext4 Leave(Ext4 value) => new(Leave(value.C0), Leave(value.C1), Leave(value.C2), Leave(value.C3));

    /// <summary><c>value / 2^32 mod p</c>, below p; for every 64-bit number up to 4p^2.</summary>
    public static uint Reduce(ulong value)
    {
        uint m = (uint)value * Inverse;
        uint high = (uint)(value >> 32);
        high = Math.Min(high, high - P);
        uint difference = high - (uint)(((ulong)m * P) >> 32);
        return Math.Min(difference, difference + P);
    }
}
