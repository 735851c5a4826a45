using Assay.Primitives;

namespace Assay.Node.Paying;

/// <summary>A payment that is being worked for, with all the requests that wait for it.</summary>
internal sealed class Flight(Digest32 request, Digest32 payload) : IDisposable
{
    private readonly TaskCompletionSource<PaidAnswer> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abandoned = new();
    private int _waiting;

    /// <summary>Whether nobody waits for it any more.</summary>
    internal bool IsAbandoned => Volatile.Read(ref _waiting) <= 0;

    /// <summary>The same, to be waited for.</summary>
    internal CancellationToken Abandoned => _abandoned.Token;

    /// <summary>The end, for those that joined.</summary>
    internal Task<PaidAnswer> Answer => _done.Task;

    /// <summary>Whether that is the same request with the same payment.</summary>
    internal bool IsSame(in Digest32 otherRequest, in Digest32 otherPayload) => request == otherRequest && payload == otherPayload;

    /// <summary>One more waits; until it is gone.</summary>
    internal CancellationTokenRegistration Join(CancellationToken gone)
    {
        Interlocked.Increment(ref _waiting);
        return gone.UnsafeRegister(static flight => ((Flight)flight!).Leave(), this);
    }

    internal void End(PaidAnswer answer) => _done.TrySetResult(answer);

    internal void End(Exception exception)
    {
        _done.TrySetException(exception);

        // Mostly nobody joined; then nobody looks at it.
        _ = _done.Task.Exception;
    }

    public void Dispose() => _abandoned.Dispose();

    private void Leave()
    {
        if (Interlocked.Decrement(ref _waiting) > 0)
        {
            return;
        }

        try
        {
            _abandoned.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was over already.
        }
    }
}
