using System.Net;
using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Tests.Chatting;

/// <summary>A node with a chat model, and what tests ask of it.</summary>
internal static class ChatNode
{
    internal const string Hello = """{"model":"echo","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]}""";

    internal static string Streamed(string more = "") => Hello[..^1] + ",\"stream\":true" + more + "}";

    internal static Task<NodeFixture> StartAsync(IChatBackend? backend = null, ChatModelLimits? limits = null, VerificationLevel? defaultLevel = null, Func<ReceiptPhase, Task>? beforeIssue = null, string? keyFile = null, VerificationLevel? minimum = null, TimeProvider? time = null, Func<NodeOptions, NodeOptions>? options = null, Assay.Node.Attesting.IAttester? attester = null, Assay.Attestation.TrustAnchors? anchors = null, string? folder = null) =>
        NodeFixture.StartAsync(defaultLevel: defaultLevel ?? VerificationLevel.Signed, keyFile: keyFile, time: time, options: options, attester: attester, anchors: anchors, folder: folder,
            chat: new ChatCatalog([Model(backend, limits, minimum)]) { BeforeIssue = beforeIssue });

    internal static ChatModel Model(IChatBackend? backend = null, ChatModelLimits? limits = null, VerificationLevel? minimum = null, string name = "echo") =>
        new(new ModelTerms(name, "entertainment", minimum, WeightsPublic: true), backend ?? new ScriptedBackend()) { Limits = limits ?? new ChatModelLimits(), Created = 1_700_000_000, Description = "says hello" };

    internal static Task<(int Status, string Body, HttpResponseMessage Response)> AskAsync(this NodeFixture node, string body = Hello, string path = "/v1/chat/completions", params (string Name, string Value)[] headers) =>
        node.SendAsync(HttpMethod.Post, path, body, headers);

    internal static JsonElement Json(this string body) => JsonDocument.Parse(body).RootElement;

    internal static string Code(this string body) => body.Json().GetProperty("error").GetProperty("code").GetString()!;

    internal static async Task<Bundle> BundleAsync(this NodeFixture node, HttpResponseMessage response)
    {
        ReceiptId id = ReceiptId.TryParse(response.Headers.GetValues("Assay-Receipt").Single(), out ReceiptId parsed) ? parsed : throw new InvalidOperationException();
        byte[] bytes = await node.Client.GetBundleAsync(id, response.Headers.GetValues("Assay-Receipt-Secret").Single(), CancellationToken.None);
        return Bundle.TryDecode(bytes, out string? error) ?? throw new InvalidOperationException(error);
    }

    internal static async Task<HttpResponseMessage> OpenAsync(this NodeFixture node, string body, string path = "/v1/chat/completions", CancellationToken cancellation = default)
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri(node.Host.Address, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <summary>Lines of a stream until it ends or breaks; whether it broke.</summary>
    internal static async Task<(List<string> Lines, bool Broke)> LinesAsync(this HttpResponseMessage response)
    {
        List<string> lines = [];
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lines.Add(line);
            }

            return (lines, false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (lines, true);
        }
    }

    internal static string[] Data(this IEnumerable<string> lines) => [.. lines.Where(static line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(static line => line[6..])];

    internal static byte[] Transcript(this IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Data().Select(static data => data + "\n")));

    internal static HttpStatusCode Status(this HttpResponseMessage response) => response.StatusCode;
}
