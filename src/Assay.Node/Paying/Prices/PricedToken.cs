using System.Numerics;
using Assay.Evm;

namespace Assay.Node.Paying;

/// <summary>The token that is paid with.</summary>
/// <param name="Address">Its contract.</param>
/// <param name="Name">Name in its EIP-712 domain.</param>
/// <param name="Version">Version in its EIP-712 domain.</param>
/// <param name="Decimals">Decimals of its smallest unit.</param>
/// <param name="Currency">What it is worth one of, as in policies' <c>maxPrice</c>: <c>USD</c>.</param>
/// <param name="Symbol">What people call it.</param>
public sealed record PricedToken(EvmAddress Address, string Name, string Version, int Decimals, string Currency, string Symbol)
{
    /// <summary>An amount as people write it.</summary>
    public string Show(BigInteger amount) => DecimalAmount.Text(amount, Decimals);
}
