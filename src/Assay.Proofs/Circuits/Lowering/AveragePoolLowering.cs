using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>avgpool</c> (spec/proof-system.md, section 5.5).</summary>
internal static class AveragePoolLowering
{
    public static void Add(CircuitDraft draft, AveragePoolOperation op, TailChoice choice)
    {
        TensorType type = draft.Program.TypeOf(op.X);
        int x = draft.Aligned(op.X);
        ImmutableArray<int> counts = AveragePoolOperation.PossibleCounts(
            type.Shape[1], type.Shape[2], op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads, op.CountPadding);
        Interval sum = Interval.Of(0);
        for (int i = 0; i < counts.Length; i++)
        {
            // Padding adds zeros, so a window may hold fewer real places than count.
            Interval one = (op.Multipliers[i] * (long)counts[i]) * Interval.Of(type);
            sum = new(Int128.Min(sum.Lo, one.Lo), Int128.Max(sum.Hi, one.Hi));
        }

        SumLowering.Add(draft, op.Result, op.Shift, sum, choice, () => Views(draft, op, x, type.Shape, counts));
    }

    private static List<View> Views(
        CircuitDraft draft, AveragePoolOperation op, int x, ImmutableArray<int> shape, ImmutableArray<int> counts)
    {
        int[] rows = Real(shape[1], op.Result.Shape[1], op.KernelY, op.StrideY, op.Pads.Top);
        int[] columns = Real(shape[2], op.Result.Shape[2], op.KernelX, op.StrideX, op.Pads.Left);
        bool isOne = counts.Length == 1;
        int[] distinctRows = isOne ? [-1] : [.. rows.Distinct().Order()];
        int[] distinctColumns = isOne ? [-1] : [.. columns.Distinct().Order()];
        long taps = (long)op.KernelY * op.KernelX;
        long sets = (long)distinctRows.Length * distinctColumns.Length;
        if (!draft.HasRoom(taps * sets, (long)shape[0] + Math.Max(rows.Length, shape[1]) + Math.Max(columns.Length, shape[2]) + draft.Batch))
        {
            return [];
        }

        List<View> views = [];
        foreach (int row in distinctRows)
        {
            foreach (int column in distinctColumns)
            {
                short multiplier = op.Multipliers[isOne ? 0 : counts.BinarySearch(row * column)];
                AddTaps(draft, op, x, shape, multiplier, o => row < 0 || rows[o] == row, o => column < 0 || columns[o] == column, views);
            }
        }

        return views;
    }

    private static void AddTaps(
        CircuitDraft draft,
        AveragePoolOperation op,
        int x,
        ImmutableArray<int> shape,
        short multiplier,
        Func<int, bool> isRow,
        Func<int, bool> isColumn,
        List<View> views)
    {
        AxisMap[] alongX = [.. Enumerable.Range(0, op.KernelX).Select(
            tap => Tap(2, shape[2], op.Result.Shape[2], op.StrideX, tap - op.Pads.Left, isColumn))];
        for (int tap = 0; tap < op.KernelY; tap++)
        {
            AxisMap alongY = Tap(1, shape[1], op.Result.Shape[1], op.StrideY, tap - op.Pads.Top, isRow);
            foreach (AxisMap map in alongX)
            {
                views.Add(new(x, -multiplier, [draft.Same(0, shape[0]), alongY, map, draft.Same(3, draft.Batch)]));
            }
        }
    }

    /// <summary>How many of each window's places are inside the image.</summary>
    private static int[] Real(int length, int outputs, int kernel, int stride, int pad) =>
        [.. Enumerable.Range(0, outputs).Select(o =>
            Math.Min((o * stride) - pad + kernel, length) - Math.Max((o * stride) - pad, 0))];

    private static AxisMap Tap(int axis, int length, int outputs, int stride, int offset, Func<int, bool> counts) =>
        new(axis, [.. Enumerable.Range(0, outputs).Select(o =>
            counts(o) && (o * stride) + offset is int place && place >= 0 && place < length ? place : -1)], []);
}
