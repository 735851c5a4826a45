using Assay.Proofs.Fields;

namespace Assay.Proofs.Layouts;

/// <summary>Sums over the first elements of a box of one dimension, weighted with its vector at a point, without the vector: a few
/// products for each bit.</summary>
/// <param name="box">Of one dimension.</param>
internal sealed class PrefixSums(BoxPlacement box, PointTables point)
{
    private readonly Ext4[] _high = [.. box.Blocks.Select(block => point.At(block.Bits, block.Offset >> block.Bits))];

    /// <summary><c>Σ_(i &lt; count) G[i]</c> and <c>Σ_(i &lt; count) i*G[i]</c>.</summary>
    public (Ext4 Sum, Ext4 Weighted) At(int count)
    {
        Ext4 sum = Ext4.Zero;
        Ext4 weighted = Ext4.Zero;
        for (int i = 0; i < box.Blocks.Length && box.Blocks[i].Start < count; i++)
        {
            BoxBlock block = box.Blocks[i];
            (Ext4 blockSum, Ext4 blockWeighted) = Block(block.Bits, Math.Min(block.Slices, count - block.Start));
            sum += _high[i] * blockSum;
            weighted += _high[i] * (blockWeighted + (blockSum * (uint)block.Start));
        }

        return (sum, weighted);
    }

    /// <summary><c>Σ_i G[i] G'[i]</c> with the same dimension in another box at another point.</summary>
    public Ext4 Dot(PrefixSums other, PointTables otherPoint, BoxPlacement otherBox)
    {
        Ext4 sum = Ext4.Zero;
        for (int i = 0; i < box.Blocks.Length; i++)
        {
            // Equal lengths are cut alike.
            Ext4 product = _high[i] * other._high[i];
            for (int t = 0; t < otherBox.Blocks[i].Bits; t++)
            {
                Ext4 both = point.Point[t] * otherPoint.Point[t];
                product *= Ext4.One - point.Point[t] - otherPoint.Point[t] + both + both;
            }

            sum += product;
        }

        return sum;
    }

    /// <summary><c>Σ_(i &lt; count) eq(z, i)</c> and the same times i, over the lowest bits of the point.</summary>
    private (Ext4 Sum, Ext4 Weighted) Block(int bits, int count)
    {
        // below[t] is what the bits below t add to an index on average.
        Ext4[] below = new Ext4[bits + 1];
        for (int t = 0; t < bits; t++)
        {
            below[t + 1] = below[t] + (point.Point[t] * (1u << t));
        }

        if (count == 1 << bits)
        {
            return (Ext4.One, below[bits]);
        }

        Ext4 sum = Ext4.Zero;
        Ext4 weighted = Ext4.Zero;
        Ext4 factor = Ext4.One;
        uint start = 0;
        for (int t = bits - 1; t >= 0; t--)
        {
            Ext4 zero = Ext4.One - point.Point[t];
            if ((count >> t & 1) != 0)
            {
                Ext4 half = factor * zero;
                sum += half;
                weighted += half * (below[t] + (Ext4.One * start));
                factor *= point.Point[t];
                start += 1u << t;
            }
            else
            {
                factor *= zero;
            }
        }

        return (sum, weighted);
    }
}
