using System.Numerics;
using Assay.Evm;
using Assay.Testing;

namespace Assay.Chain.Tests;

/// <summary>The sender against a real server's rules and words: anvil.</summary>
public sealed class AnvilSenderTests(LocalChainFixture fixture) : IClassFixture<LocalChainFixture>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [OracleFact(Oracle.LocalChain)]
    public async Task Twenty_at_once_are_mined_with_abandoned_ones_among_them()
    {
        using HttpClient http = new();
        using EvmAccount account = await FundedAsync();
        using TransactionSender sender = Sender(http, account);
        WaitOutcome?[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            SignedTransaction transaction = (await sender.PrepareAsync(new TransactionRequest(account.Address, new[] { (byte)i }), default)).Value;
            if (i % 7 == 3)
            {
                Assert.True(await sender.AbandonAsync(transaction, default));
                return (WaitOutcome?)null;
            }

            Assert.Equal(BroadcastOutcome.Sent, (await sender.BroadcastAsync(transaction, default)).Outcome);
            return (await sender.WaitAsync(transaction, Long, 1, default)).Outcome;
        }));
        Assert.Equal(17, outcomes.Count(outcome => outcome == WaitOutcome.Mined));
        Assert.Equal(3, outcomes.Count(outcome => outcome is null));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Dropped_transactions_and_taken_nonces_are_noticed()
    {
        using HttpClient http = new();
        using EvmAccount account = await FundedAsync();
        using TransactionSender sender = Sender(http, account), other = Sender(http, account);
        await fixture.Chain.MineAtOnceAsync(false);
        try
        {
            TransactionRequest request = new(account.Address, default);
            SignedTransaction first = (await sender.PrepareAsync(request, default)).Value, second = (await sender.PrepareAsync(request, default)).Value;
            await sender.BroadcastAsync(first, default);
            await sender.BroadcastAsync(second, default);
            Assert.Equal(BroadcastOutcome.Sent, (await sender.BroadcastAsync(second, default)).Outcome);
            await fixture.Chain.RequestAsync("anvil_dropAllTransactions", default);
            await fixture.Chain.MineAtOnceAsync(true);
            Assert.Equal(WaitOutcome.Mined, (await sender.WaitAsync(second, Long, 1, default)).Outcome);

            // Another process with the same key.
            SignedTransaction mine = (await sender.PrepareAsync(request, default)).Value, others = (await other.PrepareAsync(request with { Value = 1 }, default)).Value;
            Assert.Equal(mine.Transaction.Nonce, others.Transaction.Nonce);
            Assert.Equal(BroadcastOutcome.Sent, (await other.BroadcastAsync(others, default)).Outcome);
            Assert.Equal(WaitOutcome.Mined, (await other.WaitAsync(others, Long, 1, default)).Outcome);
            Assert.Equal(BroadcastOutcome.NonceTaken, (await sender.BroadcastAsync(mine, default)).Outcome);
            Assert.Equal(others.Transaction.Nonce + 1, (await sender.PrepareAsync(request, default)).Value.Transaction.Nonce);
        }
        finally
        {
            await fixture.Chain.MineAtOnceAsync(true);
        }
    }

    private TransactionSender Sender(HttpClient http, EvmAccount account) => new(new ChainClient(http, fixture.Chain.Url), account, new TransactionSenderOptions { ChainId = LocalChain.ChainId });

    private async Task<EvmAccount> FundedAsync()
    {
        EvmAccount account = EvmAccount.Generate();
        await fixture.Chain.SetCoinsAsync(account.Address, BigInteger.Pow(10, 19));
        return account;
    }
}
