using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>add</c> (spec/proof-system.md, section 5.5).</summary>
internal static class AddLowering
{
    public static void Add(CircuitDraft draft, AddOperation op, TailChoice choice)
    {
        int a = draft.Aligned(op.A);
        int b = draft.Aligned(op.B);
        ImmutableArray<int> dims = draft.Dims(op.Result.Shape);
        Interval sum = (op.MultiplierA * Interval.Of(draft.Program.TypeOf(op.A))) + (op.MultiplierB * Interval.Of(draft.Program.TypeOf(op.B)));
        SumLowering.Add(
            draft,
            op.Result,
            op.Shift,
            sum,
            choice,
            () => [draft.View(a, -op.MultiplierA, dims), draft.View(b, -op.MultiplierB, dims)]);
    }
}
