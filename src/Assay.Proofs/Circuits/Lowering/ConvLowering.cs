using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>conv</c> (spec/proof-system.md, section 5.3).</summary>
internal static class ConvLowering
{
    public static void Add(CircuitDraft draft, ConvOperation op, TailChoice choice)
    {
        ImmutableArray<int> shape = op.Result.Shape;
        ImmutableArray<int> weights = draft.Program.Weights[op.Weights].Shape;
        ContractionGeometry geometry = new(
            op.Groups,
            weights[1],
            shape[0] / op.Groups,
            new Window(1, weights[2], op.StrideY, op.DilationY, op.Pads.Top),
            new Window(2, weights[3], op.StrideX, op.DilationX, op.Pads.Left));
        ContractionLowering.Layer layer = new(
            draft.Box(shape).SetItem(0, new(shape[0], Pool.J, op.Groups)), 0, draft.Aligned(op.X), 0, false, geometry, op.Shifts);
        ContractionLowering.Add(draft, layer, op.TwoLimbs, op.Result, choice);
    }
}
