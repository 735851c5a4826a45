using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>reducesum</c> (spec/proof-system.md, section 5.5).</summary>
internal static class ReduceSumLowering
{
    public static void Add(CircuitDraft draft, ReduceSumOperation op, TailChoice choice)
    {
        TensorType type = draft.Program.TypeOf(op.X);
        int x = draft.Aligned(op.X);
        Interval sum = ((long)op.Multiplier * type.Shape[op.Axis]) * Interval.Of(type);
        SumLowering.Add(draft, op.Result, op.Shift, sum, choice, () => Places(draft, x, op.Axis, -op.Multiplier));
    }

    /// <summary>Every place along an axis, as one view each.</summary>
    public static IEnumerable<View> Places(CircuitDraft draft, int x, int axis, long coefficient)
    {
        int length = draft.DimsOf(x)[axis];
        if (!draft.HasRoom(length, draft.DimsOf(x).Sum(l => (long)l)))
        {
            return [];
        }

        View view = draft.View(x, coefficient);
        return Enumerable.Range(0, length).Select(place => view with { Axes = view.Axes.SetItem(axis, AxisMap.Fixed(place)) });
    }
}
