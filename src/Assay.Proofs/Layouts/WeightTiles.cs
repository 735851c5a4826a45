using System.Collections.Immutable;
using Assay.Proofs.Circuits;

namespace Assay.Proofs.Layouts;

/// <summary>Which tiles the weights' commitment has (spec/proof-system.md, section 6.2).</summary>
public static class WeightTiles
{
    /// <summary>A commitment with more tiles than this isn't practical: longer columns than rows.</summary>
    public const int Most = 1 << 20;

    /// <summary>All tiles, by matrix, j and k; the first <see cref="Most"/> and one more if there are more.</summary>
    /// <param name="circuit">Each matrix belongs to one contraction of it.</param>
    /// <param name="a">Bits of k in a tile.</param>
    /// <param name="b">Bits of j in a tile.</param>
    public static ImmutableArray<WeightTile> Of(Circuit circuit, int a, int b)
    {
        ImmutableArray<WeightTile>.Builder tiles = ImmutableArray.CreateBuilder<WeightTile>();
        foreach (Instance instance in circuit.Instances)
        {
            if (instance is not Contraction contraction)
            {
                continue;
            }

            bool[] present = Present(contraction, a);
            for (int j = 0; j << b < contraction.RowsPerGroup && tiles.Count <= Most; j++)
            {
                for (int k = 0; k < present.Length; k++)
                {
                    if (present[k] && tiles.Count <= Most)
                    {
                        tiles.Add(new(contraction.Matrix, j, k));
                    }
                }
            }
        }

        return tiles.ToImmutable();
    }

    /// <summary>For each value of k's high bits, whether a weight or a bias slot of some group lies there.</summary>
    private static bool[] Present(Contraction c, int a)
    {
        bool[] present = new bool[1 << Math.Max(0, c.IndexBits - a)];
        for (int dy = 0; dy < c.Y.Taps; dy++)
        {
            for (int dx = 0; dx < c.X.Taps; dx++)
            {
                Mark(present, c, a, ((dy << c.XBits) | dx) << c.ChannelBits, c.ChannelsPerGroup);
            }
        }

        foreach (int slot in c.BiasSlots)
        {
            Mark(present, c, a, slot, 1);
        }

        return present;
    }

    /// <summary>Marks the tiles of so many combinations (dy, dx, ci) from one on, with all groups.</summary>
    private static void Mark(bool[] present, Contraction c, int a, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            int tile = i << c.GroupBits >> a;
            present.AsSpan(tile, ((((i << c.GroupBits) | (c.Groups - 1)) >> a) - tile) + 1).Fill(true);
        }
    }
}
