using System.Numerics;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Verification;

/// <summary>The payment that a receipt shows. What stands in it is the node's word, until the checks say more; null where nothing is known.</summary>
public sealed record PaymentFact
{
    /// <summary>What is charged, as the receipt says it; any text if <c>payment/offer</c> isn't a pass.</summary>
    public required string? Price { get; init; }

    /// <summary>The offer; null if it isn't disclosed, or can't be read.</summary>
    public required PaymentRequirements? Offer { get; init; }

    /// <summary>Whether the receipt shows something as the client's payment.</summary>
    public required bool HasPayload { get; init; }

    /// <summary>Who is said to have paid: signed if <c>payment/signature</c> is a pass.</summary>
    public required EvmAddress? Payer { get; init; }

    /// <summary>Whether the payer's signature covers the offer, and so the request.</summary>
    public required bool? Bound { get; init; }

    /// <summary>Where it was settled, by an endorsement by settlement that counts; rather one that the chain has.</summary>
    public required SettlementEvidence? Settlement { get; init; }

    /// <summary>How many blocks the chain has from that transaction's on, that one counted; null if it isn't known to have it.</summary>
    public required ulong? Confirmations { get; init; }

    /// <summary>How many were wanted.</summary>
    public required ulong Wanted { get; init; }

    /// <summary>How much that transaction moved from payer to payee for this payment; null if it isn't known.</summary>
    public required BigInteger? Moved { get; init; }
}
