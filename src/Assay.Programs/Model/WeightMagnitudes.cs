namespace Assay.Programs;

/// <summary>Sums over one output channel's weights, which is all that the accumulator rule needs of them.</summary>
/// <param name="Whole">Sum of |w|.</param>
/// <param name="High">Sum of |w1|, the limbs of <see cref="AccumulatorRule.Split"/>.</param>
/// <param name="Low">Sum of |w0|.</param>
public readonly record struct WeightMagnitudes(long Whole, long High, long Low)
{
    /// <summary>The sums with one more weight.</summary>
    public WeightMagnitudes With(int weight)
    {
        (int high, int low) = AccumulatorRule.Split(weight);
        return new(Whole + Math.Abs((long)weight), High + Math.Abs(high), Low + Math.Abs(low));
    }
}
