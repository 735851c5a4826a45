using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>A new column that is a sum of views and constants (spec/proof-system.md, section 5.6).</summary>
internal static class CopyLowering
{
    /// <summary>The column; it isn't given to any value.</summary>
    /// <param name="shape">Without the batch.</param>
    /// <param name="negated">The views with their signs turned; asked for once there is room for the column.</param>
    public static int AddColumn(
        CircuitDraft draft, ImmutableArray<int> shape, Func<IEnumerable<View>> negated, Func<ImmutableArray<ConstantTerm>>? constants = null)
    {
        int column = draft.AddColumn(draft.Dims(shape));
        if (draft.Error is null)
        {
            Relation identity = draft.AddIdentity(
                draft.Box(shape), [draft.View(column, 1), .. negated()], [], constants?.Invoke() ?? []);
            draft.AddStep(new WitnessStep.Determined(draft.Operation, column, identity.Index));
        }

        return column;
    }

    /// <summary>The operation's result as such a column.</summary>
    public static void AddResult(
        CircuitDraft draft, ImmutableArray<int> shape, Func<IEnumerable<View>> negated, Func<ImmutableArray<ConstantTerm>>? constants = null) =>
        draft.SetResult(AddColumn(draft, shape, negated, constants));
}
