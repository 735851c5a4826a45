using Assay.Evm;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>What the facilitator settles on the node's chain.</summary>
/// <param name="Exact">Scheme <c>exact</c>, version 2.</param>
/// <param name="ExactV1">Scheme <c>exact</c>, version 1.</param>
/// <param name="Upto">Scheme <c>upto</c>: the account that settles; null: not at all.</param>
internal sealed record SupportedKinds(bool Exact, bool ExactV1, EvmAddress? Upto)
{
    internal static SupportedKinds None { get; } = new(false, false, null);

    internal static SupportedKinds Of(IReadOnlyList<SupportedKind> kinds, System.Numerics.BigInteger chainId) => new(
        kinds.Any(kind => kind is { Version: 2, Scheme: PaymentRequirements.Exact } && NamedNetworks.TryCaip2(kind.Network) == chainId),
        kinds.Any(kind => kind is { Version: 1, Scheme: PaymentRequirements.Exact } && NamedNetworks.Find(kind.Network) == chainId),
        kinds.FirstOrDefault(kind => kind is { Version: 2, Scheme: PaymentRequirements.Upto, Facilitator: not null } && NamedNetworks.TryCaip2(kind.Network) == chainId)?.Facilitator);
}
