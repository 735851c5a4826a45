using Assay.Node.Proving;
using Assay.Primitives;

namespace Assay.Node.Tests.Proving;

public sealed class ProofQueueTests
{
    private static readonly ModelId A = new(Digest32.Sha256("a"u8));
    private static readonly ModelId B = new(Digest32.Sha256("b"u8));
    private static readonly ModelId Gone = new(Digest32.Sha256("gone"u8));

    private int _number;

    [Fact]
    public async Task Together_OnlyOneModelAndGroup_UpToTheLimit_OldestFirst()
    {
        using ProofQueue queue = new(100, TimeSpan.Zero, static model => model == Gone ? 0 : 4, TimeProvider.System);
        ProofJob[] jobs = [Job(Gone, 1, "x"), Job(A, 1, "x"), Job(B, 1, "x"), Job(A, 2, "x"), Job(A, 1, ""), Job(A, 1, "y"), Job(A, 2, "x"), Job(A, 1, "x")];
        Assert.All(jobs, job => Assert.True(queue.TryAdd(job)));
        Assert.Equal(7, queue.Ahead(jobs[7].Receipt));
        foreach (int[] expected in new int[][] { [1, 3], [2], [4], [5], [6, 7] })
        {
            Assert.Equal(expected.Select(i => jobs[i]), await queue.NextAsync(CancellationToken.None));
        }

        // What nobody can prove now stays.
        Assert.Equal([jobs[0]], queue.Snapshot());
        using CancellationTokenSource soon = new(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.NextAsync(soon.Token));
        Assert.True(queue.Remove(jobs[0].Receipt));
        Assert.False(queue.Remove(jobs[0].Receipt));
        Assert.Equal(-1, queue.Ahead(jobs[0].Receipt));
    }

    [Fact]
    public async Task TheOldestWaitsForOthers_ButNotForEver_AndNotWhenItIsFull()
    {
        ManualClock clock = new();
        using ProofQueue queue = new(2, TimeSpan.FromMilliseconds(200), static _ => 2, clock);
        queue.TryAdd(Job(A, 1, "x"));
        Task<IReadOnlyList<ProofJob>> next = queue.NextAsync(CancellationToken.None);
        queue.TryAdd(Job(A, 1, "x"));
        Assert.Equal(2, (await next).Count);
        queue.TryAdd(Job(A, 1, "x"));
        clock.Advance(TimeSpan.FromMilliseconds(199));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.NextAsync(new CancellationToken(true)));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(await queue.NextAsync(CancellationToken.None));
        queue.TryAdd(Job(A, 1, ""));
        Assert.Single(await queue.NextAsync(CancellationToken.None));
    }

    /// <summary>Who asks how far a proof is must not fall between the queue and the prover.</summary>
    [Fact]
    public async Task WhatIsTaken_IsKnown_UntilItIsDone()
    {
        using ProofQueue queue = new(100, TimeSpan.Zero, static _ => 4, TimeProvider.System);
        ProofJob[] jobs = [Job(A, 1, "x"), Job(A, 1, "x"), Job(B, 1, "x")];
        Assert.All(jobs, job => Assert.True(queue.TryAdd(job)));
        Assert.All(jobs, job => Assert.False(queue.IsTaken(job.Receipt)));
        IReadOnlyList<ProofJob> together = await queue.NextAsync(CancellationToken.None);
        Assert.Equal([true, true, false], jobs.Select(job => queue.IsTaken(job.Receipt)));
        Assert.Equal([-1, -1, 0], jobs.Select(job => queue.Ahead(job.Receipt)));
        Assert.False(queue.Remove(jobs[0].Receipt));
        IReadOnlyList<ProofJob> last = await queue.NextAsync(CancellationToken.None);
        queue.Done(together);
        Assert.Equal([false, false, true], jobs.Select(job => queue.IsTaken(job.Receipt)));
        queue.Done(last);
        Assert.False(queue.IsTaken(jobs[2].Receipt));
    }

    [Fact]
    public void ItIsBounded()
    {
        using ProofQueue queue = new(2, TimeSpan.Zero, static _ => 1, TimeProvider.System);
        Assert.True(queue.TryAdd(Job(A, 1, "")));
        Assert.True(queue.TryAdd(Job(A, 1, "")));
        Assert.False(queue.TryAdd(Job(A, 1, "")));
        Assert.True(queue.TryAdd(Job(A, 1, ""), always: true));
        Assert.Equal(3, queue.Count);
    }

    private ProofJob Job(ModelId model, int items, string group) => new(ReceiptId.From(Digest32.Sha256(BitConverter.GetBytes(++_number)).Bytes[..16]), model, items, group);
}
