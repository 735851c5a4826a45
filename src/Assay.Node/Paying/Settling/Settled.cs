using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>What became of a payment that is owed.</summary>
/// <param name="Outcome">Accepted: the node was paid, and that is durable. Refused: it won't be. Pending: not known yet, and it is tried again.</param>
/// <param name="Response">What the client is told (x402's SettleResponse); null while it is pending.</param>
internal sealed record Settled(FacilitatorOutcome Outcome, byte[]? Response)
{
    internal static Settled Pending { get; } = new(FacilitatorOutcome.Pending, null);
}
