using System.Numerics;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Client;

/// <summary>One payment that was signed, and what became of it. Whoever has the header's value can have it settled until it expires, by its payee only.</summary>
public sealed record PaymentRecord
{
    /// <summary>The nonce, which nobody else's payment has.</summary>
    public required Digest32 Id { get; init; }

    /// <summary>SHA-256 over method, address and body of the request that it pays for.</summary>
    public required Digest32 Request { get; init; }

    /// <summary>Where it was sent to, without query.</summary>
    public required string Address { get; init; }

    /// <summary>When it was signed, Unix seconds.</summary>
    public required long SignedAt { get; init; }

    /// <summary>When it expires, Unix seconds.</summary>
    public required long ValidBefore { get; init; }

    /// <summary>Who pays.</summary>
    public required EvmAddress Payer { get; init; }

    /// <summary>The offer.</summary>
    public required PaymentRequirements Offer { get; init; }

    /// <summary>x402's version, 1 or 2: which header it goes into.</summary>
    public required int Version { get; init; }

    /// <summary>The header's value.</summary>
    public required string Header { get; init; }

    /// <summary>What is known of it.</summary>
    public PaymentState State { get; init; }

    /// <summary>What the server said that it charged, once it was answered; null: it didn't say.</summary>
    public BigInteger? Charged { get; init; }

    /// <summary>The settling transaction's hash by the server's word; null: it said none.</summary>
    public Digest32? Transaction { get; init; }
}
