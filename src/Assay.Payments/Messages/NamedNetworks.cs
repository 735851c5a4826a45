using System.Numerics;
using Assay.Evm;

namespace Assay.Payments;

/// <summary>Names of chains in x402's version 1, which has no CAIP-2 names.</summary>
public static class NamedNetworks
{
    private static readonly (string Name, long ChainId)[] Names =
    [
        ("base", 8453), ("base-sepolia", 84532), ("ethereum", 1), ("sepolia", 11155111), ("polygon", 137), ("polygon-amoy", 80002),
        ("avalanche", 43114), ("avalanche-fuji", 43113), ("sei", 1329), ("sei-testnet", 1328), ("iotex", 4689), ("peaq", 3338),
        ("story", 1514), ("educhain", 41923), ("abstract", 2741), ("abstract-testnet", 11124), ("skale-base-sepolia", 324705682),
    ];

    /// <summary>The chain's name; null if it has none, and then version 1 can't be offered there.</summary>
    public static string? NameOf(BigInteger chainId) => Array.Find(Names, name => name.ChainId == chainId).Name;

    /// <summary>The chain with this name of version 1.</summary>
    public static BigInteger? Find(string name) => Array.Find(Names, known => known.Name == name) is { Name: not null } found ? found.ChainId : null;

    /// <summary>The chain of a CAIP-2 name: <c>eip155:</c> and decimal digits.</summary>
    public static BigInteger? TryCaip2(string? network) =>
        network is not null && network.StartsWith("eip155:", StringComparison.Ordinal) && EvmAmount.TryParse(network[7..], out BigInteger chainId) ? chainId : null;
}
