using System.Collections.Immutable;
using Assay.Proofs.Circuits;

namespace Assay.Proofs.Layouts;

/// <summary>Which tiles the weights' commitment has (spec/proof-system.md, section 6.2).</summary>
public static class WeightTiles
{
    /// <summary>A commitment with more tiles than this isn't practical: longer columns than rows.</summary>
    public const int Most = CircuitLimits.Tiles;

    /// <summary>Whether tiles have more cells than weights and biases explain: somebody else's key must not cost whoever computes its root
    /// again many times what the model does.</summary>
    /// <param name="circuit">Of the key.</param>
    /// <param name="cells">Of all tiles.</param>
    internal static bool AreTooMany(Circuit circuit, long cells)
    {
        long real = 0;
        foreach (Contraction c in circuit.Instances.OfType<Contraction>())
        {
            real += (long)c.Groups * c.RowsPerGroup * (((long)c.ChannelsPerGroup * c.X.Taps * c.Y.Taps) + c.BiasSlots.Length);
        }

        return cells > CircuitLimits.LeastTileCells && cells / CircuitLimits.TileCellsPerWeight > real;
    }

    /// <summary>All tiles, by matrix, j and k; the first <see cref="Most"/> and one more if there are more.</summary>
    /// <param name="circuit">Each matrix belongs to one contraction of it.</param>
    /// <param name="a">Bits of k in a tile.</param>
    /// <param name="b">Bits of j in a tile.</param>
    public static ImmutableArray<WeightTile> Of(Circuit circuit, int a, int b)
    {
        ImmutableArray<WeightTile>.Builder tiles = ImmutableArray.CreateBuilder<WeightTile>();
        foreach (Contraction contraction in circuit.Instances.OfType<Contraction>())
        {
            int[] present = [.. Present(contraction, a).Take(Most + 1 - tiles.Count)];
            for (int j = 0; (long)j << b < contraction.RowsPerGroup && tiles.Count <= Most; j++)
            {
                foreach (int k in present.AsSpan(0, Math.Min(present.Length, Most + 1 - tiles.Count)))
                {
                    tiles.Add(new(contraction.Matrix, j, k));
                }
            }
        }

        return tiles.ToImmutable();
    }

    /// <summary>How many tiles there are; counting ends soon after <see cref="Most"/>.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static long Count(Circuit circuit, int a, int b)
    {
        long count = 0;
        foreach (Contraction contraction in circuit.Instances.OfType<Contraction>())
        {
            long perRow = 0;
            foreach (int _ in Present(contraction, a))
            {
                if (++perRow > Most)
                {
                    return perRow;
                }
            }

            count += perRow * (((contraction.RowsPerGroup - 1) >> b) + 1);
            if (count > Most)
            {
                return count;
            }
        }

        return count;
    }

    /// <summary>k's high bits wherever a weight or a bias slot of some group lies, ascending. A tile's first position is the smallest in
    /// each part (dy, dx, ci, g): if it isn't real, none is.</summary>
    private static IEnumerable<int> Present(Contraction c, int a) =>
        Enumerable.Range(0, 1 << Math.Max(0, c.IndexBits - a)).Where(k => IsPresent(c, k << a, ((k + 1) << a) - 1));

    private static bool IsPresent(Contraction c, int first, int last)
    {
        int group = first & ((1 << c.GroupBits) - 1);
        int combination = first >> c.GroupBits;
        int lastCombination = last >> c.GroupBits;
        return group < c.Groups && (IsWeight(c, combination) || c.BiasSlots.Any(slot => slot >= combination && slot <= lastCombination));
    }

    private static bool IsWeight(Contraction c, int combination)
    {
        int ci = combination & ((1 << c.ChannelBits) - 1);
        int dx = (combination >> c.ChannelBits) & ((1 << c.XBits) - 1);
        int dy = combination >> (c.ChannelBits + c.XBits);
        return ci < c.ChannelsPerGroup && dx < c.X.Taps && dy < c.Y.Taps;
    }
}
