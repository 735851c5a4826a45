using System.Collections.Immutable;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>Which events to look for.</summary>
/// <param name="Contract">Who logged them.</param>
/// <param name="Topics">At most 4, by place; null takes any.</param>
/// <param name="FromBlock">The first block.</param>
/// <param name="ToBlock">The last block; null: the newest.</param>
public sealed record LogFilter(EvmAddress Contract, ImmutableArray<Digest32?> Topics, ulong FromBlock, ulong? ToBlock);
