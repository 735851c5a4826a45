using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Replayer.Rules;

/// <summary>A receipt that a peer deals with: signed by a node that it serves, and what is disclosed of it is what was signed.</summary>
/// <param name="Digest">The receipt digest.</param>
/// <param name="KeySet">The node's keys.</param>
/// <param name="Claims">The claims, as far as the step discloses them.</param>
/// <param name="Outputs">The outputs, in step 3; null in step 2.</param>
internal sealed record AdmittedReceipt(Digest32 Digest, KeySet KeySet, DisclosedClaims Claims, IReadOnlyList<TensorValue>? Outputs)
{
    /// <summary>The model; in step 2.</summary>
    public ModelId Model => new(Claims.Digest(ClaimRegistry.ModelModelId)!.Value);

    /// <summary>The inputs; in step 2. Views of the request's bytes.</summary>
    public IReadOnlyList<TensorValue> Inputs => Claims.Tensors(ClaimRegistry.RequestInputs)!;
}
