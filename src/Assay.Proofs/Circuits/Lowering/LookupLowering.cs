using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Proofs.Circuits;

/// <summary><c>lookup</c> (spec/proof-system.md, section 5.7).</summary>
internal static class LookupLowering
{
    public static void Add(CircuitDraft draft, LookupOperation op)
    {
        int x = draft.Aligned(op.X);
        ImmutableArray<int> dims = draft.Dims(op.Result.Shape);
        int y = draft.AddColumn(dims);
        if (draft.Error is not null)
        {
            return;
        }

        MapTable table = new(op.Table, draft.Program.TypeOf(op.X).Lo, draft.Program.Tables[op.Table]);
        int item = draft.AddItem(dims, table, new Expression([draft.View(x, 1)], 0), new Expression([draft.View(y, 1)], 0));
        draft.AddStep(new WitnessStep.Mapped(draft.Operation, [y], item));
        draft.SetResult(y);
    }
}
