using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>How one dimension of a column is read over a box: at a fixed place, or at a place that depends on one of the box's
/// axes.</summary>
/// <param name="BoxAxis">The axis of the box, or -1 for a fixed place. No two dimensions of one view use the same axis.</param>
/// <param name="Places">One place for each position of the box's axis (one alone if fixed); -1 reads zero.</param>
/// <param name="Weights">A factor for each position, or empty for ones.</param>
public sealed record AxisMap(int BoxAxis, ImmutableArray<int> Places, ImmutableArray<long> Weights)
{
    /// <summary>Position i of the axis reads place i.</summary>
    public static AxisMap Same(int boxAxis, int length) => new(boxAxis, [.. Enumerable.Range(0, length)], []);

    /// <summary>Place 0, or another, wherever one is in the box.</summary>
    public static AxisMap Fixed(int place) => new(-1, [place], []);

    /// <summary>Position i reads place <c>i*step + start</c>, or zero where that is outside <c>0..length-1</c>.</summary>
    public static AxisMap Affine(int boxAxis, int positions, int step, int start, int length) =>
        new(boxAxis, [.. Enumerable.Range(0, positions).Select(i => (i * step) + start is int p && p >= 0 && p < length ? p : -1)], []);
}
