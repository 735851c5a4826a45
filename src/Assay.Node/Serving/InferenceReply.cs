using Assay.Node.Planning;
using Assay.Primitives;

namespace Assay.Node.Serving;

/// <summary>An answer whose receipt is durable.</summary>
/// <param name="ReceiptId">The receipt's id.</param>
/// <param name="Plan">The level and its source.</param>
/// <param name="Body">The body, byte for byte as the receipt binds it; of a stream, its events as they are sent.</param>
/// <param name="Secret">What lets the caller read the receipt's fields here later.</param>
public sealed record InferenceReply(ReceiptId ReceiptId, Plan Plan, byte[] Body, string Secret)
{
    /// <summary>How much work it was.</summary>
    internal RunMeasure Measure { get; init; }

    /// <summary>The receipt's digest: what endorsements are about.</summary>
    internal Digest32 Digest { get; init; }

    /// <summary>Whether the body is a stream of events.</summary>
    internal bool IsStream { get; init; }
}
