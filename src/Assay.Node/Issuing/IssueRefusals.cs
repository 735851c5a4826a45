using Assay.Log.Committing;
using Assay.Node.Errors;

namespace Assay.Node.Issuing;

/// <summary>What a caller is told whose receipt couldn't be made durable.</summary>
internal static class IssueRefusals
{
    internal static NodeError Of(SubmitStatus status) => status == SubmitStatus.Overloaded
        ? new NodeError(503, "log/push-back", "Receipts can't be made durable as fast as requests come; this one wasn't answered.", "Try again in a second.")
        : new NodeError(503, "log/faulted", "This node can't make receipts durable any more, so it answers nothing.", "The operator must look at its log and start it again.") { IsFinal = true };
}
