namespace Assay.Log.Committing;

/// <summary>
/// Makes many concurrent requests share one expensive commit. While a commit runs, the next batch collects; there is
/// no timer, so that a lone request never waits for company. Safe for concurrent use.
/// </summary>
/// <remarks>
/// One failed commit ends it: that batch, everything waiting and everything later is told <see cref="SubmitStatus.Failed"/>.
/// </remarks>
public sealed class GroupCommitter<TRequest, TResult> : IAsyncDisposable
{
    private const int PieceLength = 8;

    private readonly Func<IReadOnlyList<TRequest>, IReadOnlyList<TResult>> _commit;
    private readonly GroupCommitterOptions _options;
    private readonly object _gate = new();
    private readonly Queue<Waiting> _queue = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _fault;
    private bool _isClosing;

    /// <summary>Starts the thread that commits.</summary>
    /// <param name="commit">
    /// Commits a batch of one to <see cref="GroupCommitterOptions.MaxBatch"/> requests, in the order of their submission,
    /// and gives one result for each. Called by one thread; may block.
    /// </param>
    /// <param name="options">The limits.</param>
    public GroupCommitter(
        Func<IReadOnlyList<TRequest>, IReadOnlyList<TResult>> commit, GroupCommitterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(commit);
        _commit = commit;
        _options = options ?? new GroupCommitterOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.MaxBatch, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.MaxWaiting, nameof(options));

        // A thread of its own: it blocks in disk syncs, and the pool's threads are for requests.
        new Thread(Run) { IsBackground = true, Name = "group commit" }.Start();
    }

    /// <summary>The failure that ended it; null while there is none.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Requests that wait for the running commit to end (a metric).</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>
    /// Submits a request. The task completes when its commit is over; it doesn't fail. What goes on after it runs on the thread pool,
    /// a few requests one after another: it shouldn't block.
    /// </summary>
    public Task<SubmitResult<TResult>> SubmitAsync(TRequest request)
    {
        lock (_gate)
        {
            SubmitStatus? refused =
                _fault is not null ? SubmitStatus.Failed
                : _isClosing ? SubmitStatus.Closed
                : _queue.Count >= _options.MaxWaiting ? SubmitStatus.Overloaded
                : null;
            if (refused is { } status)
            {
                return Task.FromResult(new SubmitResult<TResult>(status, default));
            }

            Waiting waiting = new(request);
            _queue.Enqueue(waiting);
            if (_queue.Count == 1)
            {
                Monitor.Pulse(_gate);
            }

            return waiting.Done.Task;
        }
    }

    /// <summary>Commits what waits, refuses what comes, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosing = true;
            Monitor.Pulse(_gate);
        }

        await _stopped.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        List<Waiting> batch = [];
        while (TakeBatch(batch))
        {
            Commit(batch);
        }

        _stopped.SetResult();
    }

    private bool TakeBatch(List<Waiting> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_isClosing)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            while (batch.Count < _options.MaxBatch && _queue.TryDequeue(out Waiting? waiting))
            {
                batch.Add(waiting);
            }
        }

        return true;
    }

    private void Commit(List<Waiting> batch)
    {
        // After a failed commit, what was already waiting is answered without being committed.
        if (Fault is not null)
        {
            Fail(batch);
            return;
        }

        try
        {
            IReadOnlyList<TResult> results = _commit(batch.ConvertAll(waiting => waiting.Request));
            if (results.Count != batch.Count)
            {
                throw new InvalidOperationException($"The commit gave {results.Count} results for {batch.Count} requests.");
            }

            Acknowledge(batch, results);
        }
        catch (Exception e)
        {
            // Whatever it was: these requests must be answered, and none of them acknowledged.
            lock (_gate)
            {
                _fault = e;
            }

            Fail(batch);
        }
    }

    // What waits for a commit goes on in pieces: a work item for each request would wake the pool's threads for every one of them.
    private static void Acknowledge(List<Waiting> batch, IReadOnlyList<TResult> results)
    {
        for (int from = 0; from < batch.Count; from += PieceLength)
        {
            int count = Math.Min(PieceLength, batch.Count - from);
            (Waiting, TResult)[] piece = new (Waiting, TResult)[count];
            for (int i = 0; i < count; i++)
            {
                piece[i] = (batch[from + i], results[from + i]);
            }

            ThreadPool.UnsafeQueueUserWorkItem(
                static piece =>
                {
                    foreach ((Waiting waiting, TResult result) in piece)
                    {
                        waiting.Done.TrySetResult(new SubmitResult<TResult>(SubmitStatus.Committed, result));
                    }
                },
                piece,
                preferLocal: false);
        }
    }

    private static void Fail(List<Waiting> batch)
    {
        foreach (Waiting waiting in batch)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static waiting => waiting.Done.TrySetResult(new SubmitResult<TResult>(SubmitStatus.Failed, default)), waiting, preferLocal: false);
        }
    }

    private sealed class Waiting(TRequest request)
    {
        public TRequest Request { get; } = request;

        // Its continuations run where it is completed: on the pool, never on the committing thread.
        public TaskCompletionSource<SubmitResult<TResult>> Done { get; } = new();
    }
}
