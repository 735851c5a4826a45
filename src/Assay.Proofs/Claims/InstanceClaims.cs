using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Claims;

/// <summary>The claims on W in which the product sumcheck ends (spec/proof-system.md, section 7, step 6).</summary>
public static class InstanceClaims
{
    /// <summary>The committed part of <c>A_l(r)</c> as terms, and its public part: what the bias slots add.</summary>
    /// <param name="point">The tables of the sumcheck's point.</param>
    public static (IReadOnlyList<Term> Terms, Ext4 Public) A(Circuit circuit, Instance instance, PoolPoints points, PointTables point)
    {
        BoxWeights weights = new(points.Weights(instance.Box));
        return instance switch
        {
            Contraction contraction => Contracted(circuit, contraction, points, weights, point),
            Product product => (Factor(circuit, product, product.A, isA: true, weights, point), Ext4.Zero),
            _ => throw new ArgumentOutOfRangeException(nameof(instance)),
        };
    }

    /// <summary><c>M_l(r)</c> of a product as terms.</summary>
    public static IReadOnlyList<Term> M(Circuit circuit, Product product, PoolPoints points, PointTables point) =>
        Factor(circuit, product, product.B, isA: false, new(points.Weights(product.Box)), point);

    private static (IReadOnlyList<Term> Terms, Ext4 Public) Contracted(
        Circuit circuit, Contraction c, PoolPoints points, BoxWeights weights, PointTables point)
    {
        Column column = circuit.Columns[c.Column];
        int channelAxis = c.Box.Select((axis, i) => (axis, i)).Single(pair => pair.axis.Pool == Pool.J).i;
        Ext4[] groups = Times(points.Weights(Pool.G, c.Groups), point.Table(0, c.Groups));
        Ext4[] channels = PoolPoints.Outer(groups, point.Table(c.GroupBits, c.ChannelsPerGroup));
        int xStart = c.GroupBits + c.ChannelBits;
        int yStart = xStart + c.XBits;
        Ext4[] yTaps = Taps(point, yStart, c.YBits, c.Y.Taps);
        Ext4[] xTaps = Taps(point, xStart, c.XBits, c.X.Taps);
        Ext4 coefficient = Ext4.One;
        Ext4[][] factors;
        if (c.Flat)
        {
            factors = [channels, weights.Axes[^1]];
            coefficient = yTaps[0] * xTaps[0];
        }
        else
        {
            factors = new Ext4[column.Dims.Length][];
            for (int d = 0; d < factors.Length; d++)
            {
                factors[d] = d == c.ChannelDim ? channels
                    : d == c.Y.Dim ? Slide(c.Y, yTaps, weights.Axes[d], column.Dims[d])
                    : d == c.X.Dim ? Slide(c.X, xTaps, weights.Axes[d], column.Dims[d])
                    : weights.Axes[d];
            }

            coefficient *= c.Y.Dim < 0 ? yTaps[0] : Ext4.One;
            coefficient *= c.X.Dim < 0 ? xTaps[0] : Ext4.One;
        }

        Ext4 slots = Ext4.Zero;
        if (circuit.Matrices[c.Matrix].Limb != WeightLimb.High)
        {
            int slotBits = c.IndexBits - c.GroupBits;
            for (int i = 0; i < c.BiasSlots.Length; i++)
            {
                slots += SlotWeight(point, c.GroupBits, slotBits, c.BiasSlots[i]) * KoalaBear.From(1L << (16 * i));
            }

            slots *= Sums.Of(groups) * weights.SumsBut(channelAxis);
        }

        return ([new(c.Column, coefficient, factors, c.Flat)], slots);
    }

    /// <summary><c>eq</c> of the point's bits from one on, cut to so many, with a number.</summary>
    private static Ext4 SlotWeight(PointTables point, int start, int bits, int slot)
    {
        Ext4 product = Ext4.One;
        for (int t = 0; t < bits; t++)
        {
            Ext4 element = point.Point[start + t];
            product *= (slot >> t & 1) != 0 ? element : Ext4.One - element;
        }

        return product;
    }

    /// <summary><c>eq(point, t)</c> for the taps, over all bits of the tap's part of k, which may be more than the taps need.</summary>
    private static Ext4[] Taps(PointTables point, int start, int bits, int taps)
    {
        Ext4[] weights = new Ext4[taps];
        for (int t = 0; t < taps; t++)
        {
            weights[t] = SlotWeight(point, start, bits, t);
        }

        return weights;
    }

    /// <summary><c>v[i] = Σ_t taps[t] Σ_(o: o*stride + t*dilation - pad = i) e[o]</c>.</summary>
    private static Ext4[] Slide(Window window, Ext4[] taps, Ext4[] e, int length)
    {
        Ext4[] sums = new Ext4[length];
        for (int t = 0; t < taps.Length; t++)
        {
            for (int o = 0; o < e.Length; o++)
            {
                long i = ((long)o * window.Stride) + ((long)t * window.Dilation) - window.Pad;
                if (i >= 0 && i < length)
                {
                    sums[i] += taps[t] * e[o];
                }
            }
        }

        return sums;
    }

    private static List<Term> Factor(
        Circuit circuit, Product product, ImmutableArray<(int Column, long Coefficient)> sum, bool isA, BoxWeights weights, PointTables point)
    {
        Column first = circuit.Columns[sum[0].Column];
        Ext4[][] factors = new Ext4[first.Dims.Length][];
        Array.Fill(factors, PointTables.Ones);
        int start = product.IndexBits;
        foreach (ProductAxis axis in product.Axes)
        {
            start -= Bits.Ceiling(axis.Length);
            Ext4[] factor = point.Table(start, axis.Length);
            factors[isA ? axis.DimA : axis.DimB] = isA && axis.BoxAxis >= 0 ? Times(weights.Axes[axis.BoxAxis], factor) : factor;
        }

        foreach ((int dim, int boxAxis) in isA ? product.OnlyA : product.OnlyB)
        {
            factors[dim] = weights.Axes[boxAxis];
        }

        List<Term> terms = [];
        foreach ((int column, long coefficient) in sum)
        {
            terms.Add(new(column, Ext4.From(coefficient), factors));
        }

        return terms;
    }

    private static Ext4[] Times(Ext4[] a, Ext4[] b)
    {
        Ext4[] product = new Ext4[a.Length];
        for (int i = 0; i < product.Length; i++)
        {
            product[i] = a[i] * b[i];
        }

        return product;
    }
}
