using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Assay.Evm;

namespace Assay.Payments;

/// <summary>Names of EVM chains as CAIP-2 has them: <c>eip155:84532</c>.</summary>
public static class Caip2
{
    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "eip155:";

    // CAIP-2: a reference has at most so many characters.
    private const int MaxDigits = 32;

    /// <summary>Reads the chain's number: 1 to 32 decimal digits without leading zero behind <see cref="Prefix"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? network, out BigInteger chainId)
    {
        chainId = default;
        return network is not null && network.StartsWith(Prefix, StringComparison.Ordinal) && network.Length <= Prefix.Length + MaxDigits
            && EvmAmount.TryParse(network[Prefix.Length..], out chainId);
    }
}
