using Assay.Chat;

namespace Assay.Upstream;

/// <summary>How long an upstream may take: for each step, and over all attempts. One timer, which runs only while something is waited for.</summary>
internal sealed class UpstreamClock : IDisposable
{
    private readonly UpstreamOptions _options;
    private readonly CancellationToken _caller;
    private readonly long _began;
    private CancellationTokenSource _late = null!;
    private CancellationTokenSource _both = null!;

    internal UpstreamClock(UpstreamOptions options, CancellationToken caller)
    {
        (_options, _caller, _began) = (options, caller, options.Time.GetTimestamp());
        Renew();
    }

    internal CancellationToken Token => _both.Token;

    /// <summary>Whether time is left for another attempt.</summary>
    internal bool HasTime => Left > TimeSpan.Zero;

    private TimeSpan Left => _options.Total - _options.Time.GetElapsedTime(_began);

    /// <summary>A new attempt begins.</summary>
    internal void Renew()
    {
        Dispose();
        _late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _options.Time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_caller, _late.Token);
    }

    internal void Await(TimeSpan most)
    {
        TimeSpan left = Left;
        _late.CancelAfter(left < most ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : most);
    }

    /// <summary>Nothing is waited for: what the node's caller does takes none of the upstream's time.</summary>
    internal void Rest() => _late.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>What a failure of the connection is to the caller; throws if it is the caller who left.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="code">What it is if no time passed.</param>
    /// <param name="what">The same in words.</param>
    internal ChatBackendException Explain(Exception failure, string code, string what)
    {
        _caller.ThrowIfCancellationRequested();
        return _late.IsCancellationRequested ? new ChatBackendException(UpstreamCodes.Timeout, "The server behind this model took too long.", 504)
            : failure is OperationCanceledException ? new ChatBackendException(UpstreamCodes.Unreachable, "The server behind this model can't be reached in time.")
            : new ChatBackendException(code, what);
    }

    public void Dispose()
    {
        _both?.Dispose();
        _late?.Dispose();
    }
}
