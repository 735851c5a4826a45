using Assay.Evm;

namespace Assay.Chain;

/// <summary>What a server knows of a transaction.</summary>
/// <param name="IsKnown">Whether it knows it at all: in a block, or waiting for one.</param>
/// <param name="Mined">The transaction in its block; null if it is in none.</param>
public sealed record TransactionStatus(bool IsKnown, ChainTransaction? Mined);
