using System.Text;
using System.Text.Json;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Cli.Tests.Histories;

/// <summary>A node whose model <c>far</c> is behind a server of ours, and requests of the application <c>shop</c>.</summary>
internal sealed class ShopNode : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly ScriptedServer _upstream;

    private ShopNode(ScriptedServer upstream, string chat)
    {
        _upstream = upstream;
        Chat = chat;
    }

    internal string Chat { get; }

    internal static async Task<ShopNode> CreateAsync(string folder)
    {
        ScriptedServer upstream = new(static async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync("""data: {"id":"u","model":"far","choices":[{"index":0,"delta":{"content":"word"},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n");
        });
        string chat = Path.Combine(folder, "chat.json");
        await File.WriteAllTextAsync(chat, $$"""{"profile":"assay/chat/v1","models":{"far":{"upstreams":[{"url":"{{upstream.Address}}","model":"far"}]} } }""");
        return new ShopNode(upstream, chat);
    }

    internal static async Task<Answered> AskAsync(Uri node, string system, string more = "")
    {
        string body = $"{{\"model\":\"far@signed\",\"application\":\"shop\",\"messages\":[{{\"role\":\"system\",\"content\":{JsonSerializer.Serialize(system)}}},{{\"role\":\"user\",\"content\":\"Hi\"}}]{more}}}";
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(node, "/v1/chat/completions")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using HttpResponseMessage response = await Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.True(ReceiptId.TryParse(response.Headers.GetValues("Assay-Receipt").Single(), out ReceiptId id));
        return new Answered(system, id, response.Headers.GetValues("Assay-Receipt-Secret").Single());
    }

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    internal sealed record Answered(string System, ReceiptId Id, string Secret);
}
