using System.Numerics;
using Assay.Evm;

namespace Assay.Facilitator;

/// <summary>How a <see cref="LocalFacilitator"/> works.</summary>
public sealed record FacilitatorOptions
{
    /// <summary>The chain's number.</summary>
    public required BigInteger ChainId { get; init; }

    /// <summary>The tokens that it settles, and no others: a token's events are only its own word.</summary>
    public required IReadOnlySet<EvmAddress> Assets { get; init; }

    /// <summary>How many blocks a settlement must be deep, its own counted; default 1.</summary>
    public int Confirmations { get; init; } = 1;

    /// <summary>How long a payment must still hold when it is checked; default 6 s, as x402's own facilitator.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long who asks to settle waits for the chain; then the answer is "pending"; default 60 s. The settlement goes on.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many blocks back a payment is looked for that somebody else has settled; default 5000.</summary>
    public ulong SearchBlocks { get; init; } = 5000;

    /// <summary>Called after each step with its name: where tests let the process die.</summary>
    internal Action<string>? AfterStep { get; init; }
}
