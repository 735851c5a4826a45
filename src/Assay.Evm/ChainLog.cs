using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>An event that a contract logged in a transaction.</summary>
/// <param name="Contract">The contract that logged it.</param>
/// <param name="Topics">0 to 4 words: first the hash of the event's signature, then its indexed arguments.</param>
/// <param name="Data">Its other arguments, ABI-encoded.</param>
public sealed record ChainLog(EvmAddress Contract, ImmutableArray<Digest32> Topics, ReadOnlyMemory<byte> Data);
