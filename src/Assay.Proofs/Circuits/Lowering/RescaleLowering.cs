using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>rescale</c> (spec/proof-system.md, section 5.5).</summary>
internal static class RescaleLowering
{
    public static void Add(CircuitDraft draft, RescaleOperation op, TailChoice choice)
    {
        int x = draft.Aligned(op.X);
        Interval product = op.Multiplier * Interval.Of(draft.Program.TypeOf(op.X));
        SumLowering.Add(draft, op.Result, op.Shift, product, choice, () => [draft.View(x, -op.Multiplier)]);
    }
}
