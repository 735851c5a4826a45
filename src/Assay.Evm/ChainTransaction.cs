using System.Collections.Immutable;
using System.Numerics;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>What somebody who asked a chain says of a transaction that is in it. A value: whoever gives it vouches for it.</summary>
/// <param name="ChainId">The chain (EIP-155).</param>
/// <param name="Hash">The transaction's hash.</param>
/// <param name="Succeeded">Whether it took effect: its receipt's status is 1.</param>
/// <param name="To">The contract that it called; null: it made one.</param>
/// <param name="Input">Its call data.</param>
/// <param name="Block">The number of its block.</param>
/// <param name="Confirmations">How many blocks the chain has from its block on, that one counted; at least 1.</param>
/// <param name="Logs">Its events, in order.</param>
public sealed record ChainTransaction(
    BigInteger ChainId, Digest32 Hash, bool Succeeded, EvmAddress? To, ReadOnlyMemory<byte> Input, ulong Block, ulong Confirmations, ImmutableArray<ChainLog> Logs);
