using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Assay.Chat;
using Assay.Node;
using Assay.Node.Chatting;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Receipts;

namespace Assay.Cli.Bench;

/// <summary>What a streamed answer costs beside its model: processor time a token, time to the first one, memory. The backend only waits between its words.</summary>
internal static class ChatBenchmark
{
    private const int Streams = 64, Open = 200, Samples = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    internal static async Task<IReadOnlyList<BenchFigure>> RunAsync(TimeSpan time, CancellationToken cancellation)
    {
        using TemporaryFolder folder = new();
        NodeOptions options = new() { Folder = folder.Path, Url = "http://127.0.0.1:0", Origin = "bench.example/log", DefaultLevel = VerificationLevel.Signed };
        ChatModelLimits limits = new() { Concurrent = 1024, ConcurrentPerKey = 1024 };
        ChatModel Model(string name, TimeSpan pause) => new(new ModelTerms(name, "", null, false), new PacedBackend(pause)) { Limits = limits };
        using ChatCatalog chat = new([Model("paced", Pause), Model("fast", TimeSpan.FromMilliseconds(1)), Model("slow", TimeSpan.FromSeconds(30))]);
        await using NodeHost node = await NodeHost.StartAsync(
            options, NodeIdentity.OpenOrCreate(folder.Path, options.Origin, TimeProvider.System.GetUtcNow()), new ModelCatalog([]), TimeProvider.System, cancellation, chat).ConfigureAwait(false);
        int tokens = (int)Math.Max(16, time / Pause);

        // Compiled for speed first.
        await TogetherAsync(node.Address, "fast", 2000, 8, cancellation).ConfigureAwait(false);
        await TogetherAsync(node.Address, "paced", 64, Streams, cancellation).ConfigureAwait(false);
        await BareAsync(64, cancellation).ConfigureAwait(false);
        double bare = await ProcessorAsync(() => BareAsync(tokens, cancellation), Streams * tokens).ConfigureAwait(false);
        double alone = await ProcessorAsync(() => PacingAsync(tokens, cancellation), Streams * tokens).ConfigureAwait(false);
        double streamed = await ProcessorAsync(() => TogetherAsync(node.Address, "paced", tokens, Streams, cancellation), Streams * tokens).ConfigureAwait(false);
        List<double> first = [];
        for (int i = -20; i < Samples; i++)
        {
            double milliseconds = await StreamAsync(node.Address, "fast", 2, cancellation).ConfigureAwait(false);
            if (i >= 0)
            {
                first.Add(milliseconds);
            }
        }

        first.Sort();
        return
        [
            new BenchFigure($"chat: {Streams} streams of 50 tokens/s, node and client: processor time a token", streamed, "us"),
            new BenchFigure("chat: the paced backend alone", alone, "us"),
            new BenchFigure("chat: as many bytes over bare sockets, without a node: backend and client", bare, "us"),
            new BenchFigure("chat: time to the first token: p50", first[Samples / 2], "ms"),
            new BenchFigure("chat: time to the first token: p99", first[Samples * 99 / 100], "ms"),
            new BenchFigure($"chat: memory of an open stream ({Open} of them, node and client)", await MemoryAsync(node.Address, cancellation).ConfigureAwait(false), "KiB"),
        ];
    }

    private static Task PacingAsync(int tokens, CancellationToken cancellation) => Task.WhenAll(Enumerable.Range(0, Streams).Select(async _ =>
    {
        using PeriodicTimer timer = new(Pause);
        for (int i = 0; i < tokens; i++)
        {
            await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
        }
    }));

    // What would be there without a node: as many bytes at the same pace, from a socket to the same client.
    private static async Task BareAsync(int tokens, CancellationToken cancellation)
    {
        byte[] piece = Encoding.ASCII.GetBytes("f0\r\ndata: " + new string('x', 232) + "\n\n\r\n"), end = Encoding.ASCII.GetBytes("data: [DONE]\n\n");
        using TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start(Streams);
        Uri address = new($"http://{listener.LocalEndpoint}");
        Task serving = Task.WhenAll(Enumerable.Range(0, Streams).Select(async _ =>
        {
            using Socket caller = await listener.AcceptSocketAsync(cancellation).ConfigureAwait(false);
            caller.NoDelay = true;
            await caller.ReceiveAsync(new byte[4096], cancellation).ConfigureAwait(false);
            using PeriodicTimer timer = new(Pause);
            for (int i = 0; i < tokens; i++)
            {
                await caller.SendAsync(piece, cancellation).ConfigureAwait(false);
                await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
            }

            await caller.SendAsync(end, cancellation).ConfigureAwait(false);
        }));
        await TogetherAsync(address, "paced", tokens, Streams, cancellation).ConfigureAwait(false);
        await serving.ConfigureAwait(false);
    }

    private static async Task<double> ProcessorAsync(Func<Task> work, int tokens)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        await work().ConfigureAwait(false);
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalMicroseconds / tokens;
    }

    private static Task<double[]> TogetherAsync(Uri node, string model, int tokens, int streams, CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, streams).Select(_ => StreamAsync(node, model, tokens, cancellation)));

    // One stream over a plain socket, read to its end; milliseconds to the first event.
    private static async Task<double> StreamAsync(Uri node, string model, int tokens, CancellationToken cancellation)
    {
        byte[] buffer = new byte[4096];
        long began = Stopwatch.GetTimestamp();
        using Socket socket = await AskAsync(node, model, tokens, cancellation).ConfigureAwait(false);
        double? first = null;
        int kept = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(kept), cancellation).ConfigureAwait(false);
            ReadOnlySpan<byte> seen = buffer.AsSpan(0, kept + read);
            first ??= seen.IndexOf("data: "u8) >= 0 ? Stopwatch.GetElapsedTime(began).TotalMilliseconds : null;
            if (seen.IndexOf("data: [DONE]"u8) >= 0)
            {
                return first!.Value;
            }

            if (read == 0)
            {
                throw new InvalidOperationException("The stream broke off: " + Encoding.UTF8.GetString(seen));
            }

            // What may be the beginning of a mark.
            kept = Math.Min(seen.Length, 16);
            seen[^kept..].CopyTo(buffer);
        }
    }

    private static async Task<double> MemoryAsync(Uri node, CancellationToken cancellation)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<Socket> open = [];
        byte[] buffer = new byte[4096];
        try
        {
            for (int i = 0; i < Open; i++)
            {
                open.Add(await AskAsync(node, "slow", 2, cancellation).ConfigureAwait(false));
                await open[^1].ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
            }

            return (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0 / Open;
        }
        finally
        {
            open.ForEach(static socket => socket.Dispose());
        }
    }

    private static async Task<Socket> AskAsync(Uri node, string model, int tokens, CancellationToken cancellation)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(node.Host, node.Port, cancellation).ConfigureAwait(false);
        string body = $$"""{"model":"{{model}}","stream":true,"max_tokens":{{tokens}},"messages":[{"role":"user","content":"Say something."}]}""";
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST {ChatAddresses.Of(ChatKind.Chat)} HTTP/1.1\r\nHost: {node.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), cancellation).ConfigureAwait(false);
        return socket;
    }
}
