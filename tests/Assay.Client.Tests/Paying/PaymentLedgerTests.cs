using System.Net;
using Assay.Primitives;

namespace Assay.Client.Tests;

/// <summary>At most one payment for a request, whatever fails and whoever dies.</summary>
public sealed class PaymentLedgerTests
{
    [Fact]
    public async Task LostConnections_AndServersInTrouble_GetTheSamePaymentAgain()
    {
        using Payer payer = new();
        payer.Server.Outcomes.Enqueue(static _ => throw new HttpRequestException("lost"));
        payer.Server.Outcomes.Enqueue(static _ => new HttpResponseMessage(HttpStatusCode.BadGateway));
        (await payer.AskAsync()).Dispose();
        Assert.Equal(3, payer.Server.Payments.Count);
        Assert.Single(payer.Server.Payments.Select(static payment => payment.Transfer.Nonce).Distinct());
        Assert.Single(payer.Ledger.All);
    }

    [Fact]
    public async Task AClientThatRepeatsItself_PaysOnce()
    {
        // As openai's client does with a wrapped fetch: each repetition is a new call for us (case 30 of docs/payment-security.md).
        using Payer payer = new();
        for (int i = 0; i < 5; i++)
        {
            payer.Server.Outcomes.Enqueue(static _ => new HttpResponseMessage(HttpStatusCode.InternalServerError));
        }

        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await payer.AskAsync();
            Assert.Equal(i == 0 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Single(payer.Server.Payments.Select(static payment => payment.Transfer.Nonce).Distinct());
        Assert.Equal(1, payer.Server.Unpaid);
    }

    [Fact]
    public async Task KilledWhileItWaits_SendsTheSamePaymentAgain_AndOnlyThenANewOne()
    {
        using Payer payer = new();
        payer.Server.Outcomes.Enqueue(static _ => throw new OperationCanceledException());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => payer.AskAsync());
        payer.Restart();
        Assert.Equal(PaymentState.Unknown, payer.Ledger.All.Single().State);
        (await payer.AskAsync()).Dispose();
        Assert.Equal(payer.Server.Payments[0].Json.ToArray(), payer.Server.Payments[1].Json.ToArray());
        Assert.Equal(1, payer.Server.Unpaid);

        (await payer.AskAsync()).Dispose();
        Assert.Equal(2, payer.Ledger.All.Count);
        Assert.NotEqual(payer.Server.Payments[1].Transfer.Nonce, payer.Server.Payments[2].Transfer.Nonce);
    }

