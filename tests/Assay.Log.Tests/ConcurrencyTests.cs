using System.Collections.Concurrent;
using Assay.Log.Checking;
using Assay.Log.Committing;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Log.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task SubmittersAndReaders_AtOnce_GetReceiptsAndProofsThatHold()
    {
        const int Submitters = 8;
        const int PerSubmitter = 150;
        using TestLog test = new();
        LogOptions options = new()
        {
            Signer = TestLog.Signer,
            CheckpointInterval = TimeSpan.FromMilliseconds(5),
            CachedTiles = 16,
        };
        await using TiledLog log = TiledLog.Create(test.Folder, options, TestLog.FirstEntry);
        ConcurrentDictionary<(string, ulong), ulong> counters = new();
        using CancellationTokenSource submitted = new();

        // Beside the running log, as an operator would.
        Task checking = Task.Run(() =>
        {
            while (!submitted.IsCancellationRequested)
            {
                Assert.Empty(Fsck.Run(test.Folder, new FsckOptions { Key = log.VerifierKey }).Findings);
            }
        });
        await using (GroupCommitter<string, LogSlot> committer = new(keys => CommitAll(log, keys)))
        {
            await Task.WhenAll(Enumerable.Range(0, Submitters).Select(submitter => Task.Run(async () =>
            {
                for (int i = 0; i < PerSubmitter; i++)
                {
                    string key = $"key-{submitter % 3}";
                    SubmitResult<LogSlot> result = await committer.SubmitAsync(key);
                    Assert.Equal(SubmitStatus.Committed, result.Status);
                    Assert.True(counters.TryAdd((key, result.Value.Counter), result.Value.LogIndex));
                    Assert.Equal(result.Value.LogIndex, log.GetReceipt(TestLog.Id(result.Value.LogIndex))!.LogIndex);
                    CheckAProof(log, result.Value.LogIndex);
                }
            })));
        }

        await submitted.CancelAsync();
        await checking;
        await log.IntegrateAsync();
        Assert.Equal(1UL + (Submitters * PerSubmitter), log.Size);
        Assert.Equal(Submitters * PerSubmitter, counters.Values.Distinct().Count());
        for (ulong index = 0; index < log.Size; index++)
        {
            CheckAProof(log, index);
        }
    }

    private static LogSlot[] CommitAll(TiledLog log, IReadOnlyList<string> keys)
    {
        using LogBatch batch = log.BeginBatch();
        LogSlot[] slots = [.. keys.Select(key => TestLog.AddReceipt(batch, key))];
        batch.Commit();
        return slots;
    }

    private static void CheckAProof(TiledLog log, ulong index)
    {
        ulong size = log.Checkpoint.Size;
        LogProof proof = log.GetProof(Math.Min(index, size - 1))!;
        Assert.Equal(CheckResult.Pass, MerkleVerifier.Inclusion(
            MerkleTree.LeafHash(proof.Entry), proof.Index, proof.Checkpoint.Size, [.. proof.Path], proof.Checkpoint.Root));
    }
}
