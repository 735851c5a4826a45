using System.Globalization;
using System.Text;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.Verification.Tests;

/// <summary>What a verdict says of payments, beside the vectors of spec/vectors/payment-receipts: every byte of them counts, and a real chain settles them.</summary>
public sealed class PaymentTests(LocalChainFixture fixture) : IClassFixture<LocalChainFixture>, IDisposable
{
    private readonly World _world = new();

    // Every byte in the deep run; otherwise every so many, from a place that isn't always the same in a text.
    private static int Step => FuzzRun.IsDeep ? 1 : 29;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(TransferMethod.Eip3009)]
    [InlineData(TransferMethod.Permit2)]
    [InlineData(TransferMethod.Permit2Upto)]
    public void AByteOfTheOfferOrThePayment_IsNeverWithoutConsequence(TransferMethod method)
    {
        Purchase purchase = new(_world, method);
        ClaimValues claims = purchase.Claims;
        SettlementEvidence evidence = purchase.Evidence;
        ChainFacts chain = new([84532], [purchase.Transaction]);
        Assert.Equal(QuestionStatus.Established, Paid(Settle(claims, evidence.Encode()), chain));

        // The node signs what it wants, so the rest must show it.
        foreach (string changed in Flipped(claims.PaymentOffer!))
        {
            Assert.NotEqual(QuestionStatus.Established, Paid(Settle(claims with { PaymentOffer = changed }, evidence.Encode()), chain));
        }

        foreach (string changed in Flipped(claims.PaymentPayload!))
        {
            Assert.NotEqual(QuestionStatus.Established, Paid(Settle(claims with { PaymentPayload = changed }, evidence.Encode()), chain));
        }

        foreach (string changed in Flipped(claims.PaymentPrice!))
        {
            Assert.NotEqual(QuestionStatus.Established, Paid(Settle(claims with { PaymentPrice = changed }, evidence.Encode()), chain));
        }

        byte[] bytes = evidence.Encode();
        for (int at = 0; at < bytes.Length; at += Step)
        {
            Assert.NotEqual(QuestionStatus.Established, Paid(Settle(claims, Forge.Flip(bytes, at)), chain));
        }
    }

    [Theory]
    [InlineData(TransferMethod.Eip3009)]
    [InlineData(TransferMethod.Permit2)]
    public void AByteOfTheCallOrTheEvents_IsNeverWithoutConsequence(TransferMethod method)
    {
        Purchase purchase = new(_world, method);
        ReadOnlyMemory<byte> bundle = Settle(purchase.Claims, purchase.Evidence.Encode());
        ChainTransaction sound = purchase.Transaction;
        for (int at = 0; method == TransferMethod.Permit2 && at < 4 + (9 * 32) + EvmSignature.Size; at += Step)
        {
            Assert.NotEqual(QuestionStatus.Established, Paid(bundle, new ChainFacts([84532], [sound with { Input = Forge.Flip(sound.Input.ToArray(), at) }])));
        }

        ChainLog move = sound.Logs.First(static log => log.Topics[0] == Purchase.Event("Transfer(address,address,uint256)"));
        for (int i = 0; i < 3 * 32; i += Step)
        {
            ChainLog other = move with { Topics = move.Topics.SetItem(i / 32, Digest32.From(Forge.Flip(move.Topics[i / 32].ToArray(), i % 32))) };
            Assert.Equal(QuestionStatus.Refuted, Paid(bundle, new ChainFacts([84532], [sound with { Logs = sound.Logs.Replace(move, other) }])));
        }
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task ARealChain_TiesTheReceiptToItsPayment()
    {
        EvmAddress facilitator = EvmAddress.TryParse((await fixture.Chain.RequestAsync("eth_accounts", default))[0].GetString()!, out EvmAddress account) ? account : default;
        await fixture.Chain.SetTokensAsync(Purchase.Payer.Address, 1_000_000);
        await fixture.Chain.AllowPermit2Async(Purchase.Payer.Address, 1_000_000);
        using HttpClient http = new();
        ChainClient client = new(http, fixture.Chain.Url);
        foreach (TransferMethod method in Enum.GetValues<TransferMethod>())
        {
            // The chain's clock is the machine's, and the receipt's isn't.
            Purchase purchase = new(_world, method) { Settler = facilitator };
            SignedTransfer transfer = purchase.Signed(purchase.Offer, static unsigned => unsigned with { ValidAfter = 0, ValidBefore = 4_000_000_000 });
            SettlingCall call = SettlingCall.For(transfer, purchase.Offer, purchase.Charged);
            string sent = (await fixture.Chain.RequestAsync("eth_sendTransaction", default, new Dictionary<string, object?>
            {
                ["from"] = facilitator.ToLowerString(), ["to"] = call.To.ToLowerString(), ["data"] = "0x" + Convert.ToHexStringLower(call.Data.Span),
            })).GetString()!;
            Digest32 hash = Digest32.TryParseHex(sent.AsSpan(2), out Digest32 read) ? read : throw new InvalidDataException(sent);
            ChainTransaction mined = await MinedAsync(client, hash);

            ClaimValues claims = purchase.Claims with { PaymentPayload = purchase.PayloadOf(transfer) };
            SettlementEvidence evidence = purchase.Evidence with { Transaction = hash, Payload = Digest32.Sha256(Encoding.UTF8.GetBytes(claims.PaymentPayload)) };
            ReadOnlyMemory<byte> bundle = Settle(claims, evidence.Encode());
            Verdict verdict = Verify(bundle, new ChainFacts([84532], [mined]));
            QuestionResult paid = verdict.Questions.Single(static question => question.Question == Question.Paid);
            Assert.Equal((method, QuestionStatus.Established), (method, paid.Status));
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{Purchase.Payer.Address} paid {purchase.Charged} of token"), paid.Sentence, StringComparison.Ordinal);
            Assert.Equal(purchase.Charged, verdict.Receipt!.Payment!.Moved);

            // What was written to a file and read again is the same.
            Assert.Equal(QuestionStatus.Established, Paid(bundle, ChainFactsJson.TryRead(ChainFactsJson.Write(new ChainFacts([84532], [mined])))));

            // Another request's receipt can't have this settlement.
            ClaimValues stolen = claims with { RequestWireDigest = Purchase.Hash("another body") };
            Assert.Equal(QuestionStatus.Refuted, Paid(Settle(stolen, evidence.Encode(), attach: false), new ChainFacts([84532], [mined])));
            Assert.Equal(QuestionStatus.NotEvaluated, Paid(bundle, null));
        }
    }

    // The chain answers before it has put the transaction into a block.
    private static async Task<ChainTransaction> MinedAsync(ChainClient client, Digest32 hash)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            if ((await client.TransactionAsync(84532, hash, limit.Token)) is { Outcome: RpcOutcome.Answered, Value.Mined: { } mined })
            {
                return mined;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    private static IEnumerable<string> Flipped(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int at = bytes.Length % Step; at < bytes.Length; at += Step)
        {
            yield return Encoding.UTF8.GetString(Forge.Flip(bytes, at));
        }
    }

    private ReadOnlyMemory<byte> Settle(ClaimValues claims, byte[] evidence, bool attach = true)
    {
        BundleParts parts = _world.Parts(claims);
        if (!attach)
        {
            parts.Attachments.Clear();
        }

        Bundle bundle = Bundle.TryDecode(parts.Encode(), out string? error) ?? throw new InvalidOperationException(error);
        return bundle.WithEndorsements([new Purchase(_world, TransferMethod.Eip3009).Endorse(bundle.Envelope.Digest, evidence)]).Encode();
    }

    private Verdict Verify(ReadOnlyMemory<byte> bundle, ChainFacts? chain) => Verifier.Verify(_world.Input(bundle.ToArray()) with { Chain = chain });

    private QuestionStatus Paid(ReadOnlyMemory<byte> bundle, ChainFacts? chain) => Verify(bundle, chain).Questions.Single(static question => question.Question == Question.Paid).Status;
}
