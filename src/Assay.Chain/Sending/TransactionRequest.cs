using System.Numerics;
using Assay.Evm;

namespace Assay.Chain;

/// <summary>What a transaction is to do.</summary>
/// <param name="To">Whom it calls; null makes a contract.</param>
/// <param name="Data">Call data, or the code that makes a contract.</param>
public sealed record TransactionRequest(EvmAddress? To, ReadOnlyMemory<byte> Data)
{
    /// <summary>What it moves, in wei.</summary>
    public BigInteger Value { get; init; }

    /// <summary>Most gas that it may take; null: what the server estimates, and a margin.</summary>
    public ulong? GasLimit { get; init; }
}
