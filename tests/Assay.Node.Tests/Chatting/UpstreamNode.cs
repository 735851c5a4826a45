using System.Collections.Concurrent;
using System.Text.Json;
using Assay.Receipts;
using Assay.Testing;
using Assay.Upstream;

namespace Assay.Node.Tests.Chatting;

/// <summary>A node with one chat model, <c>echo</c>, that servers on loopback answer for, over HTTP and as their scripts say.</summary>
internal sealed class UpstreamNode : IAsyncDisposable
{
    private readonly List<ScriptedServer> _servers = [];
    private readonly HashSet<int> _stopped = [];

    internal NodeFixture Node { get; private set; } = null!;

    /// <summary>What was sent to all servers, in order.</summary>
    internal ConcurrentQueue<ScriptedExchange> Seen { get; } = new();

    internal static Task<UpstreamNode> StartAsync(params Func<ScriptedExchange, Task>[] scripts) => StartAsync(null, null, scripts);

    /// <summary>Starts one.</summary>
    /// <param name="minimum">The model's lowest level.</param>
    /// <param name="last">What the model is called at the last server; null: as at the others.</param>
    /// <param name="scripts">The servers, in the order in which they are asked.</param>
    internal static async Task<UpstreamNode> StartAsync(VerificationLevel? minimum, string? last, params Func<ScriptedExchange, Task>[] scripts)
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
            Servers = [.. made._servers.Select((server, place) => new UpstreamServer { Address = server.Address, Model = place == scripts.Length - 1 ? last ?? "far-1" : "far-1", Key = static () => "sk-far" })],
            First = TimeSpan.FromSeconds(5),
            Idle = TimeSpan.FromSeconds(5),
        });
        made.Node = await ChatNode.StartAsync(backend, minimum: minimum);
        return made;
    }

    /// <summary>The origin of a server as receipts name it.</summary>
    internal string Origin(int server) => $"http://127.0.0.1:{_servers[server].Address.Port}";

    /// <summary>Stops a server: nobody listens there any more.</summary>
    internal ValueTask StopAsync(int server) => _stopped.Add(server) ? _servers[server].DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>An event of a stream with a piece of text.</summary>
    internal static string Piece(string text, string model = "far-1") =>
        $$"""{"id":"up-1","model":"{{model}}","system_fingerprint":"fp_far","choices":[{"index":0,"delta":{"content":{{JsonSerializer.Serialize(text)}}},"finish_reason":null}]}""";

    /// <summary>The event with a choice's end.</summary>
    internal static string End(string reason = "stop", string model = "far-1") =>
        $$"""{"id":"up-1","model":"{{model}}","choices":[{"index":0,"delta":{},"finish_reason":"{{reason}}"}]}""";

    /// <summary>The event with the count of tokens.</summary>
    internal static string Usage(int prompt = 7, int completion = 2, string model = "far-1") =>
        $$"""{"id":"up-1","model":"{{model}}","choices":[],"usage":{"prompt_tokens":{{prompt}},"completion_tokens":{{completion}},"total_tokens":{{prompt + completion}} } }""";

    /// <summary>Answers wholly.</summary>
    internal static Func<ScriptedExchange, Task> Say(params string[] pieces) => SayAs("far-1", pieces);

    /// <summary>Answers wholly, as another model.</summary>
    internal static Func<ScriptedExchange, Task> SayAs(string model, params string[] pieces) => exchange => exchange.StreamAsync([.. pieces.Select(piece => Piece(piece, model)), End(model: model), Usage(model: model)]);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        for (int i = 0; i < _servers.Count; i++)
        {
            await StopAsync(i);
        }
    }
}
