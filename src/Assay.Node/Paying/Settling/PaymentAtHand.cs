using Assay.Payments;
using Assay.Primitives;

namespace Assay.Node.Paying;

/// <summary>What settling needs of a payment: read again after a restart, and handed on by whoever has just read it.</summary>
/// <param name="Payment">What the payer signed.</param>
/// <param name="Offer">The offer that it took.</param>
/// <param name="Receipt">The digest of the receipt that it pays for.</param>
internal sealed record PaymentAtHand(PaymentPayload Payment, PaymentRequirements Offer, Digest32 Receipt)
{
    /// <summary>What the log says of its settlement already; null: nothing.</summary>
    internal SettlementEvidence? Endorsed { get; init; }
}
