using System.Collections.Concurrent;
using Assay.Log.Committing;

namespace Assay.Log.Tests;

public sealed class GroupCommitterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task SubmitAsync_ManyAtOnce_CommitsEachOnceInOrderAndInGroups()
    {
        ConcurrentQueue<IReadOnlyList<int>> commits = new();
        await using GroupCommitter<int, int> committer = new(batch =>
        {
            commits.Enqueue(batch);
            Thread.Sleep(1);
            return [.. batch.Select(n => 2 * n)];
        });
        Task<SubmitResult<int>>[] tasks = [.. Enumerable.Range(0, 5000).Select(committer.SubmitAsync)];
        SubmitResult<int>[] results = await Task.WhenAll(tasks).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 5000).Select(n => new SubmitResult<int>(SubmitStatus.Committed, 2 * n)), results);
        Assert.Equal(Enumerable.Range(0, 5000), commits.SelectMany(batch => batch));
        Assert.All(commits, batch => Assert.InRange(batch.Count, 1, 1024));
        Assert.True(commits.Count < 2500);
    }

    [Fact]
    public async Task SubmitAsync_WhileACommitRuns_CollectsTheNextBatch()
    {
        using SemaphoreSlim mayCommit = new(0);
        ConcurrentQueue<int> sizes = new();
        await using GroupCommitter<int, int> committer = new(
            batch =>
            {
                mayCommit.Wait();
                sizes.Enqueue(batch.Count);
                return batch;
            },
            new GroupCommitterOptions { MaxBatch = 4 });
        Task<SubmitResult<int>> first = committer.SubmitAsync(0);
        while (committer.WaitingCount > 0)
        {
            await Task.Yield();
        }

        Task[] others = [.. Enumerable.Range(1, 6).Select(committer.SubmitAsync)];
        Assert.False(first.IsCompleted);
        mayCommit.Release(3);
        await Task.WhenAll([first, .. others]).WaitAsync(Patience);
        Assert.Equal([1, 4, 2], sizes);
    }

    [Fact]
    public async Task SubmitAsync_QueueFull_IsPushedBackAndLaterTaken()
    {
        using SemaphoreSlim mayCommit = new(0);
        await using GroupCommitter<int, int> committer = new(
            batch =>
            {
                mayCommit.Wait();
                return batch;
            },
            new GroupCommitterOptions { MaxBatch = 1, MaxWaiting = 2 });
        List<Task<SubmitResult<int>>> taken = [committer.SubmitAsync(0)];
        while (committer.WaitingCount > 0)
        {
            await Task.Yield();
        }

        taken.Add(committer.SubmitAsync(1));
        taken.Add(committer.SubmitAsync(2));
        Task<SubmitResult<int>> refused = committer.SubmitAsync(3);
        Assert.True(refused.IsCompleted);
        Assert.Equal(SubmitStatus.Overloaded, (await refused).Status);
        mayCommit.Release(4);
        Assert.All(await Task.WhenAll(taken).WaitAsync(Patience), result => Assert.Equal(SubmitStatus.Committed, result.Status));
        Assert.Equal(SubmitStatus.Committed, (await committer.SubmitAsync(4).WaitAsync(Patience)).Status);
    }

    [Fact]
    public async Task Commit_Throws_FailsItsBatchWhatWaitsAndWhatComes()
    {
        using SemaphoreSlim mayCommit = new(0);
        int commits = 0;
        await using GroupCommitter<int, int> committer = new(
            _ =>
            {
                commits++;
                mayCommit.Wait();
                throw new IOException("the disk is gone");
            },
            new GroupCommitterOptions { MaxBatch = 1 });
        Task<SubmitResult<int>>[] tasks = [.. Enumerable.Range(0, 3).Select(committer.SubmitAsync)];
        mayCommit.Release();
        Assert.All(await Task.WhenAll(tasks).WaitAsync(Patience), result => Assert.Equal(SubmitStatus.Failed, result.Status));
        Assert.Equal(SubmitStatus.Failed, (await committer.SubmitAsync(3)).Status);
        Assert.Equal("the disk is gone", committer.Fault!.Message);
        Assert.Equal(1, commits);
    }

    [Fact]
    public async Task Commit_WrongNumberOfResults_Fails()
    {
        await using GroupCommitter<int, int> committer = new(_ => []);
        Assert.Equal(SubmitStatus.Failed, (await committer.SubmitAsync(1).WaitAsync(Patience)).Status);
        Assert.IsType<InvalidOperationException>(committer.Fault);
    }

    [Fact]
    public async Task DisposeAsync_RequestsWaiting_CommitsThemAndRefusesLaterOnes()
    {
        GroupCommitter<int, int> committer = new(batch =>
        {
            Thread.Sleep(5);
            return batch;
        });
        Task<SubmitResult<int>>[] tasks = [.. Enumerable.Range(0, 100).Select(committer.SubmitAsync)];
        await committer.DisposeAsync();
        Assert.All(tasks, task => Assert.Equal(SubmitStatus.Committed, task.Result.Status));
        Assert.Equal(SubmitStatus.Closed, (await committer.SubmitAsync(1)).Status);
        await committer.DisposeAsync();
    }
}
