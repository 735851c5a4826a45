using Assay.Evm;

namespace Assay.Payments;

/// <summary>One kind of payment that a facilitator settles (<c>/supported</c>).</summary>
/// <param name="Version">x402's version, 1 or 2.</param>
/// <param name="Scheme">The scheme.</param>
/// <param name="Network">CAIP-2 by version 2, a name by version 1.</param>
/// <param name="Facilitator">Scheme <c>upto</c>: the account that settles (<c>extra.facilitatorAddress</c>).</param>
public sealed record SupportedKind(int Version, string Scheme, string Network, EvmAddress? Facilitator);
