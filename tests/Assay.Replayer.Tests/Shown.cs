using Assay.Receipts;

namespace Assay.Replayer.Tests;

/// <summary>What a node shows a peer of a bundle.</summary>
internal static class Shown
{
    /// <summary>The body of step 2.</summary>
    internal static byte[] ForCommitment(this Bundle bundle) => bundle.Keep("model.model_id", "execution.semantics", "request.inputs");

    /// <summary>The body of step 3.</summary>
    internal static byte[] ForEndorsement(this Bundle bundle) => bundle.Keep("model.model_id", "execution.semantics", "request.inputs", "outputs");

    internal static byte[] Keep(this Bundle bundle, params string[] fields) => bundle.Redact(fields, out string? error, out _)?.Encode() ?? throw new InvalidOperationException(error);
}
