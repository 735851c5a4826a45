using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <summary>Constants in Montgomery form: <c>c * 2^32 mod p</c> (Montgomery 1985), signed variant with subtraction.</summary>
internal static class Montgomery
{
    /// <summary>p^-1 mod 2^32, which is 1 - (p - 1): the square of p - 1 is a multiple of 2^32.</summary>
    public const uint Inverse = 0x81000001;

    /// <summary>The Montgomery form of a residue.</summary>
    public static uint Of(uint value) => (uint)(((ulong)value << 32) % KoalaBear.P);

    /// <summary>The constant times p^-1 mod 2^32, which shortens the chain of a multiplication.</summary>
    /// <param name="constant">In Montgomery form.</param>
    public static uint Factor(uint constant) => unchecked(constant * Inverse);

    /// <summary>One multiplication: <c>(data*constant - p*(data*factor mod 2^32)) / 2^32</c>, which is in (-p, p), and made positive.</summary>
    public static uint Multiply(uint data, uint constant, uint factor)
    {
        uint quotient = unchecked(data * factor);
        uint high = (uint)(((ulong)data * constant) >> 32);
        uint difference = unchecked(high - (uint)(((ulong)quotient * KoalaBear.P) >> 32));

        // A negative difference is above p as an unsigned number; without a branch that would be mispredicted.
        return unchecked(difference + (KoalaBear.P & (uint)((int)difference >> 31)));
    }
}
