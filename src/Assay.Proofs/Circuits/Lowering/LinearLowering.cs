using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>linear</c> (spec/proof-system.md, section 5.3).</summary>
internal static class LinearLowering
{
    public static void Add(CircuitDraft draft, LinearOperation op, TailChoice choice)
    {
        ImmutableArray<int> shape = op.Result.Shape;
        int last = shape.Length - 1;
        bool flat = shape.Length == 1;
        int column = flat ? draft.AnyColumn(op.X) : draft.Aligned(op.X);
        ContractionGeometry geometry = new(1, draft.Program.TypeOf(op.X).Shape[^1], shape[last], Window.None, Window.None);
        ContractionLowering.Layer layer = new(
            draft.Box(shape).SetItem(last, new(shape[last], Pool.J)), last, column, flat ? 0 : last, flat, geometry, op.Shifts);
        ContractionLowering.Add(draft, layer, op.TwoLimbs, op.Result, choice);
    }
}
