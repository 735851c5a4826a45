using System.Net;
using Assay.Client;
using Assay.Log;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Node.Tests.Witnessing;

public sealed class LogMemoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-memory-").FullName;
    private readonly NoteSigner _signer = new("log.example/1", new byte[32]);

    public void Dispose()
    {
        _signer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Growing_log_is_followed_over_many_sizes()
    {
        await using TiledLog log = Create("a", 1, 0);
        LogMemory memory = new(Path.Combine(_folder, "memory"));
        ulong last = 0;
        foreach (int more in new[] { 0, 1, 1, 5, 120, 128, 1, 300, 2000 })
        {
            Append(log, more, 0);
            await log.IntegrateAsync();
            Assert.Equal(new LogSighting(null, last, log.Size, null), await memory.CheckAsync(ClientOf(log), log.VerifierKey, CancellationToken.None));
            last = log.Size;
        }
    }

    [Theory]
    [InlineData(300, 300)]
    [InlineData(300, 301)]
    [InlineData(256, 700)]
    [InlineData(5, 1000)]
    public async Task Forked_log_is_caught_and_leaves_a_proof_that_stands_alone(int size, int forkSize)
    {
        await using TiledLog log = Create("a", size, 0);
        await using TiledLog fork = Create("b", forkSize, 1);
        LogMemory memory = new(Path.Combine(_folder, "memory"));
        Assert.Null((await memory.CheckAsync(ClientOf(log), log.VerifierKey, CancellationToken.None)).Error);
        for (int i = 0; i < 2; i++)
        {
            LogSighting sighting = await memory.CheckAsync(ClientOf(fork), log.VerifierKey, CancellationToken.None);
            Assert.Equal(LogMemoryErrors.Forked, sighting.Error);
            ForkProof proof = ForkProof.TryDecode(File.ReadAllBytes(sighting.ForkProofFile!), out _)!;
            Assert.Equal(CheckResult.Pass, proof.Check(out _));
            Assert.Equal(((ulong)size, (ulong)forkSize), (proof.FirstHead!.Size, proof.SecondHead!.Size));
        }
    }

    [Fact]
    public async Task Shrunk_and_rolled_back_log_and_wrong_tiles_and_foreign_checkpoints_are_errors()
    {
        await using TiledLog log = Create("a", 300, 0);
        await using TiledLog old = Create("b", 200, 0);
        LogMemory memory = new(Path.Combine(_folder, "memory"));
        Assert.Null((await memory.CheckAsync(ClientOf(log), log.VerifierKey, CancellationToken.None)).Error);
        Assert.Equal(new LogSighting(LogMemoryErrors.Shrunk, 300, 200, null), await memory.CheckAsync(ClientOf(old), log.VerifierKey, CancellationToken.None));
        Append(log, 100, 0);
        await log.IntegrateAsync();
        Assert.Equal(LogMemoryErrors.Tiles, (await memory.CheckAsync(ClientOf(log, damaged: true), log.VerifierKey, CancellationToken.None)).Error);
        using NoteSigner other = new("log.example/1", [1, .. new byte[31]]);
        Assert.Equal(LogMemoryErrors.Checkpoint, (await memory.CheckAsync(ClientOf(log), other.VerifierKey, CancellationToken.None)).Error);
        Assert.Null((await memory.CheckAsync(ClientOf(log), log.VerifierKey, CancellationToken.None)).Error);
    }

    private static void Append(TiledLog log, int count, int history)
    {
        using LogBatch batch = log.BeginBatch();
        for (int i = 0; i < count; i++)
        {
            LogSlot slot = batch.Reserve("key");
            byte[] id = new byte[16];
            BitConverter.TryWriteBytes(id, slot.LogIndex);
            batch.Fill(slot, ReceiptId.From(id), [(byte)(slot.LogIndex < 3 ? 0 : history), (byte)slot.LogIndex], [1]);
        }

        batch.Commit();
    }

    private static AssayClient ClientOf(TiledLog log, bool damaged = false) =>
        new(new HttpClient(new LogHandler(log, damaged)), new Uri("http://log.example/"), TimeProvider.System);

    private TiledLog Create(string name, int size, int history)
    {
        TiledLog log = TiledLog.Create(Path.Combine(_folder, name), new LogOptions { Signer = _signer }, [0]);
        Append(log, size - 1, history);
        log.IntegrateAsync().Wait();
        return log;
    }

    private sealed class LogHandler(TiledLog log, bool damaged) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (log.TryGetResource(request.RequestUri!.AbsolutePath.AsSpan("/log/".Length)) is not { } resource)
            {
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("{}") });
            }

            byte[] content = resource.Content;
            if (damaged && resource.IsImmutable)
            {
                content = [.. content.Select(b => (byte)(b ^ 1))];
            }

            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(content) });
        }
    }
}
