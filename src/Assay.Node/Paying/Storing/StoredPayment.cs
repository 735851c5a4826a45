using System.Numerics;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Node.Paying;

/// <summary>A payment as the database keeps it.</summary>
internal sealed record StoredPayment
{
    /// <summary>Network, keeper of the nonce, payer and nonce: <see cref="PaymentIdentity"/>.</summary>
    internal required string Identity { get; init; }

    internal required PaymentState State { get; init; }

    internal required EvmAddress Payer { get; init; }

    /// <summary>Digest of the request as it came: its address, its level header, its body.</summary>
    internal required Digest32 Request { get; init; }

    /// <summary>The id that the client gave it (payment-identifier); null: none.</summary>
    internal string? Identifier { get; init; }

    /// <summary>The offer's text.</summary>
    internal required string Offer { get; init; }

    /// <summary>The message's JSON.</summary>
    internal required byte[] Payload { get; init; }

    /// <summary>The address that was paid for.</summary>
    internal required string Resource { get; init; }

    /// <summary>Unix milliseconds.</summary>
    internal required long Created { get; init; }

    /// <summary>From <see cref="PaymentState.Owed"/> on: the receipt.</summary>
    internal ReceiptId? Receipt { get; init; }

    /// <summary>From <see cref="PaymentState.Owed"/> on: what is charged.</summary>
    internal BigInteger Charge { get; init; }

    /// <summary>Once it is known: the transaction; null where nothing was charged.</summary>
    internal Digest32? Transaction { get; init; }

    /// <summary>Settled: the JSON that the client was told. Failed: the same, of the failure.</summary>
    internal byte[]? Response { get; init; }
}
