using Assay.Log.Checking;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Log.Tests.Crash;

/// <summary>
/// The disk is copied after every step that a commit or an integration takes; from each copy the log must come up
/// again with everything that was acknowledged and nothing that contradicts what was published.
/// </summary>
public sealed class StepTests
{
    [Fact]
    public async Task AnyStep_ProcessDies_NothingAcknowledgedIsLost() => await RunAsync(isPowerLost: false);

    [Fact]
    public async Task AnyStep_PowerFails_NothingAcknowledgedIsLost() => await RunAsync(isPowerLost: true);

    [Fact]
    public async Task AnyStep_Fails_TheLogStopsAndComesUpAgain()
    {
        List<string> names = [];
        using (TestLog test = new())
        {
            await using TiledLog log = test.Create(names.Add);
            names.Clear();
            TestLog.Append(log, 300);
            await log.IntegrateAsync();
        }

        for (int failing = 0; failing < names.Count; failing++)
        {
            using TestLog test = new();
            int step = int.MinValue;
            await using (TiledLog log = test.Create(name => _ = step++ == failing ? throw new IOException($"no more {name}") : 0))
            {
                step = 0;
                LogException e = await Assert.ThrowsAsync<LogException>(async () =>
                {
                    TestLog.Append(log, 300);
                    await log.IntegrateAsync();
                });
                Assert.Equal(LogErrors.Faulted, e.Code);
                Assert.Equal(LogErrors.Faulted, Assert.Throws<LogException>(log.BeginBatch).Code);
                await Assert.ThrowsAsync<LogException>(() => log.WaitForAsync(1000));
            }

            await using TiledLog reopened = test.Open();
            Assert.Equal(reopened.Size, reopened.Checkpoint.Size);
            Assert.Contains(reopened.Size, new ulong[] { 1, 101, 201, 301 });
            Assert.Empty(Fsck.Run(test.Folder).Findings);
        }
    }

    private static async Task RunAsync(bool isPowerLost)
    {
        List<Moment> moments = [];
        List<string> steps = [];
        ulong acknowledged = 0;
        using (TestLog test = new())
        {
            FolderImage? synced = null;
            await using TiledLog log = test.Create(step =>
            {
                FolderImage image = FolderImage.Take(test.Folder);

                // At worst, of the public files only those are there whose names were synced. (The database syncs
                // itself: it is taken as it is after each of its transactions.)
                synced = step == "sync folders" ? image : synced;
                image = isPowerLost ? image.With("public", synced) : image;
                steps.Add(step);
                if (moments.Count == 0 || moments[^1].Acknowledged != acknowledged || !moments[^1].Image.IsSameAs(image))
                {
                    moments.Add(new Moment(step, image, acknowledged));
                }
            });
            foreach (int count in new[] { 3, 200, 60, 256, 1 })
            {
                TestLog.Append(log, count);
                acknowledged = log.Size;
                await log.IntegrateAsync();
            }
        }

        Assert.InRange(steps.Count, 100, 400);
        Assert.InRange(moments.Count, 30, 400);
        Assert.Superset(new HashSet<string> { "commit inserted", "commit durable", "sync folders", "signed", "swapped", "partials deleted" }, steps.ToHashSet());
        List<LogCheckpoint> published = [];
        foreach (Moment moment in moments)
        {
            if (moment.Image.File("public/checkpoint") is { } bytes)
            {
                published.Add(SignedCheckpoint.TryRead(bytes, TestLog.Signer.VerifierKey, out _)!);
            }

            await CheckAsync(moment, published);
        }
    }

    private static async Task CheckAsync(Moment moment, List<LogCheckpoint> published)
    {
        using TestLog test = new();
        moment.Image.WriteTo(test.Folder);
        await using TiledLog log = test.Open();
        Assert.True(log.Size >= moment.Acknowledged, moment.Step);
        Assert.Equal(log.Size, log.Checkpoint.Size);
        for (ulong index = 1; index < log.Size; index++)
        {
            Assert.Equal(index, log.GetReceipt(TestLog.Id(index))!.LogIndex);
        }

        foreach (LogCheckpoint old in published)
        {
            Digest32[] path = [.. log.GetConsistencyProof(old.Size, log.Checkpoint.Size)!];
            Assert.Equal(
                CheckResult.Pass,
                MerkleVerifier.Consistency(old.Size, log.Checkpoint.Size, old.Root, log.Checkpoint.Root, path));
        }

        Assert.Empty(Fsck.Run(test.Folder, new FsckOptions { Key = TestLog.Signer.VerifierKey }).Findings);
    }

    private sealed record Moment(string Step, FolderImage Image, ulong Acknowledged);
}
