using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>A requantisation of a sum of views (spec/proof-system.md, section 5.5).</summary>
internal static class SumLowering
{
    /// <param name="accumulator">What the sum can be.</param>
    /// <param name="negated">The views of the sum, each with its sign turned; asked for once the columns are there.</param>
    public static void Add(
        CircuitDraft draft, TensorType result, int shift, Interval accumulator, TailChoice choice, Func<IEnumerable<View>> negated)
    {
        if (draft.Error is null
            && TailLowering.Add(draft, draft.Question(draft.Dims(result.Shape), shift, result, accumulator), choice) is { } tail)
        {
            Relation identity = draft.AddIdentity(draft.Box(result.Shape), [.. tail.Views, .. negated()], [], tail.Constants);
            draft.AddStep(new WitnessStep.Requantised(draft.Operation, identity, tail.Columns));
            draft.SetResult(tail.Columns.Result);
        }
    }
}
