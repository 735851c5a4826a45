using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Proofs.Circuits;

/// <summary><c>reducemax</c> (spec/proof-system.md, section 5.8).</summary>
internal static class ReduceMaxLowering
{
    public static void Add(CircuitDraft draft, ReduceMaxOperation op)
    {
        int x = draft.Aligned(op.X);
        int m = AddRunning(draft, x, draft.Program.TypeOf(op.X), op.Axis);
        CopyLowering.AddResult(draft, op.Result.Shape, () => [Last(draft, m, op.Axis, -1)]);
    }

    /// <summary>The column of running maxima along an axis, one place less than x has; x itself if it has one.</summary>
    public static int AddRunning(CircuitDraft draft, int x, TensorType type, int axis)
    {
        int steps = type.Shape[axis] - 1;
        if (steps == 0)
        {
            return x;
        }

        ImmutableArray<int> dims = draft.Dims(type.Shape.SetItem(axis, steps));
        int m = draft.AddColumn(dims);
        if (draft.Error is null)
        {
            View next = draft.View(x, -1, axis, AxisMap.Affine(axis, steps, 1, 1, steps + 1));
            int item = draft.AddItem(
                dims,
                new ReluTable(Bits.Ceiling(type.Hi - type.Lo + 1)),
                new Expression([First(draft, x, axis, steps, 1), Previous(draft, m, axis, steps, 1), next], 0),
                new Expression([draft.View(m, 1), next], 0));
            draft.AddStep(new WitnessStep.Mapped(draft.Operation, [m], item));
        }

        return m;
    }

    /// <summary>x's first place at position 0, nothing elsewhere: where a running number starts.</summary>
    public static View First(CircuitDraft draft, int x, int axis, int steps, long coefficient) =>
        draft.View(x, coefficient, axis, AxisMap.Affine(axis, steps, -1, 0, 1));

    /// <summary>The place before, nothing at position 0.</summary>
    public static View Previous(CircuitDraft draft, int m, int axis, int steps, long coefficient) =>
        draft.View(m, coefficient, axis, AxisMap.Affine(axis, steps, 1, -1, steps));

    /// <summary>The last place along an axis, wherever one is along it.</summary>
    public static View Last(CircuitDraft draft, int m, int axis, long coefficient) =>
        draft.View(m, coefficient, axis, AxisMap.Fixed(draft.DimsOf(m)[axis] - 1));
}
