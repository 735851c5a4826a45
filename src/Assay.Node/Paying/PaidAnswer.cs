using Assay.Node.Errors;
using Assay.Node.Serving;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>What becomes of a request: an answer, or a refusal, perhaps with offers.</summary>
internal sealed record PaidAnswer
{
    /// <summary>The answer; null if it is refused.</summary>
    internal InferenceReply? Reply { get; init; }

    /// <summary>Why it is refused; null if it isn't.</summary>
    internal NodeError? Error { get; init; }

    /// <summary>How it could be paid for; null where that isn't the question.</summary>
    internal PaymentRequired? Offers { get; init; }

    /// <summary>Whether they can be paid by version 1 too.</summary>
    internal bool OffersV1 { get; init; }

    /// <summary>What became of the payment (x402's SettleResponse); null if there was none, or it isn't known yet.</summary>
    internal byte[]? Settlement { get; init; }

    internal static PaidAnswer Refused(NodeError error) => new() { Error = error };
}
