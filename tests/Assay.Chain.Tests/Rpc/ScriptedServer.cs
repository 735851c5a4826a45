using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Chain.Tests;

/// <summary>A server in the place of the network: whatever a test wants it to answer.</summary>
internal sealed class ScriptedServer(Func<string, JsonArray, long, HttpContent> answer, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
{
    public static ChainClient Client(Func<string, JsonArray, long, HttpContent> answer, HttpStatusCode status = HttpStatusCode.OK) =>
        new(new HttpClient(new ScriptedServer(answer, status)), new Uri("http://chain.invalid/secret"), new ChainClientOptions { Timeout = TimeSpan.FromMilliseconds(300), MaxAnswerBytes = 64 * 1024 });

    /// <summary>One that answers each method with a result, as JSON.</summary>
    public static ChainClient Results(Func<string, string> result) => Client((method, _, id) => Json($$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result(method)}}}"""));

    public static HttpContent Json(string text) => new StringContent(text, Encoding.UTF8, "application/json");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        JsonNode question = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        return new HttpResponseMessage(status) { Content = answer(question["method"]!.GetValue<string>(), question["params"]!.AsArray(), question["id"]!.GetValue<long>()) };
    }
}
