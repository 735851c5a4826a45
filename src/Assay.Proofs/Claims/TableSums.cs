using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Claims;

/// <summary>Weighted sums over a table's rows.</summary>
internal static class TableSums
{
    /// <summary>Rows from one on, until the next segment's: the parts are linear in the row's number.</summary>
    private readonly record struct Segment(int Start, (long Slope, long At0) C0, (long Slope, long At0) C1, int C2);

    /// <summary><c>Σ G[i]</c> and the same times each part of row i, by segments where rows are linear in pieces.</summary>
    public static (Ext4 Sum, Ext4 C0, Ext4 C1, Ext4 C2) Of(ProofTable table, BoxPlacement box, PointTables point)
    {
        Segment[]? segments = Segments(table);
        if (segments is null)
        {
            return ByRows(table, box.Weights(point)[0]);
        }

        PrefixSums prefixes = new(box, point);
        (Ext4 Sum, Ext4 Weighted) before = (Ext4.Zero, Ext4.Zero);
        Ext4 c0 = Ext4.Zero;
        Ext4 c1 = Ext4.Zero;
        Ext4 c2 = Ext4.Zero;
        for (int i = 0; i < segments.Length; i++)
        {
            Segment segment = segments[i];
            (Ext4 Sum, Ext4 Weighted) after = prefixes.At(i + 1 < segments.Length ? segments[i + 1].Start : table.Rows);
            Ext4 sum = after.Sum - before.Sum;
            Ext4 weighted = after.Weighted - before.Weighted;
            c0 += (weighted * KoalaBear.From(segment.C0.Slope)) + (sum * KoalaBear.From(segment.C0.At0));
            c1 += (weighted * KoalaBear.From(segment.C1.Slope)) + (sum * KoalaBear.From(segment.C1.At0));
            c2 += sum * (uint)segment.C2;
            before = after;
        }

        return (before.Sum, c0, c1, c2);
    }

    /// <summary>The same row by row.</summary>
    internal static (Ext4 Sum, Ext4 C0, Ext4 C1, Ext4 C2) ByRows(ProofTable table, Ext4[] weights)
    {
        uint[] c0 = new uint[weights.Length];
        uint[] c1 = new uint[weights.Length];
        uint[] c2 = new uint[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            (int x, int y, int k) = table.Row(i);
            c0[i] = KoalaBear.From(x);
            c1[i] = KoalaBear.From(y);
            c2[i] = KoalaBear.From(k);
        }

        return (Sums.Of(weights), Sums.Dot(weights, c0), Sums.Dot(weights, c1), Sums.Dot(weights, c2));
    }

    /// <summary>Null for tables whose rows are listed. Segments may be empty.</summary>
    private static Segment[]? Segments(ProofTable table)
    {
        switch (table)
        {
            case RangeTable:
                return [new(0, (1, 0), (0, 0), 0)];
            case ClampTable clamp:
                (long, long) shifted = (1, -clamp.Before);
                return
                [
                    new(0, shifted, (0, 0), 0), new(clamp.Before, shifted, shifted, 0),
                    new(clamp.Before + clamp.Width + 1, shifted, (0, clamp.Width), 0),
                ];
            case ClassTable highs:
                (long, long) high = (1, highs.Lowest);
                int zero = (int)Math.Clamp(-(long)highs.Lowest, 0, highs.Rows);
                int positive = (int)Math.Clamp(1 - (long)highs.Lowest, 0, highs.Rows);
                return [new(0, high, (0, 0), 0), new(zero, high, (0, 1), 0), new(positive, high, (0, 2), 0)];
            case SlicesTable slices:
                int size = 1 << slices.LowBits;
                (long, long) low = (1, -size);
                return
                [
                    new(0, (1, 0), (0, 0), 0), new(size, low, low, 1), new(size + slices.Width + 1, low, (0, slices.Width), 1),
                    new(2 * size, (1, -2 * size), (0, slices.Width), 2),
                ];
            case ReluTable relu:
                (long, long) difference = (1, -(1 << relu.MagnitudeBits));
                return [new(0, difference, (0, 0), 0), new(1 << relu.MagnitudeBits, difference, difference, 0)];
            case StepTable step:
                (long, long) signed = (1, -(1 << step.MagnitudeBits));
                return [new(0, signed, (0, 0), 0), new((1 << step.MagnitudeBits) + 1, signed, signed, 1)];
            default:
                return null;
        }
    }
}
