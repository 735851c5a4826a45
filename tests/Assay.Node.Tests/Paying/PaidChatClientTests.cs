using Assay.Chain;
using Assay.Chat;
using Assay.Client;
using Assay.Node.Chatting;
using Assay.Node.Paying;
using Assay.Node.Tests.Chatting;
using Assay.Payments;
using Assay.Receipts;

namespace Assay.Node.Tests.Paying;

/// <summary>Chats by our own client, paid for by its handler and given out once they are checked.</summary>
public sealed class PaidChatClientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-paid-chat-client-").FullName;
    private readonly FakeFacilitator _facilitator = new();
    private readonly EvmAccount _account = EvmAccount.Generate();

    public void Dispose()
    {
        _account.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_paid_for_comes_checked_and_once_more_after_a_crash(bool streamed)
    {
        string file = Path.Combine(_folder, "prices.json"), ledgerFile = Path.Combine(_folder, "ledger");
        await File.WriteAllTextAsync(file, PaidNode.Prices("\"x402\"", """{"signed":{"perRequest":"0.001"}}""").Replace("\"tiny\":", "\"echo\":", StringComparison.Ordinal));
        await using NodeFixture node = await NodeFixture.StartAsync(
            defaultLevel: VerificationLevel.Signed, folder: _folder, options: o => o with { PriceFile = file }, paying: new PaymentParts(_facilitator, null, []), chat: new ChatCatalog([ChatNode.Model()]));
        byte[] question = System.Text.Encoding.UTF8.GetBytes(streamed ? ChatNode.Streamed() : ChatNode.Hello);
        PaymentPolicy policy = new()
        {
            Tokens = [AllowedToken.UsdcOnBaseSepolia with { PerPayment = 100_000, PerDay = 1_000_000 }],
            Methods = [TransferMethod.Eip3009, TransferMethod.Permit2, TransferMethod.Permit2Upto],
        };
        ChatChecker checker = new(VerificationLevel.Signed, new CheckOptions { Trust = node.Trust }, TimeProvider.System);
        using PaymentLedger ledger = PaymentLedger.Open(ledgerFile);
        using HttpClient http = new(new PaymentHandler(new SocketsHttpHandler { AllowAutoRedirect = false }, _account, policy, ledger, TimeProvider.System) { Pause = TimeSpan.Zero });
        AssayClient client = new(http, node.Host.Address, TimeProvider.System);
        CheckedChat found = checker.Check(await client.ChatAsync(ChatKind.Chat, question, VerificationLevel.Signed, CancellationToken.None));
        Assert.Equal("Hello!", found.Answer.Choices[0].Content);
        Assert.Equal((null, 1), (found.Exchange.Payment!.Problem, _facilitator.Asked));
        Assert.True(found.Exchange.SentAt.ToUnixTimeSeconds() <= found.Exchange.Payment.Payment.SignedAt);

        // Whoever paid and doesn't know what came of it asks again later: another process, which has seen no receipt, an hour on.
        ChatChecker later = new(VerificationLevel.Signed, new CheckOptions { Trust = node.Trust }, new Later());
        Assert.Equal("Hello!", later.Check(found.Exchange).Answer.Choices[0].Content);
        Assert.Equal(ChatClientCodes.ReceiptUsed, Assert.Throws<ChatShortfallException>(() => later.Check(found.Exchange)).Reason);
    }

    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }
}
