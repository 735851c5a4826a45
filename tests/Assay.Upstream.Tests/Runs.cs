using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Testing;

namespace Assay.Upstream.Tests;

/// <summary>Runs a request against scripted servers, and keeps all that came of it.</summary>
internal sealed class Runs : IAsyncDisposable
{
    internal const string Model = "m-1";
    internal const string Simple = """{"model":"m-1","messages":[{"role":"user","content":"hi"}]}""";

    private readonly List<ScriptedServer> _servers = [];

    internal ConcurrentQueue<ScriptedExchange> Seen { get; } = new();

    internal UpstreamOptions Options { get; set; } = new() { Servers = [], First = TimeSpan.FromSeconds(20), Kinds = new HashSet<ChatKind> { ChatKind.Chat, ChatKind.Completion, ChatKind.Embedding } };

    internal List<ChatEvent> Events { get; } = [];

    internal ChatRunReport Report { get; private set; } = new();

    internal string Text => string.Concat(Events.Select(static item => item.Content));

    internal Runs Add(Func<ScriptedExchange, Task> script, string model = Model, Func<string?>? key = null)
    {
        ScriptedServer server = new(exchange =>
        {
            Seen.Enqueue(exchange);
            return script(exchange);
        });
        _servers.Add(server);
        return Add(new UpstreamServer { Address = server.Address, Model = model, Key = key });
    }

    internal Runs Add(UpstreamServer server)
    {
        Options = Options with { Servers = [.. Options.Servers, server] };
        return this;
    }

    internal async Task RunAsync(string body = Simple, ChatKind kind = ChatKind.Chat, Func<ChatEvent, Task>? onEvent = null, CancellationToken cancellation = default)
    {
        using UpstreamBackend backend = UpstreamBackend.Create(Options);
        await RunAsync(backend, body, kind, onEvent, cancellation);
    }

    internal async Task RunAsync(UpstreamBackend backend, string body = Simple, ChatKind kind = ChatKind.Chat, Func<ChatEvent, Task>? onEvent = null, CancellationToken cancellation = default)
    {
        ChatRequest request = ChatRequestReader.TryRead(kind, Encoding.UTF8.GetBytes(body), out ChatFault? fault) ?? throw new InvalidOperationException(fault!.Message);
        ChatPlan plan = backend.Plan(request, out fault) ?? throw new InvalidOperationException(fault!.Message);
        Events.Clear();
        await foreach (ChatEvent item in backend.RunAsync(plan, report => Report = report, cancellation))
        {
            Events.Add(item);
            if (onEvent is not null)
            {
                await onEvent(item);
            }
        }
    }

    internal async Task<ChatBackendException> FailAsync(string code, string body = Simple, ChatKind kind = ChatKind.Chat)
    {
        ChatBackendException failure = await Assert.ThrowsAsync<ChatBackendException>(() => RunAsync(body, kind));
        Assert.Equal(code, failure.Code);
        Assert.DoesNotContain(Events, static item => item.FinishReason is not null);
        return failure;
    }

    /// <summary>An event with a choice's piece.</summary>
    internal static string Piece(string delta, string? finish = null, int index = 0, string model = Model, string more = "", string logprobs = "null") =>
        $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"{{model}}","choices":[{"index":{{index}},"delta":{{delta}},"logprobs":{{logprobs}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]{{more}}}""";

    internal static string Said(string text) => Piece($$"""{"content":{{JsonSerializer.Serialize(text)}}}""");

    internal static string End(string reason = "stop", int index = 0) => Piece("{}", reason, index);

    internal static string Usage(string usage) => $$"""{"id":"c1","model":"m-1","choices":[],"usage":{{usage}}}""";

    public async ValueTask DisposeAsync()
    {
        foreach (ScriptedServer server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
