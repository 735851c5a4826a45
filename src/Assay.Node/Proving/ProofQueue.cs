using Assay.Primitives;

namespace Assay.Node.Proving;

/// <summary>
/// Which jobs are proved next, and together: those of one model and one group, oldest first, up to so many items. The first of
/// them waits a moment for others. What is taken is remembered until it is done: at every moment a job is in one of the two
/// places. Bounded; safe for concurrent use.
/// </summary>
/// <param name="capacity">Most jobs that wait.</param>
/// <param name="wait">How long the oldest job waits for others.</param>
/// <param name="mostItems">Most items of a proof for a model; 0 if it has no prover now.</param>
/// <param name="time">The clock of the wait.</param>
internal sealed class ProofQueue(int capacity, TimeSpan wait, Func<ModelId, int> mostItems, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(ProofJob Job, long Added)> _waiting = new();
    private readonly HashSet<ReceiptId> _taken = [];
    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>How many wait.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds a job; false if there is no room.</summary>
    internal bool TryAdd(ProofJob job, bool always = false)
    {
        lock (_lock)
        {
            if (_waiting.Count >= capacity && !always)
            {
                return false;
            }

            _waiting.AddLast((job, time.GetTimestamp()));
        }

        _changed.Release();
        return true;
    }

    /// <summary>Takes a job back that nobody wants any more; false if it isn't waiting.</summary>
    internal bool Remove(in ReceiptId receipt)
    {
        lock (_lock)
        {
            for (LinkedListNode<(ProofJob Job, long Added)>? node = _waiting.First; node is not null; node = node.Next)
            {
                if (node.Value.Job.Receipt == receipt)
                {
                    _waiting.Remove(node);
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>How many are before a job; -1 if it isn't waiting.</summary>
    internal int Ahead(in ReceiptId receipt)
    {
        lock (_lock)
        {
            int ahead = 0;
            foreach ((ProofJob job, _) in _waiting)
            {
                if (job.Receipt == receipt)
                {
                    return ahead;
                }

                ahead++;
            }
        }

        return -1;
    }

    /// <summary>Whether a job has been taken and isn't done.</summary>
    internal bool IsTaken(in ReceiptId receipt)
    {
        lock (_lock)
        {
            return _taken.Contains(receipt);
        }
    }

    /// <summary>Nothing more is done for these jobs, which were taken together.</summary>
    internal void Done(IReadOnlyList<ProofJob> jobs)
    {
        lock (_lock)
        {
            _taken.ExceptWith(jobs.Select(static job => job.Receipt));
        }
    }

    /// <summary>The waiting jobs' models and items.</summary>
    internal IReadOnlyList<ProofJob> Snapshot()
    {
        lock (_lock)
        {
            return [.. _waiting.Select(static entry => entry.Job)];
        }
    }

    /// <summary>The next jobs, which are proved together, until <see cref="Done"/>; waits until there are some.</summary>
    internal async Task<IReadOnlyList<ProofJob>> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            IReadOnlyList<ProofJob>? batch = TryTake(out TimeSpan? due);
            if (batch is not null)
            {
                return batch;
            }

            // Whatever comes may complete a batch; so nothing is awaited for longer than until the oldest is due.
            await _changed.WaitAsync(due ?? Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
        }
    }

    public void Dispose() => _changed.Dispose();

    private List<ProofJob>? TryTake(out TimeSpan? due)
    {
        due = null;
        lock (_lock)
        {
            HashSet<(ModelId, string)> seen = [];
            for (LinkedListNode<(ProofJob Job, long Added)>? node = _waiting.First; node is not null; node = node.Next)
            {
                (ProofJob first, long added) = node.Value;
                int most = mostItems(first.Model);
                if (most == 0 || (first.Group.Length > 0 && !seen.Add((first.Model, first.Group))))
                {
                    continue;
                }

                List<LinkedListNode<(ProofJob Job, long Added)>> together = Together(node, most, out bool full);
                TimeSpan left = wait - time.GetElapsedTime(added);
                if (full || first.Group.Length == 0 || left <= TimeSpan.Zero)
                {
                    together.ForEach(_waiting.Remove);
                    _taken.UnionWith(together.Select(static taken => taken.Value.Job.Receipt));
                    return [.. together.Select(static taken => taken.Value.Job)];
                }

                due = due is null || left < due ? left : due;
            }
        }

        return null;
    }

    private static List<LinkedListNode<(ProofJob Job, long Added)>> Together(LinkedListNode<(ProofJob Job, long Added)> first, int most, out bool full)
    {
        ProofJob head = first.Value.Job;
        List<LinkedListNode<(ProofJob Job, long Added)>> together = [first];
        int items = head.Items;
        full = items >= most;
        for (LinkedListNode<(ProofJob Job, long Added)>? node = head.Group.Length == 0 ? null : first.Next; node is not null && !full; node = node.Next)
        {
            ProofJob job = node.Value.Job;
            if (job.Model != head.Model || job.Group != head.Group)
            {
                continue;
            }

            if (items + job.Items > most)
            {
                full = true;
                break;
            }

            together.Add(node);
            items += job.Items;
            full = items == most;
        }

        return together;
    }
}
