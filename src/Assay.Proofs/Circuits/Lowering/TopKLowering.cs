using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Proofs.Circuits;

/// <summary><c>topk</c> with k = 1 (spec/proof-system.md, section 5.8).</summary>
internal static class TopKLowering
{
    public static void Add(CircuitDraft draft, TopKOperation op)
    {
        TensorType type = draft.Program.TypeOf(op.X);
        int x = draft.Aligned(op.X);
        int axis = type.Shape.Length - 1;
        int steps = type.Shape[axis] - 1;
        if (steps == 0)
        {
            CopyLowering.AddResult(draft, op.Result.Shape, () => op.Indices ? [] : [draft.View(x, -1)]);
            return;
        }

        ImmutableArray<int> dims = draft.Dims(type.Shape.SetItem(axis, steps));
        int m = draft.AddColumn(dims);
        int g = draft.AddColumn(dims);
        int p = op.Indices ? draft.AddColumn(dims) : -1;
        if (draft.Error is not null)
        {
            return;
        }

        // Smallest first: the same with everything's sign turned.
        int sign = op.Largest ? 1 : -1;
        ImmutableArray<View> before =
        [
            ReduceMaxLowering.First(draft, x, axis, steps, -sign),
            ReduceMaxLowering.Previous(draft, m, axis, steps, -1),
        ];
        int item = draft.AddItem(
            dims,
            new StepTable(Bits.Ceiling(type.Hi - type.Lo + 1)),
            new Expression([draft.View(x, sign, axis, AxisMap.Affine(axis, steps, 1, 1, steps + 1)), .. before], 0),
            new Expression([draft.View(m, 1), .. before], 0),
            new Expression([draft.View(g, 1)], 0));
        draft.AddStep(new WitnessStep.Mapped(draft.Operation, [m, g], item));
        if (op.Indices)
        {
            AddPlaces(draft, dims, axis, g, p);
        }

        CopyLowering.AddResult(
            draft, op.Result.Shape, () => [ReduceMaxLowering.Last(draft, op.Indices ? p : m, axis, op.Indices ? -1 : -sign)]);
    }

    private static void AddPlaces(CircuitDraft draft, ImmutableArray<int> dims, int axis, int g, int p)
    {
        int steps = dims[axis];
        View previous = ReduceMaxLowering.Previous(draft, p, axis, steps, -1);
        AxisMap places = draft.Same(axis, steps) with { Weights = [.. Enumerable.Range(1, steps).Select(place => (long)place)] };
        int item = draft.AddItem(
            dims,
            new ReluTable(Bits.Ceiling(steps + 1)),
            new Expression([draft.View(g, 1, axis, places), previous], 0),
            new Expression([draft.View(p, 1), previous], 0));
        draft.AddStep(new WitnessStep.Mapped(draft.Operation, [p], item));
    }
}
