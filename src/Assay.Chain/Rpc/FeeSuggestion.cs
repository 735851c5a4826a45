using System.Numerics;

namespace Assay.Chain;

/// <summary>What a transaction should offer for each unit of gas, in wei (EIP-1559).</summary>
/// <param name="MaxFeePerGas">Twice the next block's base fee, and the tip: enough for 5 full blocks in a row.</param>
/// <param name="MaxPriorityFeePerGas">The tip: the median of what was paid lately.</param>
public sealed record FeeSuggestion(BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas);
