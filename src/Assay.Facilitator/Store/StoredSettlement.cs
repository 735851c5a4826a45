using System.Numerics;
using Assay.Primitives;

namespace Assay.Facilitator;

/// <summary>What became of a payment that a transaction was prepared for.</summary>
internal sealed record StoredSettlement
{
    /// <summary>What the payer signed (EIP-712): another payment can have the same identity, and is refused.</summary>
    public required Digest32 Signed { get; init; }

    /// <summary>The offer's text: with the payment's message, all that is needed to go on after a restart.</summary>
    public required string Offer { get; init; }

    /// <summary>The payment's message.</summary>
    public required ReadOnlyMemory<byte> Payment { get; init; }

    /// <summary>What is charged.</summary>
    public required BigInteger Amount { get; init; }

    /// <summary>How far it is.</summary>
    public required SettlementState State { get; init; }

    /// <summary>Our transaction, signed, as it goes to the chain; empty if there is none.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>The newest block when it was prepared: the payment is in no earlier one.</summary>
    public required ulong Block { get; init; }

    /// <summary>The transaction that settled it, ours or not; null before, and for an amount of 0.</summary>
    public Digest32? Transaction { get; init; }

    /// <summary>Why it failed; null if it didn't.</summary>
    public string? Reason { get; init; }
}
