using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Assay.Cli.Bench;

/// <summary>
/// A bounded HTTP/1.1 load on a loopback address: some connections, one request in flight on each, latencies of every request.
/// Plain sockets, so that the client takes little of the two cores that it shares with the node.
/// </summary>
internal static class HttpLoad
{
    /// <summary>What was measured.</summary>
    internal sealed record Result(int Requests, double Seconds, TimeSpan Processor, double MedianMilliseconds, double P99Milliseconds)
    {
        internal double PerSecond => Requests / Seconds;

        internal double ProcessorMicroseconds => Processor.TotalMicroseconds / Requests;
    }

    internal static async Task<Result> RunAsync(Uri node, string path, byte[] body, int connections, TimeSpan duration, CancellationToken cancellation)
    {
        if (!node.IsLoopback)
        {
            throw new ArgumentException("the benchmark loads loopback addresses only", nameof(node));
        }

        byte[] request = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: {node.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n")), .. body];
        long began = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        List<double>[] latencies = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(_ => Task.Run(() => ConnectionAsync(node, request, duration, cancellation), cancellation))).ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        processor = Environment.CpuUsage.TotalTime - processor;
        double[] all = [.. latencies.SelectMany(static l => l)];
        Array.Sort(all);
        return new Result(all.Length, seconds, processor, all[all.Length / 2], all[(int)(all.Length * 0.99)]);
    }

    private static async Task<List<double>> ConnectionAsync(Uri node, byte[] request, TimeSpan duration, CancellationToken cancellation)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, node.Port), cancellation).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        List<double> latencies = new(1 << 14);
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            long sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request, cancellation).ConfigureAwait(false);
            await ReceiveAsync(socket, buffer, cancellation).ConfigureAwait(false);
            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return latencies;
    }

    // The node always answers with Content-Length; anything but 200 ends the benchmark.
    private static async Task ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellation)
    {
        int received = 0, total = -1;
        while (total < 0 || received < total)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(received), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                throw new IOException("the node closed the connection");
            }

            received += read;
            if (total < 0 && buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8) is var head && head >= 0)
            {
                total = head + 4 + ContentLength(buffer.AsSpan(0, head));
            }
        }
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 200"u8))
        {
            throw new IOException("the node answered: " + Encoding.ASCII.GetString(head[..Math.Min(head.Length, 60)]));
        }

        ReadOnlySpan<byte> name = "Content-Length: "u8;
        ReadOnlySpan<byte> value = head[(head.IndexOf(name) + name.Length)..];
        int end = value.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture);
    }
}
