namespace Assay.Proofs.Fields;

/// <summary>The prime field of KoalaBear, <c>p = 2^31 - 2^24 + 1</c>; elements are the integers below p. Plain and portable: this is
/// the verifier's arithmetic and the oracle of the prover's kernels.</summary>
public static class KoalaBear
{
    /// <summary>p.</summary>
    public const uint P = 2130706433;

    /// <summary>A generator of the multiplicative group.</summary>
    public const uint Generator = 3;

    /// <summary>The largest b such that 2^b divides p - 1.</summary>
    public const int TwoAdicity = 24;

    /// <summary>The residue of an integer.</summary>
    public static uint From(long value)
    {
        long rest = value % P;
        return (uint)(rest < 0 ? rest + P : rest);
    }

    public static uint Add(uint a, uint b)
    {
        uint sum = a + b;
        return sum >= P ? sum - P : sum;
    }

    public static uint Sub(uint a, uint b) => a >= b ? a - b : a + (P - b);

    public static uint Mul(uint a, uint b) => (uint)((ulong)a * b % P);

    public static uint Pow(uint value, ulong exponent)
    {
        uint result = 1;
        for (uint power = value; exponent != 0; exponent >>= 1, power = Mul(power, power))
        {
            result = (exponent & 1) != 0 ? Mul(result, power) : result;
        }

        return result;
    }

    /// <summary>The inverse; 0 for 0.</summary>
    public static uint Invert(uint value) => Pow(value, P - 2);

    /// <summary>The generator of the subgroup of order 2^bits, <c>3^((p-1)/2^bits)</c>; bits at most <see cref="TwoAdicity"/>.</summary>
    public static uint RootOfUnity(int bits) => Pow(Generator, (P - 1) >> bits);
}
