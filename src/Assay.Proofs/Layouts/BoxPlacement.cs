using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Layouts;

/// <summary>Where the elements of one box lie in a vector of cells (spec/proof-system.md, section 6.1).</summary>
/// <remarks>To go over all cells: for each block, for slice s of the leading dimension in Start .. Start + Slices - 1, the cells
/// <c>Offset + (s - Start) * 2^Shifts[Lead] + Σ_d idx_d * 2^Shifts[d]</c> over the other dimensions.</remarks>
public sealed class BoxPlacement
{
    internal BoxPlacement(ImmutableArray<int> dims)
    {
        Dims = dims;
        Lead = 0;
        while (Lead < dims.Length && dims[Lead] == 1)
        {
            Lead++;
        }

        Lead = Lead == dims.Length ? 0 : Lead;
        int[] shifts = new int[dims.Length];
        for (int d = dims.Length - 1; d > Lead; d--)
        {
            shifts[d] = SliceBits;
            SliceBits += Bits.Ceiling(dims[d]);
        }

        shifts[Lead] = SliceBits;
        Shifts = [.. shifts];
        List<(int Start, int Bits)> cuts = [];
        for (int start = 0, bit = 30; bit >= 0; bit--)
        {
            if ((dims[Lead] >> bit & 1) != 0)
            {
                cuts.Add((start, bit));
                start += 1 << bit;
            }
        }

        Cuts = [.. cuts];
    }

    /// <summary>Lengths of the box.</summary>
    public ImmutableArray<int> Dims { get; }

    /// <summary>The dimension that is cut into blocks: the first one longer than 1; 0 if there is none.</summary>
    public int Lead { get; }

    /// <summary>Bits of one slice of the leading dimension.</summary>
    public int SliceBits { get; }

    /// <summary>For each dimension the lowest bit of its index in a cell's number: its stride is 2 to that; 0 for dimensions of
    /// length 1, which have no bits.</summary>
    public ImmutableArray<int> Shifts { get; }

    /// <summary>The blocks by their start, largest first.</summary>
    public ImmutableArray<BoxBlock> Blocks { get; private set; } = [];

    internal ImmutableArray<(int Start, int Bits)> Cuts { get; }

    /// <summary>Number of the cell of an element.</summary>
    public long Cell(ReadOnlySpan<int> index)
    {
        long cell = 0;
        for (int d = Lead + 1; d < Dims.Length; d++)
        {
            cell += (long)index[d] << Shifts[d];
        }

        foreach (BoxBlock block in Blocks)
        {
            if (index[Lead] < block.Start + block.Slices)
            {
                return cell + block.Offset + ((long)(index[Lead] - block.Start) << SliceBits);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(index));
    }

    /// <summary>The vectors with <c>eq(z, cell(idx)) = Π_d G_d[idx_d]</c>, one for each dimension, as long as it. Arrays may be
    /// shared with other boxes: not to be written to.</summary>
    public Ext4[][] Weights(PointTables point)
    {
        Ext4[][] weights = new Ext4[Dims.Length][];
        for (int d = 0; d < Dims.Length; d++)
        {
            weights[d] = d == Lead ? LeadWeights(point)
                : Dims[d] == 1 ? PointTables.Ones : point.Table(Shifts[d], Dims[d]);
        }

        return weights;
    }

    internal void Place(long[] offsets) => Blocks = [.. Cuts.Select((cut, i) => new BoxBlock(cut.Start, cut.Bits, offsets[i]))];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Ext4[] LeadWeights(PointTables point)
    {
        Ext4[] weights = new Ext4[Dims[Lead]];
        foreach (BoxBlock block in Blocks)
        {
            int above = SliceBits + block.Bits;
            Ext4 high = point.At(above, block.Offset >> above);
            Ext4[] low = point.Table(SliceBits, block.Slices);
            for (int i = 0; i < block.Slices; i++)
            {
                weights[block.Start + i] = high * low[i];
            }
        }

        return weights;
    }
}
