using System.Text;
using Assay.Log.Checking;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Log.Tests;

public sealed class CosignatureTests : IDisposable
{
    private readonly CosignatureSigner _one = new("one.example", [1, .. new byte[31]]);
    private readonly CosignatureSigner _two = new("two.example", [2, .. new byte[31]]);

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    public async Task AddCosignature_Good_IsServedKeptAndSurvivesRestartAndFsck()
    {
        using TestLog test = new();
        string cosigned;
        await using (TiledLog log = test.Create())
        {
            TestLog.Append(log, 5);
            await log.IntegrateAsync();
            Assert.Equal(CheckResult.Pass, await AddAsync(log, _one, 7));
            Assert.Equal(CheckResult.Pass, await AddAsync(log, _two, 8));
            Assert.Equal(CheckResult.Pass, await AddAsync(log, _one, 9));
            cosigned = Served(log);
            Assert.Equal(3, SignedNote.TryParse(Encoding.UTF8.GetBytes(cosigned), out _)!.Signatures.Count);
            Assert.Equal(cosigned, File.ReadAllText(test.PathOf("public/checkpoint")));
            Assert.Equal(cosigned, Encoding.UTF8.GetString(log.GetProof(3)!.Checkpoint.Note.Span));
            Assert.Equal(FsckOutcome.Clean, Fsck.Run(test.Folder, new FsckOptions { Key = TestLog.Signer.VerifierKey }).Outcome);

            // A second time by the same witness changes nothing: the earlier one tells more.
            Assert.Equal(CheckResult.Pass, Cosignature.Verify(SignedNote.TryParse(Encoding.UTF8.GetBytes(cosigned), out _)!, _one.Key, out long time));
            Assert.Equal(7, time);
        }

        await using (TiledLog log = test.Open())
        {
            Assert.Equal(cosigned, Served(log));

            // The chain of compared and swapped checkpoints goes on from the bare one.
            TestLog.Append(log, 1);
            await log.IntegrateAsync();
            Assert.NotEqual(cosigned, Served(log));
            Assert.Equal(cosigned, Encoding.UTF8.GetString(log.GetProof(5)!.Checkpoint.Note.Span));
            Assert.Equal(7UL, log.GetProof(6)!.Checkpoint.Size);
            Assert.Equal(FsckOutcome.Clean, Fsck.Run(test.Folder, new FsckOptions { Key = TestLog.Signer.VerifierKey }).Outcome);
        }
    }

    [Fact]
    public async Task AddCosignature_OverAnotherRootOrByAnotherKeyOrForeignCheckpoint_IsRefused()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        TestLog.Append(log, 5);
        await log.IntegrateAsync();
        string bare = Served(log);
        string text = TextOf(log.Checkpoint);
        Assert.Equal(CheckResult.Fail, await log.AddCosignatureAsync(log.Checkpoint, _one.Key, _one.Cosign("other\n", 7)));
        Assert.Equal(CheckResult.Fail, await log.AddCosignatureAsync(log.Checkpoint, _one.Key, _two.Cosign(text, 7)));
        Assert.Equal(CheckResult.Fail, await log.AddCosignatureAsync(log.Checkpoint, _one.Key, _one.Cosign(text, 7) with { Signature = [1] }));

        // Signed by the log's key, and not a head of this log.
        SignedNote forged = TestLog.Signer.Sign(new Checkpoint(TestLog.Origin, 3, Digest32.Sha256([])).Format());
        LogCheckpoint foreign = new(3, Digest32.Sha256([]), forged.Encode());
        Assert.Equal(CheckResult.Fail, await log.AddCosignatureAsync(foreign, _one.Key, _one.Cosign(forged.Text, 7)));
        Assert.Equal(bare, Served(log));
        Assert.Single(SignedNote.TryParse(log.GetProof(1)!.Checkpoint.Note.Span, out _)!.Signatures);
    }

    [Fact]
    public async Task GetProof_ManyCosignedCheckpoints_TakesTheEarliestThatCoversTheEntry()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        List<LogCheckpoint> checkpoints = [];
        for (int i = 0; i < 12; i++)
        {
            TestLog.Append(log, 10);
            await log.IntegrateAsync();
            checkpoints.Add(log.Checkpoint);
            Assert.Equal(CheckResult.Pass, await AddAsync(log, _one, 100 + i));
        }

        Assert.Equal(11UL, log.GetProof(3)!.Checkpoint.Size);
        Assert.Equal(51UL, log.GetProof(50)!.Checkpoint.Size);
        Assert.Equal(121UL, log.GetProof(120)!.Checkpoint.Size);
        Assert.Equal(CheckResult.Pass, Primitives.Merkle.MerkleVerifier.Inclusion(
            Primitives.Merkle.MerkleTree.LeafHash(log.GetProof(50)!.Entry), 50, 51, [.. log.GetProof(50)!.Path], checkpoints[4].Root));

        // One that two witnesses have cosigned is worth waiting a few checkpoints for. Late lines are welcome.
        Assert.Equal(CheckResult.Pass, await log.AddCosignatureAsync(checkpoints[2], _two.Key, _two.Cosign(TextOf(checkpoints[2]), 200)));
        Assert.Equal(31UL, log.GetProof(3)!.Checkpoint.Size);
    }

    [Fact]
    public async Task Open_DatabaseOlderThanACosignedCheckpoint_Refuses()
    {
        using TestLog test = new();
        await using (TiledLog log = test.Create())
        {
            TestLog.Append(log, 5);
        }

        byte[] database = File.ReadAllBytes(test.PathOf("log.db"));
        await using (TiledLog log = test.Open())
        {
            TestLog.Append(log, 5);
            await log.IntegrateAsync();
            await AddAsync(log, _one, 7);
        }

        File.WriteAllBytes(test.PathOf("log.db"), database);
        Directory.Delete(test.PathOf("public"), recursive: true);
        await using (TiledLog original = await FreshAsync(test))
        {
        }
    }

    private static async Task<TiledLog> FreshAsync(TestLog test)
    {
        // Without its tiles it wouldn't open either; with those of the older state it is the cosigned checkpoint that tells.
        using TestLog older = new();
        await using (TiledLog log = older.Create())
        {
            TestLog.Append(log, 5);
        }

        foreach (string file in Directory.GetFiles(older.PathOf("public"), "*", SearchOption.AllDirectories))
        {
            string target = test.PathOf(Path.GetRelativePath(older.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        LogException e = Assert.Throws<LogException>(() => test.Open());
        Assert.Equal(LogErrors.RolledBack, e.Code);
        Assert.Contains("cosigned", e.Message, StringComparison.Ordinal);
        File.Delete(test.PathOf("cosigned.db"));
        File.Delete(test.PathOf("cosigned.db-wal"));
        return test.Open();
    }

    private static async Task<CheckResult> AddAsync(TiledLog log, CosignatureSigner witness, long time) =>
        await log.AddCosignatureAsync(log.Checkpoint, witness.Key, witness.Cosign(TextOf(log.Checkpoint), time));

    private static string TextOf(LogCheckpoint checkpoint) => SignedNote.TryParse(checkpoint.Note.Span, out _)!.Text;

    private static string Served(TiledLog log) => Encoding.UTF8.GetString(log.TryGetResource("checkpoint")!.Content);
}
