namespace Assay.Programs;

/// <summary>
/// Tables of real functions with one possible content: every entry is the correctly rounded value
/// (half up) of the function at the exact rational argument, clamped to the result's range.
/// </summary>
/// <remarks>
/// Scales count as the exact rationals that they are, and are 2^-100 to 2^100. What is rational is computed exactly, other
/// values between two bounds with 128 fractional bits, and with twice as many, up to 1024, until both bounds round alike. If
/// they never do, the upper one's entry is taken: that is, where a value of irrational steps is exactly a tie.
/// </remarks>
public static class TableBuilder
{
    /// <summary>Nodes that an expression may have.</summary>
    public const int MaxNodes = 64;

    private static readonly double SmallestScale = Math.ScaleB(1, -100);
    private static readonly double LargestScale = Math.ScaleB(1, 100);

    /// <summary><c>T[q] = f(q*scaleIn) / scaleOut</c> for every q of the operand's range.</summary>
    /// <remarks>
    /// Infinite values (log 0, 1/0, -1/0) go to the ends of the range. Where the function isn't defined (roots and logarithms
    /// of negative numbers, 0/0) the entry is that of the nearest argument where it is, of two the greater; if there is none, 0.
    /// </remarks>
    /// <param name="f">The function, of at most <see cref="MaxNodes"/> nodes, with finite numbers.</param>
    /// <param name="x">The operand's type; only the range counts.</param>
    /// <param name="scaleIn">The operand's scale.</param>
    /// <param name="result">The result's type; entries are clamped to its range.</param>
    /// <param name="scaleOut">The result's scale.</param>
    /// <exception cref="ArgumentOutOfRangeException">A scale isn't within 2^-100 to 2^100.</exception>
    /// <exception cref="ArgumentException">The expression is too long, has a number that isn't finite, or an exponent that isn't a number.</exception>
    public static LookupTable Of(ScalarFunction f, TensorType x, double scaleIn, TensorType result, double scaleOut) =>
        Fill(f, x.Lo, x.Span, scaleIn, scaleOut, result.Lo, result.Hi);

    /// <summary><c>T[q] = 1/(1 + exp(-q*scaleIn)) / scaleOut</c> for every q of the operand's range.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">A scale isn't within 2^-100 to 2^100.</exception>
    public static LookupTable Sigmoid(TensorType x, double scaleIn, TensorType result, double scaleOut) =>
        Of(ScalarFunction.Sigmoid, x, scaleIn, result, scaleOut);

    /// <summary><c>T[q] = tanh(q*scaleIn) / scaleOut</c> for every q of the operand's range.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">A scale isn't within 2^-100 to 2^100.</exception>
    public static LookupTable Tanh(TensorType x, double scaleIn, TensorType result, double scaleOut) =>
        Of(ScalarFunction.Tanh, x, scaleIn, result, scaleOut);

    /// <summary><c>T[d] = peak * exp(-d*scaleIn)</c> for every distance d in the operand's range: a softmax's table.</summary>
    /// <param name="x">The operand's type; only the range counts.</param>
    /// <param name="scaleIn">The operand's scale.</param>
    /// <param name="peak">The entry for distance 0, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale isn't within 2^-100 to 2^100, or the peak isn't positive.</exception>
    public static LookupTable SoftmaxExp(TensorType x, double scaleIn, short peak)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(peak, 1);
        ScalarFunction falling = ScalarFunction.Of(UnaryFunction.Exp, ScalarFunction.Of(UnaryFunction.Negate, ScalarFunction.X));
        return Fill(peak * falling, 0, x.Span, scaleIn, 1, 0, peak);
    }

    private static LookupTable Fill(
        ScalarFunction f, int first, int count, double scaleIn, double scaleOut, short lo, short hi)
    {
        CheckScale(scaleIn, nameof(scaleIn));
        CheckScale(scaleOut, nameof(scaleOut));
        Check(f);
        ExpressionEvaluator evaluator = new(f, scaleIn, scaleOut, lo, hi);
        short?[] entries = new short?[count];
        for (int i = 0; i < count; i++)
        {
            entries[i] = evaluator.Entry(first + i);
        }

        return new LookupTable([.. WithoutGaps(entries, (short)Math.Clamp(0, (int)lo, hi))]);
    }

    /// <summary>Entries where the function isn't defined are those of the nearest neighbour.</summary>
    private static short[] WithoutGaps(short?[] entries, short none)
    {
        short[] filled = new short[entries.Length];
        int before = -1;
        int after = Next(0);
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i] is not null)
            {
                before = i;
                after = i;
            }
            else if (after <= i)
            {
                after = Next(i);
            }

            bool isAfterNearer = before < 0 || after - i <= i - before;
            filled[i] = entries[i]
                ?? (after < entries.Length && isAfterNearer ? entries[after]!.Value
                    : before >= 0 ? entries[before]!.Value
                    : none);
        }

        return filled;

        int Next(int from)
        {
            while (from < entries.Length && entries[from] is null)
            {
                from++;
            }

            return from;
        }
    }

    private static void Check(ScalarFunction f)
    {
        if (f.Size > MaxNodes)
        {
            throw new ArgumentException($"An expression of {f.Size} nodes, more than {MaxNodes}.", nameof(f));
        }

        CheckNode(f);
    }

    private static void CheckNode(ScalarFunction f)
    {
        switch (f)
        {
            case ScalarFunction.Number { Value: double.NaN or double.PositiveInfinity or double.NegativeInfinity }:
                throw new ArgumentException("A number of the expression isn't finite.", nameof(f));
            case ScalarFunction.Unary unary:
                CheckNode(unary.A);
                break;
            case ScalarFunction.Binary { Function: BinaryFunction.Power, B: not ScalarFunction.Number }:
                throw new ArgumentException("An exponent isn't a number.", nameof(f));
            case ScalarFunction.Binary binary:
                CheckNode(binary.A);
                CheckNode(binary.B);
                break;
            case ScalarFunction.Choice choice:
                CheckNode(choice.Condition);
                CheckNode(choice.A);
                CheckNode(choice.B);
                break;
        }
    }

    private static void CheckScale(double scale, string name)
    {
        // Written so that NaN is refused too.
        if (!(scale >= SmallestScale && scale <= LargestScale))
        {
            throw new ArgumentOutOfRangeException(name, scale, "Scales are 2^-100 to 2^100.");
        }
    }
}
