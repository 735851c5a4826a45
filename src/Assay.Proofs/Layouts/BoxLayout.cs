using System.Collections.Immutable;
using System.Numerics;

namespace Assay.Proofs.Layouts;

/// <summary>Boxes laid end to end in one vector of cells (spec/proof-system.md, section 6.1).</summary>
public sealed class BoxLayout
{
    private BoxLayout(ImmutableArray<BoxPlacement> boxes, long cells)
    {
        Boxes = boxes;
        Cells = cells;
        Bits = cells <= 1 ? 0 : 64 - BitOperations.LeadingZeroCount((ulong)(cells - 1));
    }

    /// <summary>The boxes in the order given.</summary>
    public ImmutableArray<BoxPlacement> Boxes { get; }

    /// <summary>Cells used, N.</summary>
    public long Cells { get; }

    /// <summary><c>n = clog(N)</c>.</summary>
    public int Bits { get; }

    /// <summary>Lays boxes out.</summary>
    /// <param name="boxes">Lengths of each box: at least one dimension each, all at least 1.</param>
    public static BoxLayout Of(IEnumerable<ImmutableArray<int>> boxes)
    {
        ImmutableArray<BoxPlacement> placed = [.. boxes.Select(dims => new BoxPlacement(dims))];
        List<(int Bits, int Box, int Cut)> blocks = [];
        for (int box = 0; box < placed.Length; box++)
        {
            for (int cut = 0; cut < placed[box].Cuts.Length; cut++)
            {
                blocks.Add((placed[box].SliceBits + placed[box].Cuts[cut].Bits, box, cut));
            }
        }

        blocks.Sort((x, y) => x.Bits != y.Bits ? y.Bits.CompareTo(x.Bits)
            : x.Box != y.Box ? x.Box.CompareTo(y.Box) : x.Cut.CompareTo(y.Cut));
        long cells = 0;
        long[][] offsets = [.. placed.Select(box => new long[box.Cuts.Length])];
        foreach ((int bits, int box, int cut) in blocks)
        {
            offsets[box][cut] = cells;
            cells = bits > 40 ? long.MaxValue / 2 : Math.Min(cells + (1L << bits), long.MaxValue / 2);
        }

        for (int box = 0; box < placed.Length; box++)
        {
            placed[box].Place(offsets[box]);
        }

        return new(placed, cells);
    }
}
