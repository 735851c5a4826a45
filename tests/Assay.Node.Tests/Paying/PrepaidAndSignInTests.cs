using System.Numerics;
using System.Text;
using System.Text.Json;
using Assay.Evm;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Storing;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;
using Microsoft.Data.Sqlite;

namespace Assay.Node.Tests.Paying;

/// <summary>Balances of API keys; signing in with the account that paid; x402's offer-receipt.</summary>
public sealed class PrepaidAndSignInTests
{
    [Fact]
    public async Task ABalance_IsHeldChargedAndExhausted_AndOffersFollow()
    {
        string folder = Directory.CreateTempSubdirectory("assay-prepaid-").FullName;
        try
        {
            string keys = Path.Combine(folder, "keys.json"), secret = ApiKeySecret.Create();
            _ = ApiKeySecret.TryDigest(secret, out Digest32 digest);
            ApiKeyFileEditor.Add(keys, new ApiKey("shop", VerificationLevel.Signed), digest);
            await using PaidNode node = await PaidNode.StartAsync(prices: PaidNode.Prices("\"prepaid\",\"x402\""), folder: folder, keyFile: keys);
            (string, string) key = ("Authorization", "Bearer " + secret);
            (int status, string body, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), more: key);
            Assert.Equal((402, "payment/prepaid-empty"), (status, PaidNode.Code(body)));
            Assert.Equal(3, PaidNode.Required(response).Offers.Count);

            // 0.0011 each; as the operator does it, in another connection.
            BigInteger unit = BigInteger.Pow(10, DecimalAmount.BalanceDecimals);
            Assert.Equal(unit * 25 / 10_000, PrepaidBook.Change(folder, "shop", "USD", unit * 25 / 10_000));
            Assert.Null(PrepaidBook.Change(folder, "shop", "USD", -unit));
            (status, body, response) = await node.SendAsync(PaidNode.Body(), more: key);
            Assert.True(status == 200, body);
            Bundle bundle = await node.BundleAsync(response);
            Assert.Equal("prepaid 0.0011 USD", bundle.Claims.Text(ClaimRegistry.PaymentPrice));
            Assert.Null(bundle.Claims.Text(ClaimRegistry.PaymentOffer));

            // Refused requests cost nothing; of two at once that would take more than there is, one is refused.
            Assert.Equal(422, (await node.SendAsync(PaidNode.Body("zk"), more: key)).Status);
            int[] two = [.. (await Task.WhenAll(node.SendAsync(PaidNode.Body(), more: key), node.SendAsync(PaidNode.Body(), more: key))).Select(static answer => answer.Status).Order()];
            Assert.Equal([200, 402], two);
            Assert.Equal(unit * 3 / 10_000, PrepaidBook.Read(folder).Single().Amount);
            Assert.Equal(0, node.Facilitator.Asked);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task APayer_SignsInForItsReceipts_AndNobodyElseDoes()
    {
        await using PaidNode node = await PaidNode.StartAsync();
        using Payer payer = new();
        using Payer other = new();
        (int status, string answer, HttpResponseMessage paid) = await node.SendAsync(PaidNode.Body(), payer.Pay(await node.OffersAsync(PaidNode.Body())));
        Assert.Equal(200, status);
        string receipt = Assert.Single(paid.Headers.GetValues("Assay-Receipt"));
        await node.SettledAsync();

        // The list; each challenge once.
        string header = SignIn(payer, await ChallengeAsync(node));
        (status, string list, _) = await node.Node.SendAsync(HttpMethod.Get, "v1/payments", null, (PaymentHeader.SignIn, header));
        Assert.True(status == 200, list);
        using JsonDocument json = JsonDocument.Parse(list);
        JsonElement one = Assert.Single(json.RootElement.GetProperty("payments").EnumerateArray().ToArray());
        Assert.Equal((receipt, Assert.Single(paid.Headers.GetValues("Assay-Receipt-Secret"))), (one.GetProperty("receipt").GetString(), one.GetProperty("secret").GetString()));
        Assert.Equal("sign-in/used", PaidNode.Code((await node.Node.SendAsync(HttpMethod.Get, "v1/payments", null, (PaymentHeader.SignIn, header))).Body));

        // The answer, for its payer only.
        (status, string again, _) = await node.Node.SendAsync(HttpMethod.Get, $"v1/payments/{receipt}/answer", null, (PaymentHeader.SignIn, SignIn(payer, await ChallengeAsync(node))));
        Assert.Equal((200, answer), (status, again));
        (status, string body, _) = await node.Node.SendAsync(HttpMethod.Get, $"v1/payments/{receipt}/bundle", null, (PaymentHeader.SignIn, SignIn(other, await ChallengeAsync(node))));
        Assert.Equal((404, "receipt_not_found"), (status, PaidNode.Code(body)));
        (status, _, _) = await node.Node.SendAsync(HttpMethod.Get, $"v1/payments/{receipt}/bundle", null, (PaymentHeader.SignIn, SignIn(payer, await ChallengeAsync(node))));
        Assert.Equal(200, status);

        // Another's address, another domain, a challenge that isn't ours, and what isn't a sign-in.
        JsonElement challenge = await ChallengeAsync(node);
        Assert.Equal("sign-in/signature", await RefusedAsync(SignIn(other, challenge, address: payer.Address.ToString())));
        Assert.Equal("sign-in/domain", await RefusedAsync(SignIn(payer, challenge, domain: "elsewhere.example")));
        Assert.Equal("sign-in/nonce", await RefusedAsync(SignIn(payer, challenge, nonce: new string('0', 64))));
        Assert.Equal("sign-in/form", await RefusedAsync("e30="));

        async Task<string> RefusedAsync(string header) => PaidNode.Code((await node.Node.SendAsync(HttpMethod.Get, "v1/payments", null, (PaymentHeader.SignIn, header))).Body);
    }

    [Fact]
    public async Task PagesOfPayments_HaveEachOnce_AlsoThoseOfOneMillisecond()
    {
        await using PaidNode node = await PaidNode.StartAsync();
        using Payer payer = new();
        List<string> paid = [];
        for (int i = 0; i < 3; i++)
        {
            paid.Add(Assert.Single((await node.SendAsync(PaidNode.Body(), payer.Pay(await node.OffersAsync(PaidNode.Body())))).Response.Headers.GetValues("Assay-Receipt")));
            await node.SettledAsync();
        }

        using (SqliteConnection connection = PaymentSchema.Open(node.Folder, isNode: false))
        {
            NodeDatabase.Run(connection, "UPDATE payments SET created = 1234");
        }

        List<string> listed = [];
        string? next = "";
        for (int i = 0; i < 4 && next is not null; i++)
        {
            string path = "v1/payments?limit=1" + (next.Length == 0 ? "" : "&before=" + next);
            using JsonDocument page = JsonDocument.Parse((await node.Node.SendAsync(HttpMethod.Get, path, null, (PaymentHeader.SignIn, SignIn(payer, await ChallengeAsync(node))))).Body);
            listed.AddRange(page.RootElement.GetProperty("payments").EnumerateArray().Select(static one => one.GetProperty("receipt").GetString()!));
            next = page.RootElement.GetProperty("next").GetString();
        }

        Assert.Equal(paid.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        foreach (string bad in new[] { "0", "x", "1234.", "1234.00", "." + paid[0], "1234." + paid[0] + "0" })
        {
            Assert.Equal(400, (await node.Node.SendAsync(HttpMethod.Get, "v1/payments?before=" + bad, null, (PaymentHeader.SignIn, SignIn(payer, await ChallengeAsync(node))))).Status);
        }
    }

    // Somebody in the middle hands on our challenge under its own name, has a payer sign that, and comes with it under that name.
    [Fact]
    public async Task ANodeThatWasntToldItsAddress_LetsNobodyIn_UnderANameThatCallersGiveIt()
    {
        await using PaidNode node = await PaidNode.StartAsync();
        (string, string) host = ("Host", "elsewhere.example");
        (_, string body, HttpResponseMessage response) = await node.Node.SendAsync(HttpMethod.Get, "v1/payments", null, host);
        Assert.Equal(("sign-in/domain", false), (PaidNode.Code(body), response.Headers.Contains(PaymentHeader.Required)));
        (_, _, response) = await node.SendAsync(PaidNode.Body(), more: host);
        Assert.False(PaidNode.Required(response).Extensions!.Value.TryGetProperty("sign-in-with-x", out _));

        using Payer payer = new();
        string header = SignIn(payer, await ChallengeAsync(node), domain: "elsewhere.example", uri: "http://elsewhere.example/v1/payments");
        Assert.Equal("sign-in/domain", PaidNode.Code((await node.Node.SendAsync(HttpMethod.Get, "v1/payments", null, host, (PaymentHeader.SignIn, header))).Body));
    }

    [Fact]
    public void AClockThatWasSetBack_GivesNobodyMoney() => Assert.Equal(0, new LevelPrice(0, 0, 1000, 5000).Measured(new Assay.Node.Serving.RunMeasure(TimeSpan.FromSeconds(-5))));

    [Fact]
    public async Task WhatARequestHolds_CantBeTakenFromTheBalanceMeanwhile()
    {
        await using PaidNode node = await PaidNode.StartAsync();
        PrepaidBook.Change(node.Folder, "shop", "USD", 10);
        Assert.True(await node.Store.HoldAsync([1], "shop", "USD", 6));
        Assert.Null(PrepaidBook.Change(node.Folder, "shop", "USD", -5));
        Assert.Equal(6, PrepaidBook.Change(node.Folder, "shop", "USD", -4));
        await node.Store.ChargeAsync([1], "shop", "USD", 6);
        Assert.Equal(0, PrepaidBook.Read(node.Folder).Single().Amount);
    }

    [Fact]
    public async Task OffersAndReceipts_AreSignedForX402sVerifiers()
    {
        using Assay.Chain.EvmAccount account = Assay.Chain.EvmAccount.Generate();
        await using PaidNode node = await PaidNode.StartAsync(signer: account);
        using Payer payer = new();
        PaymentRequired required = await node.OffersAsync(PaidNode.Body());
        JsonElement offers = required.Extensions!.Value.GetProperty("offer-receipt").GetProperty("info").GetProperty("offers");
        Assert.Equal(3, offers.GetArrayLength());
        JsonElement offer = offers[0].GetProperty("payload");
        Digest32 type = Eip712.TypeHash("Offer(uint256 version,string resourceUrl,string scheme,string network,string asset,string payTo,string amount,uint256 validUntil)");
        Digest32 hash = Eip712.HashStruct(type, [Eip712.Word(1), .. new[] { "resourceUrl", "scheme", "network", "asset", "payTo", "amount" }.Select(name => Eip712.Text(offer.GetProperty(name).GetString()!)), Eip712.Word(offer.GetProperty("validUntil").GetInt64())]);
        Assert.Equal(account.Address, Signer("x402 offer", hash, offers[0]));
        (_, _, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), payer.Pay(required));
        JsonElement receipt = PaidNode.Settlement(response).Extensions!.Value.GetProperty("offer-receipt").GetProperty("info").GetProperty("receipt");
        JsonElement said = receipt.GetProperty("payload");
        Assert.Equal(payer.Address.ToString(), said.GetProperty("payer").GetString());
        type = Eip712.TypeHash("Receipt(uint256 version,string network,string resourceUrl,string payer,uint256 issuedAt,string transaction)");
        hash = Eip712.HashStruct(type, Eip712.Word(1), Eip712.Text(said.GetProperty("network").GetString()!), Eip712.Text(said.GetProperty("resourceUrl").GetString()!), Eip712.Text(said.GetProperty("payer").GetString()!), Eip712.Word(said.GetProperty("issuedAt").GetInt64()), Eip712.Text(said.GetProperty("transaction").GetString()!));
        Assert.Equal(account.Address, Signer("x402 receipt", hash, receipt));

        static EvmAddress? Signer(string domain, Digest32 hash, JsonElement signed) =>
            EvmSignature.TryParse(signed.GetProperty("signature").GetString(), out EvmSignature signature) ? Secp256k1.Recover(Eip712.Digest(Eip712.Domain(domain, "1", 1, null), hash), signature) : null;
    }

    private static async Task<JsonElement> ChallengeAsync(PaidNode node)
    {
        (int status, _, HttpResponseMessage response) = await node.Node.SendAsync(HttpMethod.Get, "v1/payments");
        Assert.Equal(402, status);
        using JsonDocument json = JsonDocument.Parse(PaymentHeader.TryDecode(Assert.Single(response.Headers.GetValues(PaymentHeader.Required)))!);
        return json.RootElement.GetProperty("extensions").GetProperty("sign-in-with-x").GetProperty("info").Clone();
    }

    private static string SignIn(Payer payer, JsonElement info, string? address = null, string? domain = null, string? nonce = null, string? uri = null)
    {
        string Of(string name) => info.GetProperty(name).GetString()!;
        (address, domain, nonce) = (address ?? payer.Address.ToString(), domain ?? Of("domain"), nonce ?? Of("nonce"));
        uri ??= Of("uri");
        string text = $"{domain} wants you to sign in with your Ethereum account:\n{address}\n\n{Of("statement")}\n\nURI: {uri}\nVersion: 1\nChain ID: 84532\nNonce: {nonce}\nIssued At: {Of("issuedAt")}\nExpiration Time: {Of("expirationTime")}\nResources:\n- {uri}";
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        string signature = payer.Account.Sign(Keccak256.HashData([.. Encoding.UTF8.GetBytes($"\u0019Ethereum Signed Message:\n{bytes.Length}"), .. bytes])).ToString();
        return Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new { domain, address, statement = Of("statement"), uri, version = "1", chainId = "eip155:84532", type = "eip191", nonce, issuedAt = Of("issuedAt"), expirationTime = Of("expirationTime"), resources = new[] { uri }, signature }));
    }
}
