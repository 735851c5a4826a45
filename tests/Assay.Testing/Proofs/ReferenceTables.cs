using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;

namespace Assay.Testing.Proofs;

/// <summary>The two sides of each inner product as tables over k, by their definition (spec/proof-system.md, section 7, step 6).</summary>
/// <param name="columns">Residues in row-major order, by column.</param>
internal sealed class ReferenceTables(Circuit circuit, PoolPoints points, uint[][] columns, IReadOnlyList<uint[]> matrices)
{
    public Ext4[] A(Instance instance) => instance switch
    {
        Contraction contraction => ContractionA(contraction),
        Product product => Factor(product, product.A, isA: true),
        _ => throw new ArgumentOutOfRangeException(nameof(instance)),
    };

    public Ext4[] M(Instance instance) => instance switch
    {
        Contraction contraction => ContractionM(contraction),
        Product product => Factor(product, product.B, isA: false),
        _ => throw new ArgumentOutOfRangeException(nameof(instance)),
    };

    private Ext4[] ContractionM(Contraction c)
    {
        Ext4[] folded = new Ext4[1 << c.IndexBits];
        Ext4[] rows = points.Weights(Pool.J, c.RowsPerGroup);
        uint[] matrix = matrices[c.Matrix];
        for (int j = 0; j < c.RowsPerGroup; j++)
        {
            for (int k = 0; k < folded.Length; k++)
            {
                folded[k] += rows[j] * matrix[(j << c.IndexBits) + k];
            }
        }

        return folded;
    }

    private Ext4[] ContractionA(Contraction c)
    {
        Ext4[] sums = new Ext4[1 << c.IndexBits];
        Ext4[][] e = points.Weights(c.Box);
        int[] dims = [.. circuit.Columns[c.Column].Dims];
        int channelAxis = Array.FindIndex([.. c.Box], axis => axis.Pool == Pool.J);
        int[] rest = [.. c.Box.Select((axis, i) => i == channelAxis ? 1 : axis.Length)];
        Ext4[] groups = points.Weights(Pool.G, c.Groups);
        bool hasBias = circuit.Matrices[c.Matrix].Limb != WeightLimb.High;
        foreach (int[] o in Boxes.Indices(rest))
        {
            Ext4 weight = Ext4.One;
            for (int axis = 0; axis < o.Length; axis++)
            {
                weight = axis == channelAxis ? weight : weight * e[axis][o[axis]];
            }

            for (int slot = 0; hasBias && slot < 2; slot++)
            {
                for (int g = 0; g < c.Groups; g++)
                {
                    sums[(c.BiasSlots[slot] << c.GroupBits) | g] += weight * groups[g] * (slot == 0 ? 1u : 65536u);
                }
            }

            for (int dy = 0; dy < c.Y.Taps; dy++)
            {
                for (int dx = 0; dx < c.X.Taps; dx++)
                {
                    AddTap(c, dims, o, weight, groups, dy, dx, sums);
                }
            }
        }

        return sums;
    }

    private void AddTap(Contraction c, int[] dims, int[] o, Ext4 weight, Ext4[] groups, int dy, int dx, Ext4[] sums)
    {
        int[] at = new int[dims.Length];
        for (int d = 0; !c.Flat && d < dims.Length; d++)
        {
            at[d] = d == c.ChannelDim ? 0 : o[d];
        }

        if (!Slide(c.Y, dy, dims, at) || !Slide(c.X, dx, dims, at))
        {
            return;
        }

        for (int g = 0; g < c.Groups; g++)
        {
            for (int ci = 0; ci < c.ChannelsPerGroup; ci++)
            {
                int channel = (g * c.ChannelsPerGroup) + ci;
                long element;
                if (c.Flat)
                {
                    element = ((long)channel * dims[^1]) + o[^1];
                }
                else
                {
                    at[c.ChannelDim] = channel;
                    element = Boxes.Number(dims, at);
                }

                int k = (((((dy << c.XBits) | dx) << c.ChannelBits) | ci) << c.GroupBits) | g;
                sums[k] += weight * groups[g] * columns[c.Column][element];
            }
        }
    }

    private static bool Slide(Window window, int tap, int[] dims, int[] at)
    {
        if (window.Dim < 0)
        {
            return true;
        }

        at[window.Dim] = (at[window.Dim] * window.Stride) + (tap * window.Dilation) - window.Pad;
        return at[window.Dim] >= 0 && at[window.Dim] < dims[window.Dim];
    }

    private Ext4[] Factor(Product product, IReadOnlyList<(int Column, long Coefficient)> sum, bool isA)
    {
        Ext4[] values = new Ext4[1 << product.IndexBits];
        Ext4[][] e = points.Weights(product.Box);
        int[] dims = [.. circuit.Columns[sum[0].Column].Dims];
        foreach (int[] index in Boxes.Indices(dims))
        {
            Ext4 weight = Ext4.One;
            int k = 0;
            foreach (ProductAxis axis in product.Axes)
            {
                int position = index[isA ? axis.DimA : axis.DimB];
                k = (k << Bits.Ceiling(axis.Length)) | position;
                weight = isA && axis.BoxAxis >= 0 ? weight * e[axis.BoxAxis][position] : weight;
            }

            foreach ((int dim, int boxAxis) in isA ? product.OnlyA : product.OnlyB)
            {
                weight *= e[boxAxis][index[dim]];
            }

            Ext4 element = Ext4.Zero;
            foreach ((int column, long coefficient) in sum)
            {
                element += Ext4.From(coefficient) * columns[column][Boxes.Number(dims, index)];
            }

            values[k] += weight * element;
        }

        return values;
    }
}
