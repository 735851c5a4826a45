using Assay.Node.Planning;
using Assay.Primitives;

namespace Assay.Node.Serving;

/// <summary>An answer whose receipt is durable.</summary>
/// <param name="ReceiptId">The receipt's id.</param>
/// <param name="Plan">The level and its source.</param>
/// <param name="Body">The body, byte for byte as the receipt binds it.</param>
/// <param name="Secret">What lets the caller read the receipt's fields here later.</param>
public sealed record InferenceReply(ReceiptId ReceiptId, Plan Plan, byte[] Body, string Secret)
{
    /// <summary>How long the model ran.</summary>
    internal TimeSpan Run { get; init; }

    /// <summary>The receipt's digest: what endorsements are about.</summary>
    internal Digest32 Digest { get; init; }
}
