using System.Numerics;

namespace Assay.Chain;

/// <summary>How a <see cref="TransactionSender"/> sends.</summary>
public sealed record TransactionSenderOptions
{
    /// <summary>The chain that transactions are for. A server of another one is never sent to.</summary>
    public required BigInteger ChainId { get; init; }

    /// <summary>Most that a unit of gas may cost, in wei; while the chain asks for more, nothing is prepared. Default 500 gwei.</summary>
    public BigInteger MostFeePerGas { get; init; } = 500_000_000_000;

    /// <summary>Least tip for a unit of gas, in wei; many servers take none below 0.001 gwei, the default.</summary>
    public BigInteger LeastTipPerGas { get; init; } = 1_000_000;

    /// <summary>Most gas that a transaction may take where the server is asked how much; default 10 million.</summary>
    public ulong MostGas { get; init; } = 10_000_000;

    /// <summary>Gas on top of what the server estimates, in percent; default 20.</summary>
    public int GasMarginPercent { get; init; } = 20;

    /// <summary>How long what is prepared may wait to be broadcast; after that its nonce goes to another. Default 30 s.</summary>
    public TimeSpan PreparedLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long fees are used again; default 2 s.</summary>
    public TimeSpan FeeLifetime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause between two questions for a receipt; the first are shorter. Default 1 s.</summary>
    public TimeSpan MaxPoll { get; init; } = TimeSpan.FromSeconds(1);
}
