using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Facilitator.Tests;

/// <summary>What moves money, and what mustn't. Case numbers: docs/facilitator.md, "Cases".</summary>
[Collection(ChainTests.Name)]
public sealed class SettleTests(LocalChainFixture fixture)
{
    private static readonly AbiFunction Invalidate = new("invalidateUnorderedNonces(uint256,uint256)", "()");

    public static TheoryData<TransferMethod> Methods => [TransferMethod.Eip3009, TransferMethod.Permit2, TransferMethod.Permit2Upto];

    [OracleTheory(Oracle.LocalChain)]
    [MemberData(nameof(Methods))]
    public async Task Case_01_payment_is_settled_once_and_told_again(TransferMethod method)
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = Offer(desk, method);
        PaymentPayload payment = payer.Pay(offer);
        SettleReply reply = await desk.SettleAsync(payment, offer);
        Assert.Equal((FacilitatorOutcome.Accepted, payer.Address, offer.Amount), (reply.Outcome, reply.Payer, reply.Amount));
        Assert.Equal(1000, await fixture.Chain.TokensOfAsync(offer.PayTo));

        VerifyReply again = await desk.VerifyAsync(payment, offer);
        Assert.Equal((FacilitatorOutcome.Refused, method == TransferMethod.Eip3009 ? PaymentErrors.NonceUsed : PaymentErrors.Permit2Nonce), (again.Outcome, again.Reason));
        Assert.Equal(reply, await desk.SettleAsync(payment, offer));
        Assert.Equal(1000, await fixture.Chain.TokensOfAsync(offer.PayTo));
        Assert.Equal(1, await desk.SentAsync());
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_03_second_payment_with_the_same_nonce_is_refused()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        SignedTransfer transfer = payer.Transfer(offer);
        PaymentPayload[] payments = [payer.Pay(offer, transfer), payer.Pay(offer, transfer with { ValidBefore = transfer.ValidBefore + 1 })];
        SettleReply[] replies = await Task.WhenAll(payments.Select(payment => desk.SettleAsync(payment, offer)));
        Assert.Single(replies, static reply => reply.Outcome == FacilitatorOutcome.Accepted);
        Assert.Single(replies, static reply => reply is { Outcome: FacilitatorOutcome.Refused, Reason: PaymentErrors.NonceUsed });
        Assert.Equal(1000, await fixture.Chain.TokensOfAsync(offer.PayTo));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_20_copies_in_parallel_are_one_transaction()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        SettleReply[] replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => desk.SettleAsync(payment, offer)));
        Assert.Single(replies.Distinct());
        Assert.Equal(FacilitatorOutcome.Accepted, replies[0].Outcome);
        Assert.Equal((1, 1000), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_20_twenty_distinct_payments_in_parallel_all_settle()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        TestPayer[] payers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TestPayer.CreateAsync(fixture.Chain)));
        SettleReply[] replies = await Task.WhenAll(payers.Select((payer, i) => desk.SettleAsync(payer.Pay(offer), offer)));
        Assert.All(replies, static reply => Assert.Equal(FacilitatorOutcome.Accepted, reply.Outcome));
        Assert.Equal(20, replies.Select(static reply => reply.Transaction).Distinct().Count());
        Assert.Equal(20_000, await fixture.Chain.TokensOfAsync(offer.PayTo));
        Array.ForEach(payers, static payer => payer.Dispose());
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_17_payer_who_moves_the_money_away_is_refused_without_a_transaction_or_internals()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        Assert.Equal(FacilitatorOutcome.Accepted, (await desk.VerifyAsync(payment, offer)).Outcome);
        await fixture.Chain.SetTokensAsync(payer.Address, 0);
        Assert.Equal(new SettleReply(FacilitatorOutcome.Refused, PaymentErrors.InsufficientBalance, null, payer.Address, null, null), await desk.SettleAsync(payment, offer));
        Assert.Equal(0, await desk.SentAsync());
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_17_money_that_goes_while_the_transaction_waits_is_a_refusal_for_good()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        SettleReply reply = await WhileWaitingAsync(desk, payment, offer, () => fixture.Chain.SetTokensAsync(payer.Address, 0));
        Assert.Equal((FacilitatorOutcome.Refused, PaymentErrors.InsufficientBalance), (reply.Outcome, reply.Reason));
        await fixture.Chain.SetTokensAsync(payer.Address, 5000);
        Assert.Equal(reply, await desk.SettleAsync(payment, offer));
        Assert.Equal(0, await fixture.Chain.TokensOfAsync(offer.PayTo));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_21_what_waits_is_pending_and_asking_again_tells_its_end()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, Desk.Options with { Patience = TimeSpan.FromMilliseconds(300) });
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        SettleReply pending;
        await fixture.Chain.MineAtOnceAsync(false);
        try
        {
            pending = await PendingAsync(desk, payment, offer);
            Assert.Equal(pending, await desk.SettleAsync(payment, offer));
        }
        finally
        {
            await fixture.Chain.MineAtOnceAsync(true);
            await fixture.Chain.MineAsync();
        }

        SettleReply reply = await EndAsync(desk, payment, offer);
        Assert.Equal((FacilitatorOutcome.Accepted, pending.Transaction), (reply.Outcome, reply.Transaction));
        Assert.Equal(1000, await fixture.Chain.TokensOfAsync(offer.PayTo));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_21_chain_that_takes_the_transaction_and_falls_silent_is_asked_until_it_answers()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, way: new SilentAfterSending());
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        SettleReply reply = await desk.SettleAsync(payer.Pay(offer), offer);
        Assert.Equal(FacilitatorOutcome.Accepted, reply.Outcome);
        Assert.Equal((1, 1000), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));
    }

    [OracleTheory(Oracle.LocalChain)]
    [InlineData(TransferMethod.Eip3009)]
    [InlineData(TransferMethod.Permit2)]
    public async Task Case_22_payment_that_somebody_else_brings_to_the_chain_is_settled_by_that_transaction(TransferMethod method)
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        using TestPayer stranger = new();
        PaymentRequirements offer = Offer(desk, method);
        PaymentPayload payment = payer.Pay(offer);
        Digest32 theirs = await desk.SendAsAsync(stranger.Address, SettlingCall.For(payment.Transfer, offer, offer.Amount));
        SettleReply reply = await desk.SettleAsync(payment, offer);
        Assert.Equal((FacilitatorOutcome.Accepted, theirs), (reply.Outcome, reply.Transaction));
        Assert.Equal(reply, await desk.SettleAsync(payment, offer));
        Assert.Equal((0, 1000), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));
    }

    [OracleTheory(Oracle.LocalChain)]
    [InlineData(TransferMethod.Eip3009)]
    [InlineData(TransferMethod.Permit2)]
    public async Task Case_22_what_somebody_else_settled_is_found_though_the_chains_server_searches_few_blocks(TransferMethod method)
    {
        using NarrowSearches way = new();
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, way: way);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        using TestPayer stranger = new();
        PaymentRequirements offer = Offer(desk, method);
        PaymentPayload payment = payer.Pay(offer);
        Digest32 theirs = await desk.SendAsAsync(stranger.Address, SettlingCall.For(payment.Transfer, offer, offer.Amount));
        await fixture.Chain.RequestAsync("anvil_mine", default, "0x40", "0x0");
        SettleReply reply = await desk.SettleAsync(payment, offer);
        Assert.Equal((FacilitatorOutcome.Accepted, theirs), (reply.Outcome, reply.Transaction));
        Assert.NotEqual(0, way.Refused);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_17_money_that_goes_is_a_refusal_also_where_the_chains_server_searches_no_blocks()
    {
        using NarrowSearches way = new(0);
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, way: way);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        SettleReply reply = await WhileWaitingAsync(desk, payer.Pay(offer), offer, () => fixture.Chain.SetTokensAsync(payer.Address, 0));
        Assert.Equal((FacilitatorOutcome.Refused, PaymentErrors.InsufficientBalance), (reply.Outcome, reply.Reason));
        Assert.Equal(0, way.Refused);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_22_front_runner_in_the_same_block_is_found_too()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        using TestPayer stranger = new();
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        Digest32 theirs = default;
        SettleReply reply = await WhileWaitingAsync(desk, payment, offer, async () =>
        {
            // A higher tip goes first.
            await fixture.Chain.SetCoinsAsync(stranger.Address, BigInteger.Pow(10, 18));
            await fixture.Chain.RequestAsync("anvil_impersonateAccount", default, stranger.Address.ToLowerString());
            SettlingCall call = SettlingCall.For(payment.Transfer, offer, offer.Amount);
            string hash = (await fixture.Chain.RequestAsync("eth_sendTransaction", default, new Dictionary<string, string>
            {
                ["from"] = stranger.Address.ToLowerString(),
                ["to"] = call.To.ToLowerString(),
                ["data"] = "0x" + Convert.ToHexStringLower(call.Data.Span),
                ["gas"] = "0x30d40",
                ["maxPriorityFeePerGas"] = "0x174876e800",
                ["maxFeePerGas"] = "0x2e90edd000",
            })).GetString()!;
            Assert.True(Digest32.TryParseHex(hash.AsSpan(2), out theirs));
        });
        Assert.Equal((FacilitatorOutcome.Accepted, theirs), (reply.Outcome, reply.Transaction));
        Assert.Equal((1, 1000), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Account_without_gas_is_not_the_payers_fault_and_settles_once_it_has_some()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        await fixture.Chain.SetCoinsAsync(desk.Account.Address, 1);
        for (int i = 0; i < 2; i++)
        {
            SettleReply poor = await desk.SettleAsync(payment, offer).WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal((FacilitatorOutcome.Unavailable, PaymentErrors.NoGas), (poor.Outcome, poor.Reason));
            Assert.Contains(desk.Account.Address.ToString(), poor.Message, StringComparison.Ordinal);
        }

        // Nobody does work meanwhile that can't be paid.
        PaymentPayload next = payer.Pay(offer);
        VerifyReply verdict = await desk.VerifyAsync(next, offer);
        Assert.Equal((FacilitatorOutcome.Unavailable, PaymentErrors.NoGas), (verdict.Outcome, verdict.Reason));

        await fixture.Chain.SetCoinsAsync(desk.Account.Address, BigInteger.Pow(10, 18));
        Assert.Equal(FacilitatorOutcome.Accepted, (await desk.VerifyAsync(next, offer)).Outcome);
        Assert.Equal(FacilitatorOutcome.Accepted, (await desk.SettleAsync(payment, offer)).Outcome);
        Assert.Equal((1, 1000), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_23_payment_that_is_taken_back_is_refused()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        await desk.SendAsAsync(payer.Address, payer.CancelCall(payment.Transfer, offer));
        Assert.Equal((FacilitatorOutcome.Refused, PaymentErrors.NonceUsed), await OutcomeAsync(desk, payment, offer));

        PaymentRequirements permitted = TestPayer.Offer(TransferMethod.Permit2);
        PaymentPayload permit = payer.Pay(permitted);
        BigInteger nonce = EvmAmount.FromWord(permit.Transfer.Nonce);
        await desk.SendAsAsync(payer.Address, new SettlingCall(PaymentContracts.Permit2, Invalidate.Encode(nonce >> 8, BigInteger.One << (int)(nonce & 255))));
        Assert.Equal((FacilitatorOutcome.Refused, PaymentErrors.Permit2Nonce), await OutcomeAsync(desk, permit, permitted));
        Assert.Equal(0, await desk.SentAsync());
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_23_payment_that_is_taken_back_while_the_transaction_waits_is_refused()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer(TransferMethod.Permit2);
        PaymentPayload payment = payer.Pay(offer);
        SettleReply reply = await WhileWaitingAsync(desk, payment, offer, () => fixture.Chain.AllowPermit2Async(payer.Address, 0));
        Assert.Equal((FacilitatorOutcome.Refused, PaymentErrors.Permit2Allowance), (reply.Outcome, reply.Reason));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_24_token_that_says_yes_and_moves_nothing_is_no_settlement()
    {
        // Code that stops at once: every call succeeds, and nothing happens.
        EvmAddress silent = TestPayer.Offer().PayTo;
        await fixture.Chain.SetCodeAsync(silent, "0x00");
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, Desk.Options with { Assets = new HashSet<EvmAddress> { silent } });
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer() with { Asset = silent };
        Assert.Equal((FacilitatorOutcome.Refused, PaymentErrors.TransferMismatch), await OutcomeAsync(desk, payer.Pay(offer), offer));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_26_upto_charges_less_but_never_more_and_nothing_without_a_transaction()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = Offer(desk, TransferMethod.Permit2Upto);
        PaymentPayload payment = payer.Pay(offer);
        SettleReply more = await desk.SettleAsync(payment, offer, 1001);
        Assert.Equal((FacilitatorOutcome.Refused, PaymentErrors.UptoExceeds), (more.Outcome, more.Reason));
        SettleReply reply = await desk.SettleAsync(payment, offer, 700);
        Assert.Equal((FacilitatorOutcome.Accepted, 700), (reply.Outcome, reply.Amount));
        Assert.Equal(reply, await desk.SettleAsync(payment, offer, 900));
        Assert.Equal((1, 700), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));

        PaymentPayload free = payer.Pay(offer);
        Assert.Equal(new SettleReply(FacilitatorOutcome.Accepted, null, null, payer.Address, null, 0), await desk.SettleAsync(free, offer, 0));
        Assert.Equal(0, (await desk.SettleAsync(free, offer, 500)).Amount);
        Assert.Equal((1, 700), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));
    }

    [OracleTheory(Oracle.LocalChain)]
    [InlineData(TransferMethod.Permit2)]
    [InlineData(TransferMethod.Permit2Upto)]
    public async Task Allowance_that_comes_with_the_payment_is_brought_to_the_chain_with_it(TransferMethod method)
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain, allow: false);
        PaymentRequirements offer = Offer(desk, method);
        Assert.Equal(FacilitatorOutcome.Accepted, (await desk.SettleAsync(payer.PaySponsored(offer), offer)).Outcome);
        Assert.Equal((1, 1000), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_29_settlement_waits_for_confirmations()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, Desk.Options with { Confirmations = 3, Patience = TimeSpan.FromMilliseconds(300) });
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        await PendingAsync(desk, payment, offer);
        await fixture.Chain.MineAsync(3);
        Assert.Equal(FacilitatorOutcome.Accepted, (await EndAsync(desk, payment, offer)).Outcome);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_29_transaction_that_a_reorganisation_loses_is_sent_again()
    {
        await using LocalChain chain = await LocalChain.StartAsync();
        await using Desk desk = await Desk.OpenAsync(chain, Desk.Options with { Confirmations = 2, Patience = TimeSpan.FromMilliseconds(300) });
        using TestPayer payer = await TestPayer.CreateAsync(chain);
        await chain.MineAsync(2);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        await PendingAsync(desk, payment, offer);
        await chain.RequestAsync("anvil_reorg", default, 1, ImmutableArray<object>.Empty);
        for (int i = 0; i < 40; i++)
        {
            SettleReply reply = await desk.SettleAsync(payment, offer);
            if (reply.Outcome == FacilitatorOutcome.Accepted)
            {
                break;
            }

            await chain.MineAsync();
        }

        Assert.Equal(FacilitatorOutcome.Accepted, (await desk.SettleAsync(payment, offer)).Outcome);
        Assert.Equal(1000, await chain.TokensOfAsync(offer.PayTo));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_29_clock_that_is_behind_sends_nothing_that_the_chain_refuses()
    {
        // The chain's time is right; ours is a minute behind, so the payment looks good for longer than it is.
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, clock: new SlowClock());
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer, payer.Transfer(offer) with { ValidBefore = TestPayer.Now - 1 });
        Assert.Equal((FacilitatorOutcome.Refused, PaymentErrors.SimulationFailed), await OutcomeAsync(desk, payment, offer));
        Assert.Equal(0, await desk.SentAsync());
    }

    private static PaymentRequirements Offer(Desk desk, TransferMethod method) => TestPayer.Offer(method, facilitator: method == TransferMethod.Permit2Upto ? desk.Account.Address : null);

    private static async Task<(FacilitatorOutcome, string?)> OutcomeAsync(Desk desk, PaymentPayload payment, PaymentRequirements offer)
    {
        SettleReply reply = await desk.SettleAsync(payment, offer);
        return (reply.Outcome, reply.Reason);
    }

    // On a busy machine it isn't prepared at once.
    private static async Task<SettleReply> PendingAsync(Desk desk, PaymentPayload payment, PaymentRequirements offer)
    {
        SettleReply reply = await desk.SettleAsync(payment, offer);
        for (int i = 0; i < 40 && reply.Outcome == FacilitatorOutcome.Unavailable; i++)
        {
            reply = await desk.SettleAsync(payment, offer);
        }

        Assert.Equal((FacilitatorOutcome.Pending, PaymentErrors.SettlementPending), (reply.Outcome, reply.Reason));
        return reply;
    }

    private static async Task<SettleReply> EndAsync(Desk desk, PaymentPayload payment, PaymentRequirements offer)
    {
        for (int i = 0; ; i++)
        {
            SettleReply reply = await desk.SettleAsync(payment, offer);
            if (reply.Outcome != FacilitatorOutcome.Pending || i == 40)
            {
                return reply;
            }
        }
    }

    /// <summary>Settles while no block is made; does something as soon as the transaction waits; then makes a block.</summary>
    private async Task<SettleReply> WhileWaitingAsync(Desk desk, PaymentPayload payment, PaymentRequirements offer, Func<Task> act)
    {
        await fixture.Chain.MineAtOnceAsync(false);
        try
        {
            Task<SettleReply> settling = desk.SettleAsync(payment, offer);
            while (!settling.IsCompleted && (await fixture.Chain.RequestAsync("txpool_status", default)).GetProperty("pending").GetString() == "0x0")
            {
                await Task.Delay(20);
            }

            await act();
            await fixture.Chain.MineAsync();
            return await settling;
        }
        finally
        {
            await fixture.Chain.MineAtOnceAsync(true);
        }
    }

    // Servers of public chains search so many blocks at once, and no more.
    private sealed class NarrowSearches(ulong most = 7) : DelegatingHandler(new HttpClientHandler())
    {
        public int Refused { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            JsonNode asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            if (asked["method"]!.GetValue<string>() != "eth_getLogs")
            {
                return await base.SendAsync(request, cancellationToken);
            }

            string to = asked["params"]![0]!["toBlock"]!.GetValue<string>();
            ulong last = to == "latest" ? await NewestAsync(request.RequestUri!, cancellationToken) : Number(to);
            if (last - Number(asked["params"]![0]!["fromBlock"]!.GetValue<string>()) + 1 <= most)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            Refused++;
            return new HttpResponseMessage { Content = new StringContent($"{{\"jsonrpc\":\"2.0\",\"id\":{asked["id"]},\"error\":{{\"code\":-32602,\"message\":\"block range is too wide\"}}}}") };
        }

        private async Task<ulong> NewestAsync(Uri rpc, CancellationToken cancellation)
        {
            using HttpRequestMessage question = new(HttpMethod.Post, rpc) { Content = new StringContent("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_blockNumber\",\"params\":[]}", System.Text.Encoding.UTF8, "application/json") };
            using HttpResponseMessage answer = await base.SendAsync(question, cancellation);
            return Number(JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))!["result"]!.GetValue<string>());
        }

        private static ulong Number(string text) => ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    // The answer to the transaction is lost, and to some questions after it.
    private sealed class SilentAfterSending : DelegatingHandler
    {
        private int _silent;

        public SilentAfterSending()
            : base(new HttpClientHandler())
        {
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (body.Contains("eth_sendRawTransaction", StringComparison.Ordinal))
            {
                Interlocked.CompareExchange(ref _silent, 8, 0);
            }

            return Interlocked.CompareExchange(ref _silent, 1, 1) > 1 && Interlocked.Decrement(ref _silent) >= 1 ? throw new HttpRequestException("silent") : response;
        }
    }

    private sealed class SlowClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddMinutes(-1);
    }
}
