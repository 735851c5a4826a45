namespace Assay.Chain;

/// <summary>What waiting for a transaction came to.</summary>
public enum WaitOutcome
{
    /// <summary>It is in the chain, deep enough. Whether it took effect is another question: <see cref="Assay.Evm.ChainTransaction.Succeeded"/>.</summary>
    Mined,

    /// <summary>Another transaction of the account has its nonce in the chain: this one won't take effect.</summary>
    Replaced,

    /// <summary>The time is up, and its end isn't known. Waiting again goes on.</summary>
    Pending,
}
