using System.Text;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Paying;

/// <summary>Requests that are paid for, through a whole node: offers, what is taken, what the receipt says.</summary>
public sealed class PayingTests
{
    [Fact]
    public async Task APaidRequest_IsSettledAndItsReceiptSaysWhatWasPaid()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() => runs++);
        using Payer payer = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        Assert.Equal(0, runs);
        Assert.Equal(["1100", "1100", "20000"], required.Offers.Select(static offer => EvmAmount.Text(offer.Amount)));
        Assert.All(required.Offers, static offer => Assert.Equal("signed", offer.Level));
        byte[] salt = new byte[16];
        string payment = payer.Pay(required, salt: salt);
        (int status, string body, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), payment);
        Assert.True(status == 200, body);
        SettlementResponse settled = PaidNode.Settlement(response);
        Assert.True(settled.Success);
        Assert.Equal(payer.Address, settled.Payer);
        Assert.Equal("private, no-store", response.Headers.CacheControl!.ToString().Replace("no-store, private", "private, no-store", StringComparison.Ordinal));
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal(required.Offers[0].Text, bundle.Claims.Text(ClaimRegistry.PaymentOffer));
        Assert.Equal(Encoding.UTF8.GetString(PaymentHeader.TryDecode(payment)!), bundle.Claims.Text(ClaimRegistry.PaymentPayload));
        Assert.Equal($"1100 {required.Offers[0].AssetId}", bundle.Claims.Text(ClaimRegistry.PaymentPrice));
        AttachedEndorsement said = Assert.Single(bundle.Endorsements);
        SettlementEvidence evidence = SettlementEvidence.TryDecode(said.Evidence!.Value.Span)!;
        Assert.Equal((Basis.Settlement, settled.Transaction, payer.Address), (said.Endorsement.By, evidence.Transaction, evidence.Payer));
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle.Encode(), Trust = node.Node.Trust, Now = TimeProvider.System.GetUtcNow() });
        Assert.Equal(Outcome.Met, verdict.Outcome);

        // Case 1: the same again gets the same, and nothing moves.
        (int again, string same, HttpResponseMessage second) = await node.SendAsync(PaidNode.Body(), payment);
        Assert.Equal((200, body), (again, same));
        Assert.Equal(response.Headers.GetValues("Assay-Receipt-Secret"), second.Headers.GetValues("Assay-Receipt-Secret"));
        Assert.Equal(response.Headers.GetValues(PaymentHeader.Response), second.Headers.GetValues(PaymentHeader.Response));
        Assert.Equal((1, 1), (runs, node.Facilitator.Asked));
        (int other, string refused, _) = await node.SendAsync(PaidNode.Body(more: "\"id\":\"x\","), payment);
        Assert.Equal((409, "payment/used"), (other, PaidNode.Code(refused)));
    }

    [Fact]
    public async Task WithoutALevel_EachIsOffered_AndWhatIsPaidSaysWhich()
    {
        await using PaidNode node = await PaidNode.StartAsync(prices: PaidNode.Prices(recommended: "replay"));
        using Payer payer = new();
        (int status, string body, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(null));
        Assert.Equal(402, status);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        PaymentRequired required = PaidNode.Required(response);
        Assert.Equal(["replay", "replay", "signed", "signed", "signed"], required.Offers.Select(static offer => offer.Level));
        Assert.Equal(TransferMethod.Eip3009, required.Offers[0].Method);

        // Version 1 reads the body.
        PaymentRequired first = PaymentRequired.TryRead(Encoding.UTF8.GetBytes(body))!;
        Assert.Equal([5100, 1100], first.Offers.Select(static offer => (int)offer.Amount));
        Assert.Equal("payment/required", PaidNode.Code(body));
        (status, body, response) = await node.SendAsync(PaidNode.Body(null), payer.Pay(required, 2));
        Assert.True(status == 200, body);
        Assert.Equal(("signed", "payment"), (Assert.Single(response.Headers.GetValues("Assay-Level")), Assert.Single(response.Headers.GetValues("Assay-Level-Source"))));
        (status, body, response) = await node.SendAsync(PaidNode.Body(null), payer.PayV1(first.Offers[1]), header: PaymentHeader.SignatureV1);
        Assert.True(status == 200, body);
        Assert.Equal("base-sepolia", PaidNode.Settlement(response, PaymentHeader.ResponseV1).Network);
        Assert.Equal("signed", Assert.Single(response.Headers.GetValues("Assay-Level")));

        // Behind the name, for clients that can't say more.
        required = await node.OffersAsync(PaidNode.Body(null), "tiny@signed");
        Assert.All(required.Offers, static offer => Assert.Equal("signed", offer.Level));
        (status, body, response) = await node.SendAsync(PaidNode.Body(null), payer.Pay(required), "tiny@signed");
        Assert.True(status == 200, body);
        Assert.Equal("request", Assert.Single(response.Headers.GetValues("Assay-Level-Source")));
    }

    [Theory]
    [InlineData(1, "permit2")]
    [InlineData(2, "upto")]
    public async Task OtherMethods_ArePaid(int index, string method)
    {
        await using PaidNode node = await PaidNode.StartAsync(static () => Thread.Sleep(3));
        using Payer payer = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        (int status, string body, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), payer.Pay(required, index));
        Assert.True(status == 200, body);
        SettlementResponse settled = PaidNode.Settlement(response);
        string price = (await node.BundleAsync(response)).Claims.Text(ClaimRegistry.PaymentPrice)!;
        Assert.Equal($"{settled.Amount} {required.Offers[0].AssetId}", price);
        Assert.Equal(method == "permit2", settled.Amount == 1100);

        // 3 ms at 1 USD a second, and at most 0.02.
        Assert.True(method != "upto" || settled.Amount is { } amount && amount >= 3000 && amount <= 20000);
    }

    [Fact]
    public async Task Case2_ThreeParallelCopies_RunTheModelOnce()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() =>
        {
            Interlocked.Increment(ref runs);
            Thread.Sleep(50);
        });
        using Payer payer = new();
        string payment = payer.Pay(await node.OffersAsync(PaidNode.Body()));
        (int Status, string Body, HttpResponseMessage Response)[] all = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => node.SendAsync(PaidNode.Body(), payment)));
        Assert.All(all, answer => Assert.Equal((200, all[0].Body), (answer.Status, answer.Body)));
        Assert.Equal((1, 1), (runs, node.Facilitator.Asked));
    }

    [Fact]
    public async Task Case3_OneNonceSignedTwice_IsOnePayment()
    {
        int runs = 0;
        await using PaidNode node = await PaidNode.StartAsync(() =>
        {
            Interlocked.Increment(ref runs);
            Thread.Sleep(50);
        });
        using Payer payer = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        Digest32 nonce = Digest32.Sha256([9]);
        string[] payments = [payer.Pay(required, edit: t => t with { Nonce = nonce }), payer.Pay(required, edit: t => t with { Nonce = nonce, ValidAfter = 1 })];
        int[] statuses = [.. (await Task.WhenAll(payments.Select(payment => node.SendAsync(PaidNode.Body(), payment)))).Select(static answer => answer.Status).Order()];
        Assert.Equal([200, 409], statuses);
        Assert.Equal((1, 1), (runs, node.Facilitator.Asked));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task TwentyDistinctPaymentsInParallel_AllSettle(int payers)
    {
        await using PaidNode node = await PaidNode.StartAsync();
        Payer[] all = [.. Enumerable.Range(0, payers).Select(static _ => new Payer())];
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        string[] payments = [.. Enumerable.Range(0, 20).Select(i => all[i % payers].Pay(required))];
        (int Status, string Body, HttpResponseMessage)[] answers = await Task.WhenAll(payments.Select(payment => node.SendAsync(PaidNode.Body(), payment)));
        Assert.All(answers, static answer => Assert.True(answer.Status == 200, answer.Body));
        Assert.Equal(20, node.Facilitator.Moved.Count);
        await node.SettledAsync();
        Array.ForEach(all, static payer => payer.Dispose());
    }
}
