using System.Collections.Concurrent;
using System.Text.Json;
using Assay.Node.Chatting;
using Assay.Receipts;
using Assay.Testing;
using Assay.Upstream;

namespace Assay.Node.Tests.Chatting;

/// <summary>A node with one chat model, <c>echo</c>, that servers on loopback answer for, over HTTP and as their scripts say.</summary>
internal sealed class UpstreamNode : IAsyncDisposable
{
    private readonly List<ScriptedServer> _servers = [];

    internal NodeFixture Node { get; private set; } = null!;

    /// <summary>What was sent to all servers, in order.</summary>
    internal ConcurrentQueue<ScriptedExchange> Seen { get; } = new();

    internal static Task<UpstreamNode> StartAsync(params Func<ScriptedExchange, Task>[] scripts) => StartAsync(null, null, scripts);

    internal static async Task<UpstreamNode> StartAsync(ChatModelLimits? limits, VerificationLevel? minimum, params Func<ScriptedExchange, Task>[] scripts)
    {
        UpstreamNode made = new();
        foreach (Func<ScriptedExchange, Task> script in scripts)
        {
            made._servers.Add(new ScriptedServer(exchange =>
            {
                made.Seen.Enqueue(exchange);
                return script(exchange);
            }));
        }

        UpstreamBackend backend = UpstreamBackend.Create(new UpstreamOptions
        {
            Servers = [.. made._servers.Select(static server => new UpstreamServer { Address = server.Address, Model = "far-1", Key = static () => "sk-far" })],
            First = TimeSpan.FromSeconds(5),
            Idle = TimeSpan.FromSeconds(5),
        });
        made.Node = await ChatNode.StartAsync(backend, limits, minimum: minimum);
        return made;
    }

    /// <summary>The origin of a server as receipts name it.</summary>
    internal string Origin(int server) => $"http://127.0.0.1:{_servers[server].Address.Port}";

    /// <summary>Stops a server: nobody listens there any more.</summary>
    internal ValueTask StopAsync(int server) => _servers[server].DisposeAsync();

    /// <summary>An event of a stream with a piece of text.</summary>
    internal static string Piece(string text, string model = "far-1") =>
        $$"""{"id":"up-1","model":"{{model}}","system_fingerprint":"fp_far","choices":[{"index":0,"delta":{"content":{{JsonSerializer.Serialize(text)}}},"finish_reason":null}]}""";

    /// <summary>The event with a choice's end.</summary>
    internal static string End(string reason = "stop", string model = "far-1") =>
        $$"""{"id":"up-1","model":"{{model}}","choices":[{"index":0,"delta":{},"finish_reason":"{{reason}}"}]}""";

    /// <summary>The event with the count of tokens.</summary>
    internal static string Usage(int prompt = 7, int completion = 2) =>
        $$"""{"id":"up-1","model":"far-1","choices":[],"usage":{"prompt_tokens":{{prompt}},"completion_tokens":{{completion}},"total_tokens":{{prompt + completion}} } }""";

    /// <summary>Answers wholly.</summary>
    internal static Func<ScriptedExchange, Task> Say(params string[] pieces) => exchange => exchange.StreamAsync([.. pieces.Select(static piece => Piece(piece)), End(), Usage()]);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        foreach (ScriptedServer server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
