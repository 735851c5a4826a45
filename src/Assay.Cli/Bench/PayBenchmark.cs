using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Assay.Chain;
using Assay.Node;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Serving;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Cli.Bench;

/// <summary>What being paid for adds to a request, without the chain's time: the same request to a node that is paid and to one that isn't, in turns.</summary>
internal static class PayBenchmark
{
    // Until what runs a few times for each request is compiled for speed.
    private const int Warm = 400;

    private const string Prices = """
        {"profile":"assay/prices/v1","network":"eip155:84532","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
         "token":{"address":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","name":"USDC","version":"2","decimals":6,"currency":"USD"},
         "rpc":"http://127.0.0.1:9","facilitator":{"url":"http://127.0.0.1:9"},
         "models":{"*":{"pay":["x402"],"recommended":"signed","levels":{"signed":{"perRequest":"0.001"}}}}}
        """;

    internal static async Task<IReadOnlyList<BenchFigure>> RunAsync(Func<ServedModel> model, byte[] request, int requests, CancellationToken cancellation)
    {
        using TemporaryFolder freeFolder = new(), paidFolder = new();
        string prices = Path.Combine(paidFolder.Path, "prices.json");
        await File.WriteAllTextAsync(prices, Prices, cancellation).ConfigureAwait(false);
        await using NodeHost free = await StartAsync(freeFolder.Path, null, model(), cancellation).ConfigureAwait(false);
        await using NodeHost paid = await StartAsync(paidFolder.Path, prices, model(), cancellation).ConfigureAwait(false);
        using HttpClient http = new();
        using EvmAccount account = EvmAccount.Generate();
        PaymentRequired required = await OffersAsync(http, paid.Address, request, cancellation).ConfigureAwait(false);
        List<double> without = [], with = [];
        for (int i = -Warm; i < requests; i++)
        {
            string payment = Pay(account, required);
            double plain = await AskAsync(http, free.Address, request, null, cancellation).ConfigureAwait(false), bought = await AskAsync(http, paid.Address, request, payment, cancellation).ConfigureAwait(false);
            if (i >= 0)
            {
                without.Add(plain);
                with.Add(bought);
            }
        }

        (double before, double after) = (Middle(without), Middle(with));
        return
        [
            new BenchFigure("pay: one request after the other, free: p50", before, "ms"),
            new BenchFigure("pay: the same, paid, facilitator at once: p50", after, "ms"),
            new BenchFigure("pay: added p50", after - before, "ms"),
        ];
    }

    private static double Middle(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static async Task<NodeHost> StartAsync(string folder, string? prices, ServedModel model, CancellationToken cancellation)
    {
        NodeOptions options = new() { Folder = folder, Url = "http://127.0.0.1:0", Origin = "bench.example/log", PriceFile = prices };
        NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, options.Origin, TimeProvider.System.GetUtcNow());
        return await NodeHost.StartAsync(options, identity, new ModelCatalog([model]), TimeProvider.System, static _ => { }, cancellation, paying: new PaymentParts(new InstantFacilitator(), null, [])).ConfigureAwait(false);
    }

    private static HttpRequestMessage Request(Uri node, byte[] body) => new(HttpMethod.Post, new Uri(node, "v2/models/risk/infer")) { Content = new ByteArrayContent(body) };

    private static async Task<PaymentRequired> OffersAsync(HttpClient http, Uri node, byte[] body, CancellationToken cancellation)
    {
        using HttpRequestMessage request = Request(node, body);
        using HttpResponseMessage response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        return PaymentRequired.TryRead(PaymentHeader.TryDecode(response.Headers.GetValues(PaymentHeader.Required).Single())!)!;
    }

    private static async Task<double> AskAsync(HttpClient http, Uri node, byte[] body, string? payment, CancellationToken cancellation)
    {
        using HttpRequestMessage request = Request(node, body);
        if (payment is not null)
        {
            request.Headers.TryAddWithoutValidation(PaymentHeader.Signature, payment);
        }

        long began = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return response.IsSuccessStatusCode ? milliseconds : throw new InvalidOperationException(Encoding.UTF8.GetString(answer));
    }

    private static string Pay(EvmAccount account, PaymentRequired required)
    {
        PaymentRequirements offer = required.Offers[0];
        TransferAuthorization unsigned = new()
        {
            Payer = account.Address,
            PayTo = offer.PayTo,
            Amount = offer.Amount,
            Nonce = Digest32.From(RandomNumberGenerator.GetBytes(Digest32.Size)),
            ValidAfter = 0,
            ValidBefore = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + offer.MaxTimeoutSeconds,
            Signature = default,
        };
        return PaymentHeader.Encode(PayloadWriter.WriteV2(required, required.Entries[0], unsigned with { Signature = account.Sign(unsigned.Digest(offer)) }, null, null));
    }
}
