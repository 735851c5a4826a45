namespace Assay.Engine.Execution;

/// <summary>
/// A piece of work in chunks that the caller's thread and some pool threads take turns in. The caller never waits for a pool
/// thread that hasn't begun: it does what nobody took. Reusable, and without allocations.
/// </summary>
internal abstract class ParallelRegion : IThreadPoolWorkItem
{
    /// <summary>Spins before the caller sleeps: a few microseconds.</summary>
    private const int Spins = 64;

    private readonly object _done = new();
    private int _chunks;
    private int _next;
    private int _unfinished;
    private int _workers;
    private int _references;

    /// <summary>Runs all chunks and returns when they are done. Chunks don't throw.</summary>
    /// <param name="helpers">Pool threads to ask for.</param>
    protected void RunAll(int chunks, int helpers)
    {
        _chunks = chunks;
        _next = 0;
        _workers = 0;
        _unfinished = chunks;

        // Last: it publishes the fields above, and a helper may come as late as it likes.
        Volatile.Write(ref _references, helpers + 1);
        for (int i = 0; i < helpers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        TakeChunks();
        AwaitOthers();
    }

    /// <summary>Gives up the caller's reference. The region goes back to its pool when the last helper has, too: one that comes
    /// late still looks at the counters.</summary>
    protected void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Recycle();
        }
    }

    /// <param name="worker">Number of the thread among those of this region: 0 to helpers.</param>
    protected abstract void RunChunk(int chunk, int worker);

    /// <summary>Returns the region to its pool.</summary>
    protected abstract void Recycle();

    void IThreadPoolWorkItem.Execute()
    {
        TakeChunks();
        Release();
    }

    private void TakeChunks()
    {
        int worker = -1;
        for (int chunk = Interlocked.Increment(ref _next) - 1; chunk < _chunks; chunk = Interlocked.Increment(ref _next) - 1)
        {
            worker = worker < 0 ? Interlocked.Increment(ref _workers) - 1 : worker;
            RunChunk(chunk, worker);
            if (Interlocked.Decrement(ref _unfinished) == 0)
            {
                lock (_done)
                {
                    Monitor.PulseAll(_done);
                }
            }
        }
    }

    private void AwaitOthers()
    {
        SpinWait spinner = default;
        while (spinner.Count < Spins && Volatile.Read(ref _unfinished) != 0)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }

        lock (_done)
        {
            while (Volatile.Read(ref _unfinished) != 0)
            {
                Monitor.Wait(_done);
            }
        }
    }
}
