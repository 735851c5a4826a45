using System.Collections.Immutable;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>The columns of a requantisation (spec, section 5.2) and what they hold.</summary>
/// <param name="Choice">Plain, direct or split.</param>
/// <param name="ChannelAxis">The axis of the box that shifts (and the choice's lists) run along, or -1 if there is one for all.</param>
/// <param name="Shifts">One, or one per channel.</param>
/// <param name="Lo">Lowest result.</param>
/// <param name="Hi">Highest result.</param>
/// <param name="Before">The value before the clamp: y (plain), v (direct), h (split: over <paramref name="Lo"/>, <c>2^c*h + l</c>).</param>
/// <param name="Low">l (split), else -1.</param>
/// <param name="Class">k (split), else -1.</param>
/// <param name="Result">y.</param>
/// <param name="Limbs">The remainder's, lowest first.</param>
/// <param name="LimbBits">Bits of a limb.</param>
public sealed record Requantisation(
    TailChoice Choice,
    int ChannelAxis,
    ImmutableArray<int> Shifts,
    int Lo,
    int Hi,
    int Before,
    int Low,
    int Class,
    int Result,
    ImmutableArray<int> Limbs,
    int LimbBits)
{
    /// <summary>The shift at a position along the channel axis.</summary>
    public int ShiftAt(int channel) => Shifts[Shifts.Length == 1 ? 0 : channel];
}
