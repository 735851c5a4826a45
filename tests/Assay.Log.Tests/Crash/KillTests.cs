using System.Diagnostics;
using System.Globalization;
using Assay.Log.Checking;
using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Testing;
using Xunit.Abstractions;

namespace Assay.Log.Tests.Crash;

/// <summary>Kills a process that appends under load, twenty times or, in the deep run, five hundred, and looks at what it left.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Logs = 2;
    private static readonly int KillsPerLog = FuzzRun.IsDeep ? 250 : 10;

    [Fact]
    public async Task Kill_ManyTimesUnderLoad_LosesNothingAcknowledged()
    {
        Task<Life>[] lives = [.. Enumerable.Range(0, Logs).Select(seed => Task.Run(() => LiveAsync(seed)))];
        foreach (Task<Life> task in lives)
        {
            using Life life = await task;
            await using TiledLog log = life.Test.Open();
            CheckReceipts(log, life.Receipts, 0);
            output.WriteLine($"{KillsPerLog} kills, {life.Receipts.Count} acknowledged, {life.Checkpoints.Count} checkpoints, size {log.Size}");
            if (Oracles.WhyMissing(Oracle.GoSumdb) is { } reason && !Oracles.AreRequired)
            {
                output.WriteLine($"Not checked with Go: {reason}");
                continue;
            }

            ulong[] sizes = [.. life.Checkpoints.Keys.Where(size => size > 0)];
            IEnumerable<ulong> all = Enumerable.Range(0, (int)log.Size).Select(i => (ulong)i);
            output.WriteLine(GoLog.Check(life.Test, log, all, sizes, life.Checkpoints.Values.Select(old => old.Note.ToArray())));
        }
    }

    private static async Task<Life> LiveAsync(int seed)
    {
        Life life = new(isOnDisk: seed == 0);
        Random random = new(seed);
        for (int kill = 0; kill < KillsPerLog; kill++)
        {
            int acknowledgedBefore = life.Receipts.Count;
            await RunAndKillAsync(life, TimeSpan.FromMilliseconds(random.Next(1, 120)));
            await using (TiledLog log = life.Test.Open())
            {
                CheckReceipts(log, life.Receipts, acknowledgedBefore);
                CheckCheckpoints(log, life.Checkpoints);
                life.Checkpoints[log.Checkpoint.Size] = log.Checkpoint;
            }

            FsckReport report = Fsck.Run(life.Test.Folder, new FsckOptions
            {
                Key = TestLog.Signer.VerifierKey,
                CheckReceipt = (receipt, entry) =>
                    entry.AsSpan().SequenceEqual(CrashChild.EntryOf(receipt.Id, new LogSlot(0, 0, receipt.Counter)))
                        ? null
                        : "the entry isn't the receipt's",
                CheckEndorsement = (about, endorsement, entry) =>
                    entry.Length == 0 && endorsement.Record.AsSpan().SequenceEqual(about.Bytes) ? null : "it isn't the receipt's",
            });
            Assert.Empty(report.Findings);
        }

        return life;
    }

    /// <summary>Starts the child, kills it a while after its first acknowledgement, and keeps what it said.</summary>
    private static async Task RunAndKillAsync(Life life, TimeSpan delay)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [typeof(CrashChild).Assembly.Location, "crash-child", life.Test.Folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_QuickJitForLoops"] = "1" },
        };
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        bool isKilled = false;
        Task? kill = null;
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            if (words is ["receipt", string hex, string index, string key, string counter] && ReceiptId.TryParse(hex, out ReceiptId id))
            {
                life.Receipts.Add((
                    id,
                    ulong.Parse(index, CultureInfo.InvariantCulture),
                    key,
                    ulong.Parse(counter, CultureInfo.InvariantCulture)));
                kill ??= Task.Run(async () =>
                {
                    await Task.Delay(delay);
                    isKilled = true;
                    child.Kill();
                });
            }
            else if (words is ["checkpoint", string note] && note.Length % 4 == 0)
            {
                LogCheckpoint checkpoint = SignedCheckpoint.TryRead(
                    Convert.FromBase64String(note), TestLog.Signer.VerifierKey, out string? error) ?? throw new InvalidDataException(error);
                life.Checkpoints[checkpoint.Size] = checkpoint;
            }
        }

        await (kill ?? Task.CompletedTask);
        await child.WaitForExitAsync();
        Assert.True(isKilled, $"The child ended by itself: {await errors}");
    }

    private static void CheckReceipts(
        TiledLog log, IReadOnlyList<(ReceiptId Id, ulong Index, string Key, ulong Counter)> receipts, int from)
    {
        foreach ((ReceiptId id, ulong index, string key, ulong counter) in receipts.Skip(from))
        {
            StoredReceipt? stored = log.GetReceipt(id);
            Assert.NotNull(stored);
            Assert.Equal((index, key, counter), (stored.LogIndex, stored.ApiKey, stored.Counter));
            IEnumerable<ulong> endorsements = log.GetEndorsements(id)
                .Where(endorsement => endorsement.Record.AsSpan().SequenceEqual(id.Bytes))
                .Select(endorsement => endorsement.LogIndex);
            Assert.Equal(CrashChild.IsEndorsed(counter) ? [index + 1] : Array.Empty<ulong>(), endorsements);
            LogProof proof = log.GetProof(index)!;
            Assert.Equal(CheckResult.Pass, MerkleVerifier.Inclusion(
                MerkleTree.LeafHash(proof.Entry), index, proof.Checkpoint.Size, [.. proof.Path], proof.Checkpoint.Root));
        }
    }

    private static void CheckCheckpoints(TiledLog log, SortedDictionary<ulong, LogCheckpoint> checkpoints)
    {
        LogCheckpoint now = log.Checkpoint;
        foreach (LogCheckpoint old in checkpoints.Values)
        {
            Digest32[]? path = log.GetConsistencyProof(old.Size, now.Size)?.ToArray();
            Assert.NotNull(path);
            Assert.Equal(CheckResult.Pass, MerkleVerifier.Consistency(old.Size, now.Size, old.Root, now.Root, path));
        }
    }

    private sealed class Life(bool isOnDisk) : IDisposable
    {
        public TestLog Test { get; } = new(isOnDisk);

        public List<(ReceiptId Id, ulong Index, string Key, ulong Counter)> Receipts { get; } = [];

        public SortedDictionary<ulong, LogCheckpoint> Checkpoints { get; } = [];

        public void Dispose() => Test.Dispose();
    }
}
