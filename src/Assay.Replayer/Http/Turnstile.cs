namespace Assay.Replayer.Http;

/// <summary>
/// How much happens at once: a bounded number of requests is let in, a bounded number of bytes is held, and a bounded number of
/// programs runs. Who doesn't get in is told so at once.
/// </summary>
internal sealed class Turnstile(int concurrency, int queue, long bodyBudget) : IDisposable
{
    private readonly SemaphoreSlim _inside = new(concurrency + queue);
    private readonly SemaphoreSlim _running = new(concurrency);
    private long _left = bodyBudget;

    /// <summary>Lets a request in, or not.</summary>
    public bool TryEnter() => _inside.Wait(0);

    /// <summary>For each that was let in.</summary>
    public void Leave() => _inside.Release();

    /// <summary>Takes room for bytes of a body, or not.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _left, -bytes) >= 0)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _left, bytes);

    /// <summary>Runs something when it is its turn.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await _running.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return work();
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inside.Dispose();
        _running.Dispose();
    }
}
