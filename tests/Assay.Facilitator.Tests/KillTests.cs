using System.Diagnostics;
using System.Text;
using Assay.Chain;
using Assay.Payments;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Facilitator.Tests;

/// <summary>kill -9 after each step of a settlement: whoever asks the next process is told its end, and the payer pays once.</summary>
[Collection(ChainTests.Name)]
public sealed class KillTests(LocalChainFixture fixture)
{
    // What is durable when the process dies: nothing yet; the transaction, not sent; sent; in a block; noted as settled.
    [OracleTheory(Oracle.LocalChain)]
    [InlineData("signed", TransferMethod.Eip3009)]
    [InlineData("prepared", TransferMethod.Eip3009)]
    [InlineData("broadcast", TransferMethod.Eip3009)]
    [InlineData("mined", TransferMethod.Permit2)]
    [InlineData("settled", TransferMethod.Eip3009)]
    public async Task Killed_after_a_step_settles_once(string step, TransferMethod method)
    {
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        using EvmAccount account = EvmAccount.Generate();
        string folder = Directory.CreateTempSubdirectory("assay-facilitator-").FullName;
        PaymentRequirements offer = TestPayer.Offer(method);
        PaymentPayload payment = payer.Pay(offer);
        await fixture.Chain.SetCoinsAsync(account.Address, 1_000_000_000_000_000_000);
        await KillAsync(folder, account, step, payment, offer);

        await using Desk desk = await Desk.OpenAsync(fixture.Chain, account: account, folder: folder);
        SettleReply reply = await desk.SettleAsync(payment, offer);
        Assert.Equal((FacilitatorOutcome.Accepted, 1000), (reply.Outcome, reply.Amount));
        Assert.Equal((1, 1000), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));

        // And its account goes on with the next payment.
        Assert.Equal(FacilitatorOutcome.Accepted, (await desk.SettleAsync(payer.Pay(offer), offer)).Outcome);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Killed_with_an_unsent_transaction_goes_on_without_being_asked()
    {
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        using EvmAccount account = EvmAccount.Generate();
        string folder = Directory.CreateTempSubdirectory("assay-facilitator-").FullName;
        PaymentRequirements offer = TestPayer.Offer();
        await fixture.Chain.SetCoinsAsync(account.Address, 1_000_000_000_000_000_000);
        await KillAsync(folder, account, "prepared", payer.Pay(offer), offer);
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, account: account, folder: folder);
        for (int i = 0; i < 200 && await fixture.Chain.TokensOfAsync(offer.PayTo) == 0; i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal(1000, await fixture.Chain.TokensOfAsync(offer.PayTo));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Killed_and_its_number_taken_by_another_transaction_it_is_signed_anew_and_settles_once()
    {
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        using EvmAccount account = EvmAccount.Generate();
        string folder = Directory.CreateTempSubdirectory("assay-facilitator-").FullName;
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        await fixture.Chain.SetCoinsAsync(account.Address, 1_000_000_000_000_000_000);
        await KillAsync(folder, account, "prepared", payment, offer);
        await fixture.Chain.RequestAsync("anvil_setNonce", default, account.Address.ToLowerString(), "0x1");
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, account: account, folder: folder);
        Assert.Equal(FacilitatorOutcome.Accepted, (await desk.SettleAsync(payment, offer)).Outcome);
        Assert.Equal((2, 1000), (await desk.SentAsync(), await fixture.Chain.TokensOfAsync(offer.PayTo)));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Killed_and_settled_by_somebody_else_meanwhile_is_settled_by_that_transaction()
    {
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        using TestPayer stranger = new();
        using EvmAccount account = EvmAccount.Generate();
        string folder = Directory.CreateTempSubdirectory("assay-facilitator-").FullName;
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        await fixture.Chain.SetCoinsAsync(account.Address, 1_000_000_000_000_000_000);
        await KillAsync(folder, account, "prepared", payment, offer);
        await using Desk other = await Desk.OpenAsync(fixture.Chain);
        Digest32 theirs = await other.SendAsAsync(stranger.Address, SettlingCall.For(payment.Transfer, offer, offer.Amount));
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, account: account, folder: folder);
        SettleReply reply = await desk.SettleAsync(payment, offer);
        Assert.Equal((FacilitatorOutcome.Accepted, theirs), (reply.Outcome, reply.Transaction));
        Assert.Equal(1000, await fixture.Chain.TokensOfAsync(offer.PayTo));
    }

    [Fact]
    public void Second_process_on_a_store_is_turned_away()
    {
        string folder = Directory.CreateTempSubdirectory("assay-facilitator-").FullName;
        using SettlementStore store = SettlementStore.Open(folder);
        Assert.Contains("in use", Assert.Throws<InvalidDataException>(() => SettlementStore.Open(folder)).Message, StringComparison.Ordinal);
    }

    private async Task KillAsync(string folder, EvmAccount account, string step, PaymentPayload payment, PaymentRequirements offer)
    {
        ProcessStartInfo start = new(
            Environment.ProcessPath!,
            [
                typeof(KilledChild).Assembly.Location, "facilitator", fixture.Chain.Url.AbsoluteUri, folder, Convert.ToHexString(account.ExportPrivateKey()), step,
                Encoding.UTF8.GetString(payment.Json.Span), offer.Text,
            ])
        {
            RedirectStandardOutput = true,
        };
        using Process child = Process.Start(start)!;
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        string? line = await child.StandardOutput.ReadLineAsync(limit.Token);
        child.Kill();
        await child.WaitForExitAsync(limit.Token);
        Assert.Equal(step, line);
    }
}
