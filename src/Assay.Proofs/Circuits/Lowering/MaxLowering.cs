using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>max</c> and <c>min</c> (spec/proof-system.md, section 5.8).</summary>
internal static class MaxLowering
{
    public static void Add(CircuitDraft draft, int a, int b, TensorType result, bool isMax, TailChoice choice)
    {
        int columnA = draft.Aligned(a);
        int columnB = draft.Aligned(b);
        ImmutableArray<int> dims = draft.Dims(result.Shape);
        int m = draft.AddColumn(dims);
        if (draft.Error is not null)
        {
            return;
        }

        TensorType typeA = draft.Program.TypeOf(a);
        TensorType typeB = draft.Program.TypeOf(b);
        int largest = Math.Max(Math.Abs(typeA.Hi - typeB.Lo), Math.Abs(typeB.Hi - typeA.Lo));
        View viewA = draft.View(columnA, 1, dims);
        View viewB = draft.View(columnB, 1, dims);
        Expression above = isMax
            ? new([draft.View(m, 1), viewB with { Coefficient = -1 }], 0)
            : new([viewA, draft.View(m, -1)], 0);
        int item = draft.AddItem(
            dims, new ReluTable(Bits.Ceiling(largest + 1)), new Expression([viewA, viewB with { Coefficient = -1 }], 0), above);
        draft.AddStep(new WitnessStep.Mapped(draft.Operation, [m], item));

        (int lo, int hi) = isMax
            ? (Math.Max(typeA.Lo, typeB.Lo), Math.Max(typeA.Hi, typeB.Hi))
            : (Math.Min(typeA.Lo, typeB.Lo), Math.Min(typeA.Hi, typeB.Hi));
        if (result.Lo <= lo && result.Hi >= hi)
        {
            TailLowering.RefuseChoice(draft, choice);
            draft.SetResult(m);
            return;
        }

        SumLowering.Add(draft, result, 0, new(lo, hi), choice, () => [draft.View(m, -1)]);
    }
}
