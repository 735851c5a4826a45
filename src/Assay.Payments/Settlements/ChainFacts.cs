using System.Numerics;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>What somebody who asked chains says of them: whoever gives it vouches for it (assumption <c>chain/rpc-honest</c>).</summary>
/// <param name="Chains">The chains that were asked (EIP-155), whatever they had.</param>
/// <param name="Transactions">Those of the transactions asked for that they have.</param>
public sealed record ChainFacts(IReadOnlyList<BigInteger> Chains, IReadOnlyList<ChainTransaction> Transactions)
{
    /// <summary>The transaction; null if that chain hasn't it.</summary>
    public ChainTransaction? Find(BigInteger chainId, Digest32 hash) => Transactions.FirstOrDefault(transaction => transaction.ChainId == chainId && transaction.Hash == hash);

    /// <summary>These and more, the first to say something of a chain or a transaction counts.</summary>
    public ChainFacts Join(ChainFacts more)
    {
        ArgumentNullException.ThrowIfNull(more);
        return new ChainFacts(
            [.. Chains.Union(more.Chains)],
            [.. Transactions, .. more.Transactions.Where(transaction => Find(transaction.ChainId, transaction.Hash) is null)]);
    }
}
