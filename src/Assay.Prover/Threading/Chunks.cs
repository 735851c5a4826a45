namespace Assay.Prover.Threading;

/// <summary>Work in chunks that the caller's thread and some pool threads take turns in. The caller does what nobody took, so it
/// never waits for a thread that hasn't begun.</summary>
internal sealed class Chunks : IThreadPoolWorkItem
{
    private readonly Action<int> _body;
    private readonly int _count;
    private readonly object _done = new();
    private int _next;
    private int _unfinished;

    private Chunks(int count, Action<int> body)
    {
        _count = count;
        _unfinished = count;
        _body = body;
    }

    /// <summary>Runs the body for 0 to count - 1 and returns when all are done. The body doesn't throw.</summary>
    /// <param name="count">Chunks; each should be worth 100 microseconds or more.</param>
    /// <param name="threads">Threads, the caller's included.</param>
    /// <param name="body">Chunks in any order, at the same time.</param>
    public static void Run(int count, int threads, Action<int> body)
    {
        if (threads <= 1 || count <= 1)
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }

            return;
        }

        Chunks chunks = new(count, body);
        for (int i = 1; i < Math.Min(threads, count); i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(chunks, preferLocal: false);
        }

        chunks.Execute();
        chunks.Await();
    }

    /// <summary>Takes chunks until none is left.</summary>
    public void Execute()
    {
        for (int chunk = Interlocked.Increment(ref _next) - 1; chunk < _count; chunk = Interlocked.Increment(ref _next) - 1)
        {
            _body(chunk);
            if (Interlocked.Decrement(ref _unfinished) == 0)
            {
                lock (_done)
                {
                    Monitor.PulseAll(_done);
                }
            }
        }
    }

    private void Await()
    {
        SpinWait spinner = default;
        while (spinner.Count < 64 && Volatile.Read(ref _unfinished) != 0)
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
