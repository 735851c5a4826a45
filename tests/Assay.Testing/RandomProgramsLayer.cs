using System.Collections.Immutable;

namespace Assay.Testing;

/// <summary>What an operation needs to name of its weights.</summary>
internal sealed record RandomProgramsLayer(int Weights, int Bias, ImmutableArray<byte> Shifts, bool TwoLimbs)
{
    /// <summary>Of all channels.</summary>
    public int LargestShift => Shifts.Max();
}
