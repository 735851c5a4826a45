using Assay.Node.Errors;
using Assay.Receipts;

namespace Assay.Node.Serving;

/// <summary>What crosses the seam between execution and verification.</summary>
/// <param name="Outputs">All outputs in the model's order; empty on refusal.</param>
/// <param name="Saturated">Input elements that were clamped at the boundary; null where there is none.</param>
/// <param name="Error">Null, or why there is no answer.</param>
public sealed record RunOutcome(IReadOnlyList<TensorValue> Outputs, long? Saturated, NodeError? Error)
{
    /// <summary>No answer.</summary>
    public static RunOutcome Refused(NodeError error) => new([], null, error);
}
