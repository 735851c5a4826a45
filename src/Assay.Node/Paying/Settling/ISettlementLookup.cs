using Assay.Payments;
using Assay.Primitives;

namespace Assay.Node.Paying;

/// <summary>Asks the chain itself what became of a payment: what a facilitator says of a used nonce isn't enough to know who was paid.</summary>
internal interface ISettlementLookup
{
    /// <summary>Looks for the transfer.</summary>
    /// <param name="transfer">What was signed.</param>
    /// <param name="offer">What it is for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<SettlementLook> FindAsync(SignedTransfer transfer, PaymentRequirements offer, CancellationToken cancellation);
}

/// <summary>What the chain says.</summary>
/// <param name="Outcome">Accepted: it was transferred, by that transaction. Refused: it wasn't, and can't be any more or not yet. Unavailable: nobody says.</param>
/// <param name="Transaction">The transaction's hash.</param>
internal readonly record struct SettlementLook(FacilitatorOutcome Outcome, Digest32? Transaction);
