using System.Collections.Concurrent;
using Assay.Evm;

namespace Assay.Chain.Tests;

public sealed class TransactionSenderTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly TransactionSenderOptions Options = new() { ChainId = 31337, MaxPoll = TimeSpan.FromMilliseconds(20) };
    private static readonly TransactionRequest Nothing = new(default(EvmAddress), default);

    private readonly FakeChain _chain = new();
    private readonly EvmAccount _account = EvmAccount.Generate();
    private readonly TransactionSender _sender;

    public TransactionSenderTests() => _sender = new TransactionSender(_chain.Client(), _account, Options);

    public void Dispose()
    {
        _sender.Dispose();
        _account.Dispose();
    }

    [Fact]
    public async Task Many_are_in_flight_at_once()
    {
        ConcurrentBag<ulong> nonces = [];
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            SignedTransaction transaction = await PrepareAsync();
            nonces.Add(transaction.Transaction.Nonce);
            Assert.Equal(BroadcastOutcome.Sent, (await _sender.BroadcastAsync(transaction, default)).Outcome);
            Assert.Equal(WaitOutcome.Mined, (await _sender.WaitAsync(transaction, Long, 1, default)).Outcome);
        }));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (ulong)i), nonces.Order());
        Assert.Equal(20UL, _chain.Count(_account.Address));
    }

    [Fact]
    public async Task An_abandoned_nonce_goes_to_the_next()
    {
        SignedTransaction first = await PrepareAsync();
        Assert.True(await _sender.AbandonAsync(first, default));
        Assert.False(await _sender.AbandonAsync(first, default));
        Assert.Equal(BroadcastOutcome.Expired, (await _sender.BroadcastAsync(first, default)).Outcome);
        Assert.Equal(0UL, (await PrepareAsync()).Transaction.Nonce);
        Assert.Equal(0, _chain.Broadcasts);
    }

    [Fact]
    public async Task An_abandoned_nonce_doesnt_block_those_behind_it()
    {
        SignedTransaction[] all = [await PrepareAsync(), await PrepareAsync(), await PrepareAsync()];
        await _sender.BroadcastAsync(all[1], default);
        await _sender.BroadcastAsync(all[2], default);
        Assert.False(_chain.IsMined(all[2]));
        Assert.True(await _sender.AbandonAsync(all[0], default));
        Assert.Equal(WaitOutcome.Mined, (await _sender.WaitAsync(all[2], Long, 1, default)).Outcome);
        Assert.Equal(3UL, (await PrepareAsync()).Transaction.Nonce);
        Assert.False(await _sender.AbandonAsync(all[1], default));
    }

    [Fact]
    public async Task What_is_prepared_and_forgotten_expires()
    {
        using TransactionSender sender = new(_chain.Client(), _account, Options with { PreparedLifetime = TimeSpan.FromMilliseconds(50) });
        SignedTransaction forgotten = (await sender.PrepareAsync(Nothing, default)).Value, behind = (await sender.PrepareAsync(Nothing, default)).Value;
        await sender.BroadcastAsync(behind, default);
        Assert.Equal(WaitOutcome.Mined, (await sender.WaitAsync(behind, Long, 1, default)).Outcome);
        Assert.Equal(BroadcastOutcome.Expired, (await sender.BroadcastAsync(forgotten, default)).Outcome);
        Assert.Equal(2UL, _chain.Count(_account.Address));
    }

    [Fact]
    public async Task Another_programs_transaction_takes_a_nonce_in_the_chain()
    {
        SignedTransaction mine = await PrepareAsync();
        _chain.Send(Others(0));
        _chain.Send(Others(1));
        BroadcastReply reply = await _sender.BroadcastAsync(mine, default);
        Assert.Equal(BroadcastOutcome.NonceTaken, reply.Outcome);
        Assert.Contains("nonce too low", reply.Why, StringComparison.Ordinal);
        Assert.Equal(WaitOutcome.Replaced, (await _sender.WaitAsync(mine, Long, 1, default)).Outcome);
        SignedTransaction again = await PrepareAsync();
        Assert.Equal(2UL, again.Transaction.Nonce);
        Assert.Equal(BroadcastOutcome.Sent, (await _sender.BroadcastAsync(again, default)).Outcome);
    }

    [Fact]
    public async Task Another_programs_transaction_takes_a_nonce_that_waits()
    {
        _chain.MinesAtOnce = false;
        SignedTransaction mine = await PrepareAsync();
        _chain.Send(Others(0));
        Assert.Equal(BroadcastOutcome.NonceTaken, (await _sender.BroadcastAsync(mine, default)).Outcome);
        Assert.Equal(1UL, (await PrepareAsync()).Transaction.Nonce);
    }

    [Fact]
    public async Task Sent_twice_is_sent_once()
    {
        _chain.MinesAtOnce = false;
        SignedTransaction transaction = await PrepareAsync();
        Assert.Equal(BroadcastOutcome.Sent, (await _sender.BroadcastAsync(transaction, default)).Outcome);
        Assert.Equal(BroadcastOutcome.Sent, (await _sender.BroadcastAsync(transaction, default)).Outcome);
        _chain.Mine();

        // Its own nonce is too low now.
        Assert.Equal(BroadcastOutcome.Sent, (await _sender.BroadcastAsync(transaction, default)).Outcome);
        Assert.Equal(1UL, (await PrepareAsync()).Transaction.Nonce);
    }

    [Fact]
    public async Task A_server_that_was_started_again_gets_everything_again()
    {
        _chain.MinesAtOnce = false;
        SignedTransaction[] all = [await PrepareAsync(), await PrepareAsync(), await PrepareAsync()];
        foreach (SignedTransaction transaction in all)
        {
            await _sender.BroadcastAsync(transaction, default);
        }

        _chain.LosePool();
        _chain.MinesAtOnce = true;

        // Whoever waits for the last mends the first as well.
        Assert.Equal(WaitOutcome.Mined, (await _sender.WaitAsync(all[2], Long, 1, default)).Outcome);
        Assert.All(all, transaction => Assert.True(_chain.IsMined(transaction)));
    }

    [Theory]
    [InlineData("lost", BroadcastOutcome.Sent)]
    [InlineData("unavailable", BroadcastOutcome.NotYet)]
    [InlineData("nonce too high", BroadcastOutcome.NotYet)]
    [InlineData("txpool is full", BroadcastOutcome.NotYet)]
    public async Task What_didnt_arrive_is_sent_again(string fault, BroadcastOutcome outcome)
    {
        SignedTransaction transaction = await PrepareAsync();
        _chain.Fault = _ => fault;
        Assert.Equal(outcome, (await _sender.BroadcastAsync(transaction, default)).Outcome);
        _chain.Fault = _ => null;
        Assert.Equal(WaitOutcome.Mined, (await _sender.WaitAsync(transaction, Long, 1, default)).Outcome);
    }

    [Fact]
    public async Task What_is_refused_gives_its_nonce_back()
    {
        SignedTransaction first = await PrepareAsync(), second = await PrepareAsync();
        await _sender.BroadcastAsync(second, default);
        _chain.Fault = transaction => transaction.Hash == first.Hash ? "insufficient funds for gas * price + value" : null;
        Assert.Equal(BroadcastOutcome.Refused, (await _sender.BroadcastAsync(first, default)).Outcome);
        Assert.Equal(WaitOutcome.Mined, (await _sender.WaitAsync(second, Long, 1, default)).Outcome);
    }

    [Fact]
    public async Task A_process_that_is_started_again_goes_on_with_what_it_prepared()
    {
        SignedTransaction prepared = await PrepareAsync();
        Assert.True(SignedTransaction.TryDecode(prepared.Raw, out SignedTransaction? read));
        using TransactionSender again = new(_chain.Client(), _account, Options);
        Assert.True(await again.AdoptAsync(read, default));
        Assert.True(await again.AdoptAsync(read, default));
        Assert.Equal(1UL, (await again.PrepareAsync(Nothing, default)).Value.Transaction.Nonce);
        Assert.Equal(BroadcastOutcome.Sent, (await again.BroadcastAsync(read, default)).Outcome);
        Assert.Equal(WaitOutcome.Mined, (await again.WaitAsync(read, Long, 1, default)).Outcome);

        using EvmAccount other = EvmAccount.Generate();
        Assert.False(await again.AdoptAsync((read.Transaction with { Nonce = 5 }).Sign(other), default));
        Assert.False(await again.AdoptAsync((read.Transaction with { ChainId = 1 }).Sign(_account), default));
        Assert.False(await again.AdoptAsync((read.Transaction with { Nonce = 1, Value = 1 }).Sign(_account), default));
    }

    [Fact]
    public async Task Confirmations_are_waited_for()
    {
        SignedTransaction transaction = await PrepareAsync();
        await _sender.BroadcastAsync(transaction, default);
        WaitReply early = await _sender.WaitAsync(transaction, TimeSpan.FromMilliseconds(50), 3, default);
        Assert.Equal((WaitOutcome.Pending, 1UL), (early.Outcome, early.Transaction!.Confirmations));
        _chain.Mine();
        _chain.Mine();
        WaitReply reply = await _sender.WaitAsync(transaction, Long, 3, default);
        Assert.Equal((WaitOutcome.Mined, 3UL), (reply.Outcome, reply.Transaction!.Confirmations));
    }

    [Fact]
    public async Task Nothing_goes_to_another_chain()
    {
        _chain.ChainId = 1;
        RpcReply<SignedTransaction> prepared = await _sender.PrepareAsync(Nothing, default);
        Assert.Equal(RpcOutcome.Unavailable, prepared.Outcome);
        Assert.Contains("chain 1", prepared.Why, StringComparison.Ordinal);
        SignedTransaction known = new EvmTransaction { ChainId = 31337, Nonce = 0, MaxPriorityFeePerGas = 1, MaxFeePerGas = 1, GasLimit = 21000, To = default(EvmAddress) }.Sign(_account);
        await _sender.AdoptAsync(known, default);
        Assert.Equal(BroadcastOutcome.NotYet, (await _sender.BroadcastAsync(known, default)).Outcome);
        await _sender.WaitAsync(known, TimeSpan.FromMilliseconds(200), 1, default);
        Assert.Equal(0, _chain.Broadcasts);
    }

    [Fact]
    public async Task Gas_that_costs_too_much_isnt_bought()
    {
        using TransactionSender sender = new(_chain.Client(), _account, Options with { MostFeePerGas = 1_000_000_000 });
        Assert.Equal(RpcOutcome.Unavailable, (await sender.PrepareAsync(Nothing, default)).Outcome);
        using TransactionSender modest = new(_chain.Client(), _account, Options with { MostGas = 20_000 });
        Assert.Equal(RpcOutcome.Unavailable, (await modest.PrepareAsync(Nothing, default)).Outcome);
    }

    [Theory]
    [InlineData("already known", NodeRefusal.Known)]
    [InlineData("transaction already imported", NodeRefusal.Known)]
    [InlineData("AlreadyKnown", NodeRefusal.Known)]
    [InlineData("nonce too low: next nonce 5, tx nonce 3", NodeRefusal.NonceTaken)]
    [InlineData("OldNonce", NodeRefusal.NonceTaken)]
    [InlineData("Nonce too low. Expected nonce to be 3 but got 2.", NodeRefusal.NonceTaken)]
    [InlineData("replacement transaction underpriced", NodeRefusal.NonceTaken)]
    [InlineData("Nonce too high. Expected nonce to be 0 but got 3.", NodeRefusal.NotNow)]
    [InlineData("txpool is full", NodeRefusal.NotNow)]
    [InlineData("transaction underpriced", NodeRefusal.Final)]
    [InlineData("Insufficient funds for gas * price + value", NodeRefusal.Final)]
    [InlineData("intrinsic gas too low", NodeRefusal.Final)]
    internal void Servers_words_are_told_apart(string message, NodeRefusal expected) => Assert.Equal(expected, NodeRefusals.Classify(new RpcError(-32000, message, null)));

    private SignedTransaction Others(ulong nonce) =>
        new EvmTransaction { ChainId = 31337, Nonce = nonce, MaxPriorityFeePerGas = 1, MaxFeePerGas = 10_000_000_000, GasLimit = 21000, To = _account.Address, Value = 1 }.Sign(_account);

    private async Task<SignedTransaction> PrepareAsync() => (await _sender.PrepareAsync(Nothing, default)).Value;
}