    [Fact]
    public async Task ThePaymentIsOnTheDisk_BeforeItIsSent()
    {
        using Payer payer = new();
        long written = 0;
        payer.Server.Outcomes.Enqueue(payment =>
        {
            written = new FileInfo(payer.LedgerFile).Length;
            return payer.Server.Serve(payment);
        });
        (await payer.AskAsync()).Dispose();
        payer.Ledger.Dispose();
        string[] lines = await File.ReadAllLinesAsync(payer.LedgerFile);
        Assert.Contains("\"event\":\"signed\"", lines[0], StringComparison.Ordinal);
        Assert.Equal(lines[0].Length + 1, written);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(payer.LedgerFile));
        }
    }

    [Fact]
    public async Task Limits_HoldOverRestarts_AndForADay()
    {
        using Payer payer = new();
        payer.Policy = payer.Policy with { Tokens = [payer.Policy.Tokens[0] with { PerDay = 25_000 }] };
        (await payer.AskAsync("1")).Dispose();
        payer.Server.Outcomes.Enqueue(payment => payer.Server.Required("no"));
        Assert.Equal(PayErrors.NotTaken, (await payer.RefusedAsync("2")).Code);
        payer.Restart();

        // The refused one counts: it was signed.
        Assert.Equal(PayErrors.OverDay, (await payer.RefusedAsync("3")).Code);
        payer.Clock.Now += TimeSpan.FromHours(24);
        (await payer.AskAsync("3")).Dispose();
    }

    [Fact]
    public async Task ARefusedPayment_IsSentAgainWhileItIsGood_AndReplacedWhenThePriceChanges()
    {
        using Payer payer = new();
        payer.Server.Outcomes.Enqueue(payment => payer.Server.Required("insufficient_funds"));
        NodeException refused = await payer.RefusedAsync();
        Assert.Equal(PayErrors.NotTaken, refused.Code);
        Assert.Contains("insufficient_funds", refused.Message, StringComparison.Ordinal);
        (await payer.AskAsync()).Dispose();
        Assert.Equal(payer.Server.Payments[0].Transfer.Nonce, payer.Server.Payments[1].Transfer.Nonce);

        payer.Server.Outcomes.Enqueue(payment => payer.Server.Required("no"));
        await payer.RefusedAsync("other");
        payer.Server.Offers = [PaidServer.Offer("20000")];
        (await payer.AskAsync("other")).Dispose();
        Assert.Equal(20_000, payer.Server.Payments[^1].Transfer.Amount);
    }

    [Fact]
    public async Task APaymentOfUnknownFate_ThatExpired_IsNotPaidAnew_UntilItsOwnerSaysSo()
    {
        using Payer payer = new();
        payer.Server.Outcomes.Enqueue(static _ => throw new OperationCanceledException());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => payer.AskAsync());
        payer.Server.Outcomes.Enqueue(payment => payer.Server.Required("invalid_exact_evm_nonce_already_used"));
        Assert.Equal(PayErrors.NotTaken, (await payer.RefusedAsync()).Code);
        payer.Clock.Now += TimeSpan.FromMinutes(5);
        payer.Server.Outcomes.Enqueue(payment => payer.Server.Required("expired"));
        Assert.Equal(PayErrors.Unresolved, (await payer.RefusedAsync()).Code);
        Assert.Single(payer.Ledger.All);

        Assert.True(payer.Ledger.Forget(payer.Ledger.All[0].Id));
        Assert.False(payer.Ledger.Forget(payer.Ledger.All[0].Id));
        Assert.False(payer.Ledger.Forget(Digest32.Sha256("nobody's"u8)));
        (await payer.AskAsync()).Dispose();
        Assert.Equal(2, payer.Ledger.All.Count);
    }

    [Fact]
    public async Task EqualRequestsAtOnce_GetAPaymentEach()
    {
        using Payer payer = new();
        using HttpMessageInvoker http = new(new PaymentHandler(payer.Server, payer.Signer, payer.Policy, payer.Ledger, payer.Clock));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using HttpResponseMessage response = await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "https://node.test/") { Content = new StringContent($"{i % 2}") }, default);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }));
        Assert.Equal(8, payer.Server.Payments.Select(static payment => payment.Transfer.Nonce).Distinct().Count());
    }

    [Fact]
    public async Task AnswersThatAreRefusals_ComeThrough_AndTheirPaymentWaits()
    {
        using Payer payer = new();
        payer.Server.Outcomes.Enqueue(static _ => new HttpResponseMessage((HttpStatusCode)424));
        payer.Server.Outcomes.Enqueue(static _ => new HttpResponseMessage(HttpStatusCode.Conflict));
        Assert.Equal((HttpStatusCode)424, (await payer.AskAsync()).StatusCode);
        Assert.Equal(PaymentState.Refused, payer.Ledger.All.Single().State);
        Assert.Equal(HttpStatusCode.Conflict, (await payer.AskAsync()).StatusCode);
        Assert.Equal(PaymentState.Unknown, payer.Ledger.All.Single().State);
    }

    [Fact]
    public async Task ATornLine_WasNeverSent_AndAnythingElseUnreadableIsRefused()
    {
        using Payer payer = new();
        (await payer.AskAsync()).Dispose();
        payer.Ledger.Dispose();
        byte[] whole = await File.ReadAllBytesAsync(payer.LedgerFile);
        await File.WriteAllBytesAsync(payer.LedgerFile, [.. whole, .. "{\"event\":\"sig"u8]);
        payer.Restart();
        Assert.Single(payer.Ledger.All);
        payer.Ledger.Dispose();
        Assert.Equal(whole, await File.ReadAllBytesAsync(payer.LedgerFile));

        foreach (byte[] bad in (byte[][])[[.. whole, .. "{}\n"u8], [.. whole, .. whole], whole[1..]])
        {
            await File.WriteAllBytesAsync(payer.LedgerFile, bad);
            Assert.Equal(PayErrors.Ledger, Assert.Throws<NodeException>(() => PaymentLedger.Open(payer.LedgerFile)).Code);
        }
    }

    [Fact]
    public void TwoProcesses_DoNotShareALedger()
    {
        using Payer payer = new();
        Assert.Equal(PayErrors.Ledger, Assert.Throws<NodeException>(() => PaymentLedger.Open(payer.LedgerFile)).Code);
    }

    [Theory]
    [InlineData("0.01", "10000", "0.01 USDC")]
    [InlineData("1", "1000000", "1 USDC")]
    [InlineData("0.000001", "1", "0.000001 USDC")]
    [InlineData("0.0000001", null, null)]
    [InlineData("1.", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("1e3", null, null)]
    [InlineData("", null, null)]
    public void Amounts_AreReadAndWrittenAsPeopleDo(string text, string? units, string? shown)
    {
        AllowedToken token = AllowedToken.UsdcOnBaseSepolia;
        System.Numerics.BigInteger? amount = token.TryRead(text);
        Assert.Equal(units, amount?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(shown, amount is { } read ? token.Show(read) : null);
    }
}
