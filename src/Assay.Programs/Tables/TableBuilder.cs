namespace Assay.Programs;

/// <summary>
/// Tables of real functions with one possible content: every entry is the correctly rounded value
/// (half up) of the function at the exact rational argument, clamped to the result's range.
/// </summary>
/// <remarks>
/// No floating point is involved beyond taking the scales as the exact rationals that they are. An entry is
/// computed between two bounds with 128 fractional bits, and with twice as many until both round alike;
/// that ends because away from 0 these functions are irrational at rational arguments. Scales are 2^-100 to
/// 2^100, which bounds the bits.
/// </remarks>
public static class TableBuilder
{
    internal const int FirstBits = 128;

    private static readonly double SmallestScale = Math.ScaleB(1, -100);
    private static readonly double LargestScale = Math.ScaleB(1, 100);

    /// <summary><c>T[q] = 1/(1 + exp(-q*scaleIn)) / scaleOut</c> for every q of the operand's range.</summary>
    /// <param name="x">The operand's type; only the range counts.</param>
    /// <param name="result">The result's type; entries are clamped to its range.</param>
    /// <exception cref="ArgumentOutOfRangeException">A scale isn't within 2^-100 to 2^100.</exception>
    public static LookupTable Sigmoid(TensorType x, double scaleIn, TensorType result, double scaleOut) =>
        OverRange(x, scaleIn, result, scaleOut, Transcendental.Sigmoid);

    /// <summary><c>T[q] = tanh(q*scaleIn) / scaleOut</c> for every q of the operand's range.</summary>
    /// <inheritdoc cref="Sigmoid" path="/param"/>
    /// <inheritdoc cref="Sigmoid" path="/exception"/>
    public static LookupTable Tanh(TensorType x, double scaleIn, TensorType result, double scaleOut) =>
        OverRange(x, scaleIn, result, scaleOut, Transcendental.Tanh);

    /// <summary><c>T[d] = peak * exp(-d*scaleIn)</c> for every distance d in the operand's range: a softmax's table.</summary>
    /// <param name="x">The operand's type; only the range counts.</param>
    /// <param name="scaleIn">The operand's scale.</param>
    /// <param name="peak">The entry for distance 0, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale isn't within 2^-100 to 2^100, or the peak isn't positive.</exception>
    public static LookupTable SoftmaxExp(TensorType x, double scaleIn, short peak)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(peak, 1);
        Rational scale = Scale(scaleIn, nameof(scaleIn));
        Rational unit = new(1, peak);
        short[] entries = new short[x.Span];
        for (int d = 0; d < entries.Length; d++)
        {
            entries[d] = Entry(Transcendental.ExpOfMinus, scale.Times(d), unit, 0, peak);
        }

        return new LookupTable([.. entries]);
    }

    private static LookupTable OverRange(
        TensorType x, double scaleIn, TensorType result, double scaleOut, Func<Rational, int, Enclosure> function)
    {
        Rational argumentScale = Scale(scaleIn, nameof(scaleIn));
        Rational unit = Scale(scaleOut, nameof(scaleOut));
        short[] entries = new short[x.Span];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = Entry(function, argumentScale.Times(x.Lo + i), unit, result.Lo, result.Hi);
        }

        return new LookupTable([.. entries]);
    }

    private static short Entry(
        Func<Rational, int, Enclosure> function, Rational argument, Rational unit, short lo, short hi)
    {
        for (int bits = FirstBits; ; bits *= 2)
        {
            if (function(argument, bits).TryRound(unit, lo, hi) is short entry)
            {
                return entry;
            }
        }
    }

    private static Rational Scale(double scale, string name)
    {
        // Written so that NaN is refused too.
        if (!(scale >= SmallestScale && scale <= LargestScale))
        {
            throw new ArgumentOutOfRangeException(name, scale, "Scales are 2^-100 to 2^100.");
        }

        return Rational.FromDouble(scale);
    }
}
