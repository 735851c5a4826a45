using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>What a requantisation is asked for.</summary>
/// <param name="Dims">Lengths of the box.</param>
/// <param name="ChannelAxis">The axis that shifts run along, or -1.</param>
/// <param name="Shifts">One, or one per channel.</param>
/// <param name="Rounds">Whether half of <c>2^s</c> is added before the shift.</param>
/// <param name="Result">The range.</param>
/// <param name="Total">All that can be shifted: the accumulator, rounding constant not counted unless
/// <paramref name="TotalHasRounding"/>.</param>
/// <param name="TotalHasRounding">Whether it is.</param>
/// <param name="Choice">The operation's choice.</param>
internal sealed record TailRequest(
    ImmutableArray<int> Dims,
    int ChannelAxis,
    ImmutableArray<int> Shifts,
    bool Rounds,
    TensorType Result,
    Interval Total,
    bool TotalHasRounding,
    TailChoice Choice)
{
    /// <summary>One shift for all positions, rounding half up.</summary>
    public static TailRequest Uniform(ImmutableArray<int> dims, int shift, TensorType result, Interval accumulator, TailChoice choice) =>
        new(dims, -1, [shift], true, result, accumulator, false, choice);

    public long Rounding(int channel) => Rounds ? AccumulatorRule.RoundingConstant(Shifts[channel]) : 0;
}
