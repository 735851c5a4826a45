using Assay.Programs;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Circuits;

/// <summary>The integers from lowest to highest. Sums and products are those of all their elements.</summary>
/// <param name="Lo">Lowest.</param>
/// <param name="Hi">Highest.</param>
public readonly record struct Interval(Int128 Lo, Int128 Hi)
{
    /// <summary>What an accumulator and its rounding constant can add up to, by the accumulator rule.</summary>
    public static Interval Accumulator => new(-AccumulatorRule.Limit, AccumulatorRule.Limit);

    public static Interval operator +(Interval a, Interval b) => new(a.Lo + b.Lo, a.Hi + b.Hi);

    public static Interval operator -(Interval a, Interval b) => new(a.Lo - b.Hi, a.Hi - b.Lo);

    public static Interval operator *(Interval a, Interval b)
    {
        Int128 ll = a.Lo * b.Lo, lh = a.Lo * b.Hi, hl = a.Hi * b.Lo, hh = a.Hi * b.Hi;
        return new(
            Int128.Min(Int128.Min(ll, lh), Int128.Min(hl, hh)),
            Int128.Max(Int128.Max(ll, lh), Int128.Max(hl, hh)));
    }

    public static Interval operator *(long factor, Interval a) => Of(factor) * a;

    /// <summary>One integer.</summary>
    public static Interval Of(long value) => new(value, value);

    /// <summary>A value's range.</summary>
    public static Interval Of(TensorType type) => new(type.Lo, type.Hi);

    /// <summary>0 or more, less than 2^bits.</summary>
    public static Interval OfBits(int bits) => new(0, (Int128.One << bits) - 1);

    /// <summary>The interval rule: a number of one interval and one of the other that are equal modulo p are equal.</summary>
    public static bool Determine(Interval left, Interval right)
    {
        Interval difference = left - right;
        return difference.Hi < KoalaBear.P && difference.Lo > -(Int128)KoalaBear.P;
    }
}
