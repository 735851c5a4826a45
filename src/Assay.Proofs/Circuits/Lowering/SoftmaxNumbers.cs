using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Proofs.Circuits;

/// <summary>The public numbers of a softmax's proof (spec/proof-system.md, section 5.9).</summary>
/// <param name="SumBits">sb.</param>
/// <param name="LimbBits">wl.</param>
/// <param name="Limbs">mR.</param>
/// <param name="Dropped">j: limbs whose products only pass on a carry.</param>
/// <param name="Largest">T0.</param>
internal sealed record SoftmaxNumbers(int SumBits, int LimbBits, int Limbs, int Dropped, int Largest)
{
    /// <summary>Null where there is no proof.</summary>
    public static SoftmaxNumbers? Of(SoftmaxOperation op, LookupTable table)
    {
        int largest = table.Values.Max();
        int sumBits = Bits.Ceiling(((long)op.Result.Shape[^1] * largest) + 1);
        int limbBits = Math.Min(30 - sumBits, 15);
        if (sumBits > 24 || limbBits < 4 || op.Shift == 0)
        {
            return null;
        }

        int reciprocalBits = Bits.Ceiling(((1L << op.ReciprocalBits) / table.Values[0]) + 1);
        int limbs = Math.Max(1, (reciprocalBits + limbBits - 1) / limbBits);
        int dropped = Math.Min(op.Shift / limbBits, limbs - 1);
        return (limbBits * (limbs - dropped)) + Bits.Ceiling(largest + 1) <= 30
            ? new(sumBits, limbBits, limbs, dropped, largest)
            : null;
    }

    /// <summary>κ_i: digit i of <c>2^k</c>, and c_(mR-1): what is above all digits.</summary>
    public (ImmutableArray<long> Digits, long Top) PowerDigits(int k)
    {
        long[] digits = new long[Limbs];
        if (k < Limbs * LimbBits)
        {
            digits[k / LimbBits] = 1L << (k % LimbBits);
            return ([.. digits], 0);
        }

        return ([.. digits], 1L << (k - (Limbs * LimbBits)));
    }

    /// <summary>ρ_i: the part of the rounding constant that is added with limb i's product.</summary>
    public long Rounding(int i, int shift)
    {
        int place = shift - 1 - (LimbBits * i);
        return place >= 0 && (i == Dropped || place < LimbBits) ? 1L << place : 0;
    }
}
