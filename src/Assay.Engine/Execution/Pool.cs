using System.Collections.Concurrent;

namespace Assay.Engine.Execution;

/// <summary>Objects for reuse. The one returned last is taken first, because it is in the cache.</summary>
internal sealed class Pool<T>
    where T : class
{
    private readonly ConcurrentQueue<T> _others = [];
    private T? _last;

    /// <summary>An object, or null if all are in use.</summary>
    public T? TryRent()
    {
        T? item = Interlocked.Exchange(ref _last, null);
        return item ?? (_others.TryDequeue(out item) ? item : null);
    }

    public void Return(T item)
    {
        T? previous = Interlocked.Exchange(ref _last, item);
        if (previous is not null)
        {
            _others.Enqueue(previous);
        }
    }
}
