using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>A requantisation for which a form has to be chosen (spec/proof-system.md, section 5.2).</summary>
/// <param name="Operation">The program's operation.</param>
/// <param name="Dims">Lengths of the box.</param>
/// <param name="ChannelAxis">The axis that shifts run along, or -1.</param>
/// <param name="Shifts">One, or one per channel: of what is shifted here (in the High part of two limbs 8 less than the program's).</param>
/// <param name="Rounds">Whether half of <c>2^s</c> is added before the shift.</param>
/// <param name="Result">The range.</param>
/// <param name="Total">All that can be shifted by declared ranges, for contractions by the accumulator rule alone; the rounding constant
/// isn't counted unless <paramref name="TotalHasRounding"/>.</param>
/// <param name="TotalHasRounding">Whether it is.</param>
public sealed record TailQuestion(
    int Operation,
    ImmutableArray<int> Dims,
    int ChannelAxis,
    ImmutableArray<int> Shifts,
    bool Rounds,
    TensorType Result,
    Interval Total,
    bool TotalHasRounding)
{
    /// <summary>Elements that are requantised.</summary>
    public long Elements => Dims.Aggregate(1L, (product, length) => product * length);

    /// <summary>Whether a choice keeps all rules here.</summary>
    public bool Admits(TailChoice choice) => TailRules.Check(this, choice) is null;

    /// <summary>What is added before the shift.</summary>
    /// <param name="channel">Along the channel axis; 0 if there is one shift.</param>
    public long Rounding(int channel) => Rounds ? AccumulatorRule.RoundingConstant(Shifts[channel]) : 0;

    /// <summary>All that can be shifted, rounding constant included.</summary>
    /// <param name="channel">Along the channel axis; 0 if there is one shift.</param>
    public Interval TotalAt(int channel) => TotalHasRounding ? Total : Total + Interval.Of(Rounding(channel));
}
