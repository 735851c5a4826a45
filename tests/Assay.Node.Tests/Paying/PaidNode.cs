using Assay.Evm;
using Assay.Node.Paying;
using Assay.Node.Serving;
using Assay.Payments;
using Assay.Programs;
using Assay.Receipts;

namespace Assay.Node.Tests.Paying;

/// <summary>A real node whose tiny model costs something, with a facilitator that does as it is told.</summary>
internal sealed class PaidNode : IAsyncDisposable
{
    internal const string Levels = """{"signed":{"perRequest":"0.001","perItem":"0.0001","perSecond":"1","most":"0.02"},"replay":{"perRequest":"0.005","perItem":"0.0001"}}""";

    private PaidNode(NodeFixture node, FakeFacilitator facilitator, string folder, bool keep) => (Node, Facilitator, Folder, _keep) = (node, facilitator, folder, keep);

    private readonly bool _keep;

    internal NodeFixture Node { get; }

    internal FakeFacilitator Facilitator { get; }

    internal string Folder { get; }

    internal PaymentStore Store => Node.Host.Payments!.Store;

    internal static string Prices(string pay = "\"x402\"", string levels = Levels, string recommended = "signed", string more = "") => $$$"""
        {"profile":"assay/prices/v1","network":"eip155:84532","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
         "token":{"address":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","name":"USDC","version":"2","decimals":6,"currency":"USD"},
         "rpc":"http://127.0.0.1:9","facilitator":{"url":"http://127.0.0.1:9"},{{{more}}}
         "models":{"tiny":{"pay":[{{{pay}}}],"recommended":"{{{recommended}}}","levels":{{{levels}}} },"*":{"pay":[]} } }
        """;

    internal static async Task<PaidNode> StartAsync(Action? onRun = null, string? prices = null, string? folder = null, FakeFacilitator? facilitator = null, IEvmSigner? signer = null, string? keyFile = null, VerificationLevel? minimum = null, TimeProvider? time = null, IReadOnlyList<Assay.Node.Releasing.IEvidenceSource>? evidence = null, Action<Microsoft.AspNetCore.Builder.WebApplication>? before = null)
    {
        bool keep = folder is not null;
        folder ??= Directory.CreateTempSubdirectory("assay-paid-").FullName;
        string file = Path.Combine(folder, "prices.json");
        await File.WriteAllTextAsync(file, prices ?? Prices());
        facilitator ??= new FakeFacilitator();
        ExactModel model = TestModels.Tiny();
        ServedModel served = ServedModels.Create(model, new ModelTerms("tiny", "entertainment", minimum, true), "adds and subtracts", "{}"u8.ToArray(), new Attesting.HookedRunner(onRun ?? (static () => { })));
        try
        {
            NodeFixture node = await NodeFixture.StartAsync([served], keyFile: keyFile, folder: folder, options: o => o with { PriceFile = file }, paying: new PaymentParts(facilitator, signer, []), time: time, evidence: evidence, before: before);
            return new PaidNode(node, facilitator, folder, keep);
        }
        catch when (!keep)
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    internal static string Body(string? level = "signed", string more = "") =>
        "{" + (level is null ? "" : $"\"verification\":{(level.StartsWith('{') ? level : $"\"{level}\"")},") + more + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}";

    internal async Task<(int Status, string Body, HttpResponseMessage Response)> SendAsync(string body, string? payment = null, string model = "tiny", string header = PaymentHeader.Signature, params (string, string)[] more) =>
        await Node.SendAsync(HttpMethod.Post, $"v2/models/{model}/infer", body, payment is null ? more : [(header, payment), .. more]);

    /// <summary>Asks without a payment for what it costs.</summary>
    internal async Task<PaymentRequired> OffersAsync(string body, string model = "tiny")
    {
        (int status, string text, HttpResponseMessage response) = await SendAsync(body, model: model);
        Assert.True(status == 402, text);
        return Required(response);
    }

    /// <summary>Waits until the database has it, which answers don't: the log has it before.</summary>
    internal async Task SettledAsync()
    {
        for (int i = 0; i < 500 && Store.Unfinished().Count > 0; i++)
        {
            await Task.Delay(10);
        }

        Assert.Empty(Store.Unfinished());
    }

    internal static PaymentRequired Required(HttpResponseMessage response) => PaymentRequired.TryRead(PaymentHeader.TryDecode(Assert.Single(response.Headers.GetValues(PaymentHeader.Required)))!)!;

    internal static SettlementResponse Settlement(HttpResponseMessage response, string header = PaymentHeader.Response) => SettlementResponse.TryRead(PaymentHeader.TryDecode(Assert.Single(response.Headers.GetValues(header)))!)!;

    internal static string Code(string body)
    {
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(body);
        return json.RootElement.GetProperty("code").GetString()!;
    }

    internal async Task<Bundle> BundleAsync(HttpResponseMessage response)
    {
        Assert.True(Primitives.ReceiptId.TryParse(Assert.Single(response.Headers.GetValues("Assay-Receipt")), out Primitives.ReceiptId id));
        return Bundle.TryDecode(await Node.Client.GetBundleAsync(id, Assert.Single(response.Headers.GetValues("Assay-Receipt-Secret")), CancellationToken.None), out _)!;
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        if (!_keep)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
