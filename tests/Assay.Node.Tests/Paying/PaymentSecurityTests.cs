using System.Text;
using Assay.Evm;
using Assay.Node.Tests.Attesting;
using Assay.Payments;
using Assay.Primitives;
using Microsoft.AspNetCore.Builder;

namespace Assay.Node.Tests.Paying;

/// <summary>What mustn't be taken, by the numbers of docs/payment-security.md: refused before the model runs and before anybody is asked.</summary>
public sealed class PaymentSecurityTests
{
    private const string Replayed = "\"level\":\"replay\"";

    // Cases 4 to 7, 9 to 12 and 15: what was signed, and what is said about it.
    [Fact]
    public async Task WhatDoesntFit_IsRefusedBeforeAnyWork()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() => runs++);
        using Payer payer = new();
        using Payer other = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        PaymentRequired any = await node.OffersAsync(PaidNode.Body(null));
        PaymentRequired otherBody = await node.OffersAsync(PaidNode.Body(more: "\"id\":\"another\","));
        PaymentRequired otherLevel = await node.OffersAsync(PaidNode.Body("replay"));
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (string Case, string Payment, string Code)[] cases =
        [
            ("4: expired", payer.Pay(required, edit: t => t with { ValidBefore = now - 1 }), "payment/invalid"),
            ("4: less than 6 s", payer.Pay(required, edit: t => t with { ValidBefore = now + 4 }), "payment/invalid"),
            ("5: not yet valid", payer.Pay(required, edit: t => t with { ValidAfter = now + 60 }), "payment/invalid"),
            ("6: less", payer.Pay(required, edit: t => t with { Amount = t.Amount - 1 }), "payment/invalid"),
            ("6: more", payer.Pay(required, edit: t => t with { Amount = t.Amount + 1 }), "payment/invalid"),
            ("7: accepted amount", payer.Pay(required, edit: t => t with { Amount = 1 }, entry: e => e.Replace("\"1100\"", "\"1\"", StringComparison.Ordinal)), "payment/no-offer"),
            ("7: unknown member", payer.Pay(required, entry: e => e.Replace("{\"scheme\"", "{\"discount\":1,\"scheme\"", StringComparison.Ordinal)), "payment/no-offer"),
            ("7: lower case", payer.Pay(required, entry: e => e.Replace("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc", StringComparison.Ordinal)), "payment/no-offer"),
            ("7: extra removed", payer.Pay(required, entry: e => e[..e.IndexOf(",\"extra\"", StringComparison.Ordinal)] + "}"), "payment/no-offer"),
            ("8: another level's label on this price", payer.Pay(any, entry: e => e.Replace("\"level\":\"signed\"", Replayed, StringComparison.Ordinal)), "payment/no-offer"),
            ("8: no label", payer.Pay(any, entry: e => e.Replace("\"level\":\"signed\",", "", StringComparison.Ordinal)), "payment/no-offer"),
            ("8: another level than the request's", payer.Pay(otherLevel), "payment/no-offer"),
            ("9: another payee", payer.Pay(required, edit: t => t with { PayTo = other.Address }), "payment/invalid"),
            ("10: another chain", payer.Pay(required with { Offers = [required.Offers[0] with { ChainId = 1 }] }), "payment/invalid"),
            ("10: another token", payer.Pay(required with { Offers = [required.Offers[0] with { Asset = other.Address }] }), "payment/invalid"),
            ("10: another key", payer.Pay(required, edit: t => t with { Payer = other.Address }), "payment/invalid"),
            ("11: the other s", payer.Pay(required, json: j => Mirror(j)), "payment/signature-form"),
            ("12: v of 0 or 1", payer.Pay(required, editSigned: t => t with { Signature = t.Signature with { V = (byte)(t.Signature.V - 27) } }), "payment/signature-form"),
            ("15: another body", payer.Pay(otherBody), "payment/no-offer"),
            ("15: another address", payer.Pay(required, json: static j => j.Replace("/v2/models/tiny/infer", "/v2/models/tiny2/infer", StringComparison.Ordinal)), "payment/other-resource"),
            ("bound to another offer", payer.Pay(required, salt: new byte[16], edit: static t => t with { Nonce = Digest32.Sha256([1]) }), "payment/binding"),
        ];
        foreach ((string name, string payment, string code) in cases)
        {
            (int status, string body, _) = await node.SendAsync(name.StartsWith("8: another level's", StringComparison.Ordinal) || name == "8: no label" ? PaidNode.Body(null) : PaidNode.Body(), payment);
            Assert.True(PaidNode.Code(body) == code, $"{name}: {body}");
            Assert.True(status is 400 or 402, name);
        }

        Assert.Equal((0, 0, 0), (runs, node.Facilitator.Verified, node.Facilitator.Asked));
    }

    // Case 15: the model is in what is paid for.
    [Fact]
    public async Task Case15_APaymentForAnotherModel_IsRefused()
    {
        await using PaidNode node = await PaidNode.StartAsync();
        using Payer payer = new();
        string id = TestModels.Tiny().Id.ToString();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body(), id);
        (int status, string body, _) = await node.SendAsync(PaidNode.Body(), payer.Pay(required, json: j => j.Replace(id, "tiny", StringComparison.Ordinal)));
        Assert.Equal((402, "payment/no-offer"), (status, PaidNode.Code(body)));
    }

    [Theory]
    [InlineData("%%%%", PaymentHeader.Signature, "payment/header")]
    [InlineData("e30", PaymentHeader.Signature, "payment/header")]
    [InlineData("AAAA", PaymentHeader.Signature, "payment/json")]
    [InlineData("e30=", PaymentHeader.Signature, "payment/version")]
    [InlineData("eyJ4NDAyVmVyc2lvbiI6M30=", PaymentHeader.Signature, "payment/version")]
    [InlineData("eyJ4NDAyVmVyc2lvbiI6Mn0=", PaymentHeader.Signature, "payment/form")]
    [InlineData("eyJ4NDAyVmVyc2lvbiI6Mn0=", PaymentHeader.SignatureV1, "payment/form")]
    public async Task Case14_Garbage_IsRefusedWithoutShowingInternals(string header, string name, string code)
    {
        await using PaidNode node = await PaidNode.StartAsync();
        (int status, string body, _) = await node.SendAsync(PaidNode.Body(), header, header: name);
        Assert.Equal((400, code), (status, PaidNode.Code(body)));
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Case14_TheOtherVersionsHeader_IsRefused()
    {
        await using PaidNode node = await PaidNode.StartAsync();
        using Payer payer = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        Assert.Equal("payment/version", PaidNode.Code((await node.SendAsync(PaidNode.Body(), payer.PayV1(required.Offers[0]))).Body));
        Assert.Equal("payment/version", PaidNode.Code((await node.SendAsync(PaidNode.Body(), payer.Pay(required), header: PaymentHeader.SignatureV1)).Body));
        Assert.Equal("payment/twice", PaidNode.Code((await node.SendAsync(PaidNode.Body(), payer.Pay(required), more: (PaymentHeader.SignatureV1, "e30="))).Body));
    }

    // Case 16: nothing is charged for what wasn't answered, and the payment can be used again.
    [Fact]
    public async Task Case16_WorkThatFails_ReleasesThePayment()
    {
        bool fails = true;
        await using PaidNode node = await PaidNode.StartAsync(() =>
        {
            if (fails)
            {
                throw new InvalidOperationException("the model broke");
            }
        });
        using Payer payer = new();
        string payment = payer.Pay(await node.OffersAsync(PaidNode.Body()));
        Assert.Equal(500, (await node.SendAsync(PaidNode.Body(), payment)).Status);
        Assert.Empty(node.Store.Unfinished());
        fails = false;
        Assert.Equal(200, (await node.SendAsync(PaidNode.Body(), payment)).Status);
        Assert.Equal(1, node.Facilitator.Asked);
    }

    [Fact]
    public async Task Case16_ACallerThatGoesAway_IsntCharged_AndOneThatComesBackIsAnswered()
    {
        using ManualResetEventSlim running = new(), go = new(), noticed = new();
        await using PaidNode node = await PaidNode.StartAsync(
            () =>
            {
                running.Set();
                go.Wait(TimeSpan.FromSeconds(20));
            },

            // The last that was registered is told first: when this is, the node knows.
            before: application => application.Use((context, next) =>
            {
                if (context.Request.Headers.ContainsKey(PaymentHeader.Signature))
                {
                    context.RequestAborted.Register(noticed.Set);
                }

                return next(context);
            }));
        using Payer payer = new();
        string payment = payer.Pay(await node.OffersAsync(PaidNode.Body()));
        using CancellationTokenSource gone = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(node.Node.Host.Address, "v2/models/tiny/infer")) { Content = new StringContent(PaidNode.Body(), Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(PaymentHeader.Signature, payment);
        Task<HttpResponseMessage> first = node.Node.Http.SendAsync(request, gone.Token);
        running.Wait(TimeSpan.FromSeconds(20));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Assert.True(noticed.Wait(TimeSpan.FromSeconds(20)));
        go.Set();
        await node.SettledAsync();
        Assert.Equal(0, node.Facilitator.Asked);
        Assert.Equal(200, (await node.SendAsync(PaidNode.Body(), payment)).Status);
    }

    // Case 17 and 23: the money isn't there any more when the work is done.
    [Fact]
    public async Task Case17_ASettlementThatFails_WithholdsTheAnswer_AndBlocksThePayer()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() => runs++);
        using Payer payer = new();
        node.Facilitator.OnSettle = static _ => FakeFacilitator.Refused(PaymentErrors.InsufficientBalance);
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        string payment = payer.Pay(required);
        (int status, string body, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), payment);
        Assert.Equal((402, "payment/not-settled"), (status, PaidNode.Code(body)));
        Assert.DoesNotContain("outputs", body, StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Assay-Receipt-Secret"));
        SettlementResponse settled = PaidNode.Settlement(response);
        Assert.Equal((false, PaymentErrors.InsufficientBalance), (settled.Success, settled.Reason));
        node.Facilitator.OnSettle = null;

        // The same again is told the same, another one isn't worked on.
        Assert.Equal("payment/not-settled", PaidNode.Code((await node.SendAsync(PaidNode.Body(), payment)).Body));
        (status, body, response) = await node.SendAsync(PaidNode.Body(), payer.Pay(required));
        Assert.Equal((403, "payment/payer-blocked"), (status, PaidNode.Code(body)));
        Assert.True(response.Headers.RetryAfter is not null);
        Assert.Equal(1, runs);
    }

    // It was in time when its work was done: that nobody could settle it then isn't the payer's fault.
    [Theory]
    [InlineData(PaymentErrors.ValidBefore)]
    [InlineData(PaymentErrors.Permit2Deadline)]
    public async Task Case17_APaymentThatRanOutWhileNobodyCouldSettleIt_BlocksNobody(string reason)
    {
        await using PaidNode node = await PaidNode.StartAsync();
        using Payer payer = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        string payment = payer.Pay(required);
        node.Facilitator.OnSettle = static _ => new SettleReply(FacilitatorOutcome.Unavailable, PaymentErrors.NoGas, null, null, null, null);
        Assert.Equal(503, (await node.SendAsync(PaidNode.Body(), payment)).Status);
        node.Facilitator.OnSettle = _ => FakeFacilitator.Refused(reason);
        Assert.Equal("payment/not-settled", PaidNode.Code((await node.SendAsync(PaidNode.Body(), payment)).Body));
        node.Facilitator.OnSettle = null;
        Assert.Equal(200, (await node.SendAsync(PaidNode.Body(), payer.Pay(required))).Status);
    }

    // One that runs out at once is the payer's.
    [Fact]
    public async Task Case17_APaymentThatIsOutOfTimeAtTheFirstTry_BlocksItsPayer()
    {
        await using PaidNode node = await PaidNode.StartAsync();
        using Payer payer = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        node.Facilitator.OnSettle = static _ => FakeFacilitator.Refused(PaymentErrors.ValidBefore);
        Assert.Equal(402, (await node.SendAsync(PaidNode.Body(), payer.Pay(required))).Status);
        Assert.Equal(403, (await node.SendAsync(PaidNode.Body(), payer.Pay(required))).Status);
    }

    // Whoever pays for the first time gets one piece of work for nothing at most, however many it asks for at once.
    [Fact]
    public async Task Case17_ManyAtOnceByOneWhoCantPay_IsOnePieceOfWork()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() => Interlocked.Increment(ref runs));
        using Payer payer = new();
        node.Facilitator.OnSettle = static _ => FakeFacilitator.Refused(PaymentErrors.InsufficientBalance);
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        string[] payments = [.. Enumerable.Range(0, 8).Select(_ => payer.Pay(required))];
        int[] statuses = [.. (await Task.WhenAll(payments.Select(payment => node.SendAsync(PaidNode.Body(), payment)))).Select(static answer => answer.Status).Order()];
        Assert.Equal([402, 403, 403, 403, 403, 403, 403, 403], statuses);
        Assert.Equal(1, runs);
    }

    // Trust is earned: who has paid twice may leave three pieces unpaid, whatever it asks for at once.
    [Fact]
    public async Task Case17_WhoHasPaid_GetsNoMoreForNothing_ThanItPaidFor_AndOne()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() =>
        {
            Interlocked.Increment(ref runs);
            Thread.Sleep(30);
        });
        using Payer payer = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        Assert.Equal(200, (await node.SendAsync(PaidNode.Body(), payer.Pay(required))).Status);
        Assert.Equal(200, (await node.SendAsync(PaidNode.Body(), payer.Pay(required))).Status);
        node.Facilitator.OnSettle = static _ => FakeFacilitator.Refused(PaymentErrors.InsufficientBalance);

        string[] payments = [.. Enumerable.Range(0, 12).Select(_ => payer.Pay(required))];
        int[] statuses = [.. (await Task.WhenAll(payments.Select(payment => node.SendAsync(PaidNode.Body(), payment)))).Select(static answer => answer.Status)];

        Assert.All(statuses, static status => Assert.True(status is 402 or 403));
        Assert.InRange(runs - 2, 1, 3);
    }

    [Fact]
    public async Task Case18_WithoutAFacilitator_NothingIsRun_AndOffersAreStillMade()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() => runs++);
        using Payer payer = new();
        node.Facilitator.OnVerify = static _ => new VerifyReply(FacilitatorOutcome.Unavailable, null, null, null);
        (int status, string body, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), payer.Pay(await node.OffersAsync(PaidNode.Body())));
        Assert.Equal((503, "payment/facilitator-unavailable", 0), (status, PaidNode.Code(body), runs));
        Assert.NotNull(response.Headers.RetryAfter);
    }

    // Cases 19 and 30: never an error after a settlement, but one that the same payment turns into the answer.
    [Fact]
    public async Task Case19_AFacilitatorThatDoesntAnswer_IsAskedAgain_AndTheAnswerIsntLost()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() => runs++);
        using Payer payer = new();
        node.Facilitator.OnSettle = static _ => FakeFacilitator.Unavailable;
        string payment = payer.Pay(await node.OffersAsync(PaidNode.Body()));
        (int status, string body, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), payment);
        Assert.Equal((503, "payment/settlement-pending"), (status, PaidNode.Code(body)));
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(Assay.Node.Paying.PaymentState.Owed, Assert.Single(node.Store.Unfinished()).State);
        node.Facilitator.OnSettle = null;
        (status, body, response) = await node.SendAsync(PaidNode.Body(), payment);
        Assert.True(status == 200, body);
        Assert.True(PaidNode.Settlement(response).Success);
        Assert.Equal((1, 1), (runs, node.Facilitator.Moved.Count));
        Assert.Single((await node.BundleAsync(response)).Endorsements);
    }

    // Clients that repeat a request by themselves sign a new payment for it (openai's does, after a 503): they pay once.
    [Fact]
    public async Task Case30_ANewPaymentForWhatIsOwed_IsntTaken_AndGetsTheOldOnesAnswer()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() => runs++);
        using Payer payer = new();
        using Payer other = new();
        node.Facilitator.OnSettle = static _ => FakeFacilitator.Unavailable;
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        Assert.Equal(503, (await node.SendAsync(PaidNode.Body(), payer.Pay(required))).Status);
        Assert.Equal(503, (await node.SendAsync(PaidNode.Body(), payer.Pay(required))).Status);
        Assert.Equal(1, runs);
        node.Facilitator.OnSettle = null;

        (int status, string body, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), payer.Pay(required));
        Assert.True(status == 200, body);
        Assert.True(PaidNode.Settlement(response).Success);
        Assert.Equal((1, 1), (runs, node.Facilitator.Moved.Count));

        // Nobody else gets it, and once it is settled a new payment pays for a new answer.
        Assert.Equal(200, (await node.SendAsync(PaidNode.Body(), other.Pay(required))).Status);
        Assert.Equal(200, (await node.SendAsync(PaidNode.Body(), payer.Pay(required))).Status);
        Assert.Equal((3, 3), (runs, node.Facilitator.Moved.Count));
    }

    // Case 22 and 20 are the facilitator's: it looks at the chain before it refuses. Here: what it then says is settled is settled.
    [Fact]
    public async Task Case19_WhatIsOwedIsSettledInTheBackground()
    {
        await using PaidNode node = await PaidNode.StartAsync();
        using Payer payer = new();
        node.Facilitator.OnSettle = static _ => FakeFacilitator.Unavailable;
        string payment = payer.Pay(await node.OffersAsync(PaidNode.Body()));
        Assert.Equal(503, (await node.SendAsync(PaidNode.Body(), payment)).Status);
        node.Facilitator.OnSettle = null;
        await node.SettledAsync();
        Assert.Equal(200, (await node.SendAsync(PaidNode.Body(), payment)).Status);
    }

    // Else a payer could have any number of them worked for while a chain is slow, and leave all of them unpaid.
    [Fact]
    public async Task Case19_WhileAPaymentIsOwed_ItsPayersNextRequestWaits()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() => Interlocked.Increment(ref runs));
        using Payer payer = new();
        string other = PaidNode.Body(more: "\"id\":\"another\",");
        PaymentRequired required = await node.OffersAsync(PaidNode.Body()), offers = await node.OffersAsync(other);
        node.Facilitator.OnSettle = static _ => FakeFacilitator.Unavailable;
        Assert.Equal(503, (await node.SendAsync(PaidNode.Body(), payer.Pay(required))).Status);
        Task<(int Status, string Body, HttpResponseMessage Response)> next = node.SendAsync(other, payer.Pay(offers));
        await Task.Delay(300);
        Assert.Equal((1, false), (runs, next.IsCompleted));
        node.Facilitator.OnSettle = null;
        Assert.Equal(200, (await next).Status);
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task Case26_Upto_OfNothingSettlesWithoutATransaction_AndNeverMoreThanTheMost()
    {
        // Next to nothing a second: a run costs its smallest unit; and a run that costs more than the most costs the most.
        const string Levels = """{"signed":{"perRequest":"1","perSecond":"0","most":"0.002"},"replay":{"perRequest":"2","perSecond":"100","most":"0.003"}}""";
        await using PaidNode node = await PaidNode.StartAsync(static () => Thread.Sleep(5), PaidNode.Prices(levels: Levels));
        using Payer payer = new();
        (int status, string body, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), payer.Pay(await node.OffersAsync(PaidNode.Body()), 2));
        Assert.True(status == 200, body);
        SettlementResponse settled = PaidNode.Settlement(response);
        Assert.Equal((0, null), ((int)settled.Amount!.Value, settled.Transaction));
        (status, body, response) = await node.SendAsync(PaidNode.Body("replay"), payer.Pay(await node.OffersAsync(PaidNode.Body("replay")), 2));
        Assert.True(status == 200, body);
        Assert.Equal(3000, PaidNode.Settlement(response).Amount);
    }

    [Fact]
    public async Task Case28_AllLevelsAndMethodsFitAHeader()
    {
        const string Levels = """{"signed":{"perRequest":"0.001","perSecond":"0.001","most":"0.01"},"replay":{"perRequest":"0.002","perSecond":"0.001","most":"0.02"},"tee":{"perRequest":"0.004","perSecond":"0.001","most":"0.04"},"zk":{"perRequest":"0.008","perSecond":"0.001","most":"0.08"}}""";
        using Assay.Chain.EvmAccount account = Assay.Chain.EvmAccount.Generate();
        Assay.Node.Paying.PriceFile file = Assay.Node.Paying.PriceFile.TryParse(Encoding.UTF8.GetBytes(PaidNode.Prices(levels: Levels)), out _)!;
        Assay.Node.Paying.ModelPrices prices = file.For("tiny")!;
        Assert.Equal(8, prices.Levels.Count);
        List<Assay.Node.Paying.MadeOffer> offers = [];
        foreach (Assay.Receipts.VerificationLevel level in prices.Levels)
        {
            PaymentRequirements terms = new()
            {
                Scheme = "exact", ChainId = file.ChainId, Amount = prices.Of(level)!.Exact(1), Asset = file.Token.Address, PayTo = file.PayTo, MaxTimeoutSeconds = 3600, TokenName = file.Token.Name,
                TokenVersion = "2", Method = TransferMethod.Eip3009, Level = level.ToString(), Request = PaidRequest.Short(Digest32.Sha256([1])),
            };
            Assay.Node.Planning.Plan plan = new(level, Assay.Receipts.LevelSource.Payment, Assay.Receipts.PolicyDocument.For(level), []);
            offers.AddRange([new(terms, plan), new(terms with { Method = TransferMethod.Permit2 }, plan), new(terms with { Scheme = "upto", Method = TransferMethod.Permit2Upto, Facilitator = file.PayTo }, plan)]);
        }

        await using PaidNode node = await PaidNode.StartAsync(signer: account);
        using Assay.Node.Paying.SignInDesk signIn = new("eip155:84532", true, TimeProvider.System);
        Assay.Node.Paying.OfferBook book = new(new Assay.Node.Paying.OfferSigner(account), signIn, sponsors: true, TimeProvider.System);
        Assay.Node.Serving.ServedModel model = node.Node.Host.Models.Models[0];
        Assay.Node.Serving.InferenceCall call = new("tiny", Assay.Node.Keys.ApiKey.Anonymous, null, Encoding.UTF8.GetBytes(PaidNode.Body()));
        Uri resource = new("https://a-long-name-of-a-node.example.org/v2/models/tiny/infer");
        Assay.Node.Paying.SoldInference asked = new(new Assay.Node.Serving.BegunCall(call, model, "tiny", null, null!, default, 0), null!);
        Assay.Node.Paying.PaidAnswer answer = book.Refuse(new Assay.Node.Paying.PaidCall(asked, null, 2, resource, default), offers, Assay.Node.Paying.PaymentRefusals.Unpaid(asked), new(true, true, null));
        Assert.Equal(24, answer.Offers!.Offers.Count);
        string header = PaymentHeader.Encode(answer.Offers.WriteV2());
        Assert.True(header.Length < 15_000, $"{header.Length} characters");

        // Clients send extensions and offer back.
        using Payer payer = new();
        PaymentRequired required = PaymentRequired.TryRead(PaymentHeader.TryDecode(header)!)!;
        Assert.NotNull(PayloadReader.TryReadHeader(payer.Pay(required, 2, salt: new byte[16], identifier: new string('a', 128)), 2, out _));
    }

    [Fact]
    public async Task APaymentThatRunsOutDuringTheWork_CostsNothing_AndBlocksNobody()
    {
        Attesting.ShiftedClock clock = new(DateTimeOffset.UtcNow);
        await using PaidNode node = await PaidNode.StartAsync(() => clock.Jump(TimeSpan.FromSeconds(297)), time: clock);
        using Payer payer = new();
        (int status, string body, _) = await node.SendAsync(PaidNode.Body(), payer.Pay(await node.OffersAsync(PaidNode.Body())));
        Assert.Equal((402, "payment/expired", 0), (status, PaidNode.Code(body), node.Facilitator.Asked));
        Assert.Equal(default, node.Store.Payer(payer.Address));
    }

    // Case 29: of a clock that is wrong by minutes.
    [Fact]
    public async Task Case29_APaymentThatHoldsByThePayersClockOnly_IsRefused()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() => runs++, time: new ShiftedClock(DateTimeOffset.UtcNow + TimeSpan.FromMinutes(10)));
        using Payer payer = new();
        (int status, string body, _) = await node.SendAsync(PaidNode.Body(), payer.Pay(await node.OffersAsync(PaidNode.Body())));
        Assert.Equal((402, "payment/invalid", 0), (status, PaidNode.Code(body), runs));
        Assert.Contains(PaymentErrors.ValidBefore, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnIdentifierIsForOnePayment()
    {
        await using PaidNode node = await PaidNode.StartAsync();
        using Payer payer = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        string first = payer.Pay(required, identifier: "pay_0123456789abcdef");
        (int status, string body, _) = await node.SendAsync(PaidNode.Body(), first);
        Assert.Equal(200, status);
        Assert.Equal((200, body), await StatusAsync(first));
        (status, body, _) = await node.SendAsync(PaidNode.Body(), payer.Pay(required, identifier: "pay_0123456789abcdef"));
        Assert.Equal((409, "payment/identifier-used"), (status, PaidNode.Code(body)));
        Assert.Equal(1, node.Facilitator.Asked);

        async Task<(int, string)> StatusAsync(string payment)
        {
            (int again, string same, _) = await node.SendAsync(PaidNode.Body(), payment);
            return (again, same);
        }
    }

    private static string Mirror(string json)
    {
        int at = json.IndexOf("\"signature\":\"0x", StringComparison.Ordinal) + 15;
        System.Numerics.BigInteger order = System.Numerics.BigInteger.Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", System.Globalization.NumberStyles.HexNumber, null);
        System.Numerics.BigInteger s = order - System.Numerics.BigInteger.Parse(string.Concat("0", json.AsSpan(at + 64, 64)), System.Globalization.NumberStyles.HexNumber, null);
        string v = json[(at + 128)..(at + 130)] == "1b" ? "1c" : "1b";
        return json[..(at + 64)] + EvmAmount.Word(s) + v + json[(at + 130)..];
    }
}
