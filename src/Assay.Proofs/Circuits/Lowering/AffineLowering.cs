using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>affine</c> (spec/proof-system.md, section 5.3): each channel is a group of its own.</summary>
internal static class AffineLowering
{
    public static void Add(CircuitDraft draft, AffineOperation op, TailChoice choice)
    {
        ImmutableArray<int> shape = op.Result.Shape;
        int channels = shape[op.Axis];
        ContractionGeometry geometry = new(channels, 1, 1, Window.None, Window.None);
        ContractionLowering.Layer layer = new(
            draft.Box(shape).SetItem(op.Axis, new(channels, Pool.J, channels)),
            op.Axis,
            draft.Aligned(op.X),
            op.Axis,
            false,
            geometry,
            op.Shifts);
        ContractionLowering.Add(draft, layer, false, op.Result, choice);
    }
}
