namespace Assay.Log.Tests;

public sealed class CheckpointTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task WaitForAsync_CommittedEntry_CompletesWithoutBeingAskedFor()
    {
        using TestLog test = new();
        LogOptions options = new() { Signer = TestLog.Signer, CheckpointInterval = TimeSpan.FromMilliseconds(10) };
        await using TiledLog log = TiledLog.Create(test.Folder, options, TestLog.FirstEntry);
        Task waiting = log.WaitForAsync(20);
        for (int i = 0; i < 20; i++)
        {
            TestLog.Append(log, 1);
            await log.WaitForAsync(log.Size - 1).WaitAsync(Patience);
            Assert.NotNull(log.GetProof(log.Size - 1));
        }

        await waiting.WaitAsync(Patience);
        Assert.True(log.WaitForAsync(0).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Interval_Long_HoldsBackAllButTheFirstAndWhatIsAskedFor()
    {
        using TestLog test = new();
        LogOptions options = new() { Signer = TestLog.Signer, CheckpointInterval = TimeSpan.FromHours(1) };
        await using TiledLog log = TiledLog.Create(test.Folder, options, TestLog.FirstEntry);
        TestLog.Append(log, 1);
        await log.WaitForAsync(1).WaitAsync(Patience);
        TestLog.Append(log, 1);
        await Task.Delay(50);
        Assert.Equal(2UL, log.Checkpoint.Size);
        await log.IntegrateAsync();
        Assert.Equal(3UL, log.Checkpoint.Size);
    }

    [Fact]
    public async Task WaitForAsync_LogClosesOrIsCancelled_Ends()
    {
        using TestLog test = new();
        TiledLog log = test.Create();
        using CancellationTokenSource cancellation = new();
        Task cancelled = log.WaitForAsync(100, cancellation.Token);
        Task closed = log.WaitForAsync(100);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Patience));
        await log.DisposeAsync();
        LogException e = await Assert.ThrowsAsync<LogException>(() => closed.WaitAsync(Patience));
        Assert.Equal(LogErrors.Closed, e.Code);
        Assert.Throws<LogException>(log.BeginBatch);
        await log.DisposeAsync();
    }

    [Fact]
    public async Task DisposeAsync_Always_LeavesEverythingUnderTheCheckpoint()
    {
        using TestLog test = new();
        await test.FillAsync(300);
        await using TiledLog log = test.Open();
        Assert.Equal(300UL, log.Checkpoint.Size);
    }
}
