using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Proofs.Circuits;

/// <summary>Operations that only move elements (spec/proof-system.md, section 5.6).</summary>
internal static class LayoutLowering
{
    public static void AddTranspose(CircuitDraft draft, TransposeOperation op)
    {
        int x = draft.Aligned(op.X);
        ImmutableArray<int> shape = op.Result.Shape;
        CopyLowering.AddResult(draft, shape, () =>
        {
            AxisMap[] axes = new AxisMap[shape.Length + 1];
            for (int axis = 0; axis < shape.Length; axis++)
            {
                axes[op.Permutation[axis]] = draft.Same(axis, shape[axis]);
            }

            axes[^1] = draft.Same(shape.Length, draft.Batch);
            return [new View(x, -1, [.. axes])];
        });
    }

    public static void AddSlice(CircuitDraft draft, SliceOperation op)
    {
        int x = draft.Aligned(op.X);
        ImmutableArray<int> shape = op.Result.Shape;
        CopyLowering.AddResult(draft, shape, () => [Read(draft, x, shape, axis =>
            AxisMap.Affine(axis, shape[axis], shape[axis] == 1 ? 0 : op.Steps[axis], op.Starts[axis], int.MaxValue))]);
    }

    public static void AddGather(CircuitDraft draft, GatherOperation op)
    {
        int x = draft.Aligned(op.X);
        ImmutableArray<int> shape = op.Result.Shape;
        CopyLowering.AddResult(draft, shape, () => [Read(draft, x, shape, axis =>
            axis == op.Axis ? new(axis, op.Indices, []) : draft.Same(axis, shape[axis]))]);
    }

    public static void AddConcat(CircuitDraft draft, ConcatOperation op)
    {
        int[] columns = [.. op.Operands.Select(draft.Aligned)];
        ImmutableArray<int> shape = op.Result.Shape;
        if (!draft.HasRoom(columns.Length, shape.Sum(length => (long)length) + draft.Batch))
        {
            return;
        }

        CopyLowering.AddResult(draft, shape, () =>
        {
            List<View> views = [];
            int start = 0;
            foreach (int column in columns)
            {
                int length = draft.DimsOf(column)[op.Axis];
                int from = start;
                views.Add(Read(draft, column, shape, axis =>
                    axis == op.Axis ? AxisMap.Affine(axis, shape[axis], 1, -from, length) : draft.Same(axis, shape[axis])));
                start += length;
            }

            return views;
        });
    }

    public static void AddPad(CircuitDraft draft, PadOperation op)
    {
        int x = draft.Aligned(op.X);
        ImmutableArray<int> from = draft.Program.TypeOf(op.X).Shape;
        ImmutableArray<int> shape = op.Result.Shape;
        CopyLowering.AddResult(
            draft,
            shape,
            () => [Read(draft, x, shape, axis => AxisMap.Affine(axis, shape[axis], 1, -op.Before[axis], from[axis]))],
            () => op.Value == 0 ? [] :
            [
                ConstantTerm.Everywhere(shape.Length + 1, -op.Value),
                new ConstantTerm([.. shape.Select((length, axis) => Inside(length, op.Before[axis], from[axis])), []]) { Scale = op.Value },
            ]);
    }

    /// <summary>One view whose axes are read in a way of their own each, and the batch in order.</summary>
    private static View Read(CircuitDraft draft, int column, ImmutableArray<int> shape, Func<int, AxisMap> along) =>
        new(column, -1, [.. Enumerable.Range(0, shape.Length).Select(along), draft.Same(shape.Length, draft.Batch)]);

    private static ImmutableArray<long> Inside(int length, int before, int inner) =>
        [.. Enumerable.Range(0, length).Select(i => i >= before && i < before + inner ? 1L : 0L)];
}
