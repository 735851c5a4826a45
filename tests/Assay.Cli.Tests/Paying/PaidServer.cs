using System.Security.Cryptography;
using Assay.Chain;
using Assay.Evm;
using Assay.Node.Tests.Paying;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Cli.Tests.Paying;

/// <summary>The folder and the price file of a node that sells one shipped model, with a facilitator elsewhere.</summary>
internal sealed class PaidServer(string model) : IDisposable
{
    private readonly HttpClient _http = new();

    internal string Folder { get; } = Directory.CreateTempSubdirectory("assay-paid-server-").FullName;

    /// <summary>Who is paid: somebody whom no other test pays.</summary>
    internal EvmAddress PayTo { get; } = EvmAddress.From(RandomNumberGenerator.GetBytes(EvmAddress.Size));

    internal async Task AddModelAsync()
    {
        CliRunner.Result added = await CliRunner.RunAsync(["model", "add", Path.Combine(CommandFixture.Models, model), "--folder", Folder]);
        Assert.True(added.ExitCode == 0, added.Error + added.Output);
    }

    /// <summary>Starts <c>assay serve</c>.</summary>
    internal async Task<CliNode> StartAsync(Uri facilitator, Uri? rpc = null) => await CliNode.StartAsync(Folder, "--prices", await PriceAsync(facilitator, rpc));

    /// <summary>Writes the price file.</summary>
    internal async Task<string> PriceAsync(Uri facilitator, Uri? rpc = null)
    {
        string file = Path.Combine(Folder, "prices.json");
        string token = $$"""{"address":"{{LocalChain.Token}}","name":"{{LocalChain.TokenName}}","version":"{{LocalChain.TokenVersion}}","decimals":6,"currency":"USD"}""";
        await File.WriteAllTextAsync(file, $$$"""
            {"profile":"assay/prices/v1","network":"eip155:{{{LocalChain.ChainId}}}","payTo":"{{{PayTo}}}","token":{{{token}}},"rpc":"{{{rpc ?? new Uri("http://127.0.0.1:9")}}}",
             "facilitator":{"url":"{{{facilitator}}}"},"maxTimeoutSeconds":3600,
             "models":{"{{{model}}}":{"pay":["x402"],"recommended":"signed","levels":{"signed":{"perRequest":"0.001","perSecond":"1","most":"0.02"} } } } }
            """);
        return file;
    }

    /// <summary>Asks what a request costs, and signs the first offer.</summary>
    internal async Task<string> PayAsync(CliNode node, byte[] body, Payer payer)
    {
        using HttpResponseMessage offered = await SendAsync(node, body, null);
        return payer.Pay(PaymentRequired.TryRead(PaymentHeader.TryDecode(Assert.Single(offered.Headers.GetValues(PaymentHeader.Required)))!)!);
    }

    /// <summary>Sends a request, and reads its answer whole.</summary>
    internal async Task<HttpResponseMessage> SendAsync(CliNode node, byte[] body, string? payment)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(node.Address, $"v2/models/{model}/infer")) { Content = new ByteArrayContent(body) };
        if (payment is not null)
        {
            request.Headers.Add(PaymentHeader.Signature, payment);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>What a paid answer says of its settlement; fails if it isn't one.</summary>
    internal static async Task<SettlementResponse> SettledAsync(HttpResponseMessage response)
    {
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        SettlementResponse settled = SettlementResponse.TryRead(PaymentHeader.TryDecode(Assert.Single(response.Headers.GetValues(PaymentHeader.Response)))!)!;
        Assert.True(settled.Success);
        return settled;
    }

    internal static Digest32 NonceOf(string payment) => PayloadReader.TryReadHeader(payment, 2, out _)!.Transfer.Nonce;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
