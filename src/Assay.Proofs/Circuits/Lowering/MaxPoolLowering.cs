using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Proofs.Circuits;

/// <summary><c>maxpool</c> (spec/proof-system.md, section 5.8): running maxima along x, then along y.</summary>
internal static class MaxPoolLowering
{
    private const int AxisY = 1;
    private const int AxisX = 2;

    public static void Add(CircuitDraft draft, MaxPoolOperation op)
    {
        TensorType type = draft.Program.TypeOf(op.X);
        int x = draft.Aligned(op.X);
        ImmutableArray<int> shape = op.Result.Shape;
        if (draft.Error is not null)
        {
            return;
        }

        ReluTable table = new(Bits.Ceiling(type.Hi - type.Lo + 1));
        View Source(int column, int tapY, int tapX, long sign) => draft.View(column, sign) with
        {
            Axes =
            [
                draft.Same(0, shape[0]),
                tapY < 0 ? draft.Same(AxisY, type.Shape[1]) : Tap(AxisY, shape[1], op.StrideY, tapY - op.Pads.Top, type.Shape[1]),
                tapX < 0 ? draft.Same(AxisX, shape[2]) : Tap(AxisX, shape[2], op.StrideX, tapX - op.Pads.Left, type.Shape[2]),
                draft.Same(3, draft.Batch),
            ],
        };

        // Without a stage along x, the stage along y reads x itself, at the places of the one tap.
        int last = Stage(draft, table, draft.Dims([shape[0], type.Shape[1], shape[2]]), op.KernelX, (tap, sign) => Source(x, -1, tap, sign));
        int wide = last < 0 ? x : last;
        int tapX = last < 0 ? 0 : -1;
        if (op.KernelY > 1)
        {
            last = Stage(draft, table, draft.Dims(shape), op.KernelY, (tap, sign) => Source(wide, tap, tapX, sign));
        }

        if (draft.Error is null && last >= 0 && draft.DimsOf(last).AsSpan().SequenceEqual(draft.Dims(shape).AsSpan()))
        {
            draft.SetResult(last);
        }
        else
        {
            CopyLowering.AddResult(draft, shape, () => [Source(wide, 0, tapX, -1)]);
        }
    }

    /// <summary>The column of the maximum over all taps, or -1 if there is one tap.</summary>
    private static int Stage(CircuitDraft draft, ReluTable table, ImmutableArray<int> dims, int taps, Func<int, long, View> read)
    {
        int last = -1;
        for (int tap = 1; tap < taps && draft.Error is null; tap++)
        {
            int m = draft.AddColumn(dims);
            if (draft.Error is null)
            {
                View a = last < 0 ? read(0, 1) : draft.View(last, 1);
                View b = read(tap, -1);
                int item = draft.AddItem(dims, table, new Expression([a, b], 0), new Expression([draft.View(m, 1), b], 0));
                draft.AddStep(new WitnessStep.Mapped(draft.Operation, [m], item));
                last = m;
            }
        }

        return last;
    }

    /// <summary>Output o reads place <c>o*stride + offset</c>, or the nearest that there is.</summary>
    private static AxisMap Tap(int axis, int outputs, int stride, int offset, int length) =>
        new(axis, [.. Enumerable.Range(0, outputs).Select(o => (int)Math.Clamp(((long)o * stride) + offset, 0, length - 1))], []);
}
