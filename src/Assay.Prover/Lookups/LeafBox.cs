using System.Collections.Immutable;
using Assay.Proofs.Layouts;

namespace Assay.Prover.Lookups;

/// <summary>The axes of a box of leaves that are longer than 1: the leading one, which is cut into blocks, and inner ones, each padded to
/// a power of two. A row is one run over the last of them.</summary>
internal sealed class LeafBox
{
    public LeafBox(BoxPlacement placement)
    {
        Placement = placement;
        List<int> axes = [placement.Lead];
        for (int d = placement.Lead + 1; d < placement.Dims.Length; d++)
        {
            if (placement.Dims[d] > 1)
            {
                axes.Add(d);
            }
        }

        Axes = [.. axes];
        RowBits = Axes.Length == 1 ? 0 : placement.Shifts[Axes[^2]];
        HasHoles = false;
        for (int i = 1; i < Axes.Length; i++)
        {
            HasHoles |= !int.IsPow2(placement.Dims[Axes[i]]);
        }
    }

    /// <summary>Where it lies.</summary>
    public BoxPlacement Placement { get; }

    /// <summary>The axes' numbers in the box, the leading one first.</summary>
    public ImmutableArray<int> Axes { get; }

    /// <summary>Whether the leading axis is the only one: then a row is a block.</summary>
    public bool IsFlat => Axes.Length == 1;

    /// <summary>Bits of a position's number within a row, if the box isn't flat.</summary>
    public int RowBits { get; }

    /// <summary>Whether some cells of its blocks belong to no element.</summary>
    public bool HasHoles { get; }

    /// <summary>Length of an axis by its place in <see cref="Axes"/>.</summary>
    public int Length(int axis) => Placement.Dims[Axes[axis]];

    /// <summary>The lowest bit of an axis in a cell's number.</summary>
    public int Shift(int axis) => Placement.Shifts[Axes[axis]];

    /// <summary>The positions along all axes but the last, for a cell within a block.</summary>
    /// <returns>False if the row is a hole.</returns>
    public bool TryLocate(BoxBlock block, long within, Span<int> positions)
    {
        positions[0] = block.Start + (int)(within >> Placement.SliceBits);
        for (int i = 1; i < Axes.Length - 1; i++)
        {
            int bits = Shift(i - 1) - Shift(i);
            positions[i] = (int)(within >> Shift(i)) & ((1 << bits) - 1);
            if (positions[i] >= Length(i))
            {
                return false;
            }
        }

        return true;
    }
}
