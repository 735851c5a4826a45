using Assay.Chain;
using Assay.Payments;

namespace Assay.Client.Tests;

/// <summary>A client with a wallet, a ledger in a folder of its own, and the server that it pays.</summary>
internal sealed class Payer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("assay-payer-");

    internal Payer() => Open();

    internal EvmAccount Signer { get; } = EvmAccount.Generate();

    internal TestClock Clock { get; } = new();

    internal PaidServer Server { get; } = new();

    internal PaymentLedger Ledger { get; private set; } = null!;

    internal string LedgerFile => Path.Combine(_folder.FullName, "payments");

    internal PaymentPolicy Policy { get; set; } = new()
    {
        Tokens = [AllowedToken.UsdcOnBaseSepolia with { PerPayment = 100_000, PerDay = 1_000_000 }],
        Methods = [TransferMethod.Eip3009, TransferMethod.Permit2, TransferMethod.Permit2Upto],
    };

    /// <summary>As after the process was killed.</summary>
    internal void Restart()
    {
        Ledger.Dispose();
        Open();
    }

    internal async Task<HttpResponseMessage> AskAsync(string question = "q", string address = "https://node.test/v2/models/m/infer", CancellationToken cancellation = default)
    {
        using HttpMessageInvoker http = new(new PaymentHandler(Server, Signer, Policy, Ledger, Clock) { Pause = TimeSpan.Zero }, disposeHandler: false);
        return await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(question) }, cancellation);
    }

    internal async Task<NodeException> RefusedAsync(string question = "q", string address = "https://node.test/v2/models/m/infer") =>
        await Xunit.Assert.ThrowsAsync<NodeException>(() => AskAsync(question, address));

    public void Dispose()
    {
        Ledger.Dispose();
        Signer.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Open() => Ledger = PaymentLedger.Open(LedgerFile);
}
