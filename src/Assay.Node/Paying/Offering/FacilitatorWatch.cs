using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>Keeps fresh what the facilitator settles: what it doesn't, isn't offered.</summary>
internal sealed class FacilitatorWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    private readonly IFacilitator _facilitator;
    private readonly System.Numerics.BigInteger _chainId;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;
    private volatile SupportedKinds _kinds = SupportedKinds.None;
    private bool _isSilent;

    internal FacilitatorWatch(IFacilitator facilitator, System.Numerics.BigInteger chainId, TimeProvider time, Action<string> report) =>
        (_facilitator, _chainId, _time, _report) = (facilitator, chainId, time, report);

    /// <summary>What it settled when it was asked last. While it doesn't answer, what it said before stands: whether it holds, its check of a payment tells.</summary>
    internal SupportedKinds Kinds => _kinds;

    /// <summary>Asks for the first time, and from then on now and then.</summary>
    internal async Task StartAsync(CancellationToken cancellation)
    {
        await AskAsync(cancellation).ConfigureAwait(false);
        _watching = Task.Run(WatchAsync, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Asks once.</summary>
    internal async Task AskAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        limit.CancelAfter(LongestAnswer);
        IReadOnlyList<SupportedKind>? kinds = null;
        try
        {
            kinds = await _facilitator.SupportedAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            // As good as no answer.
        }

        if (kinds is null != _isSilent)
        {
            _isSilent = kinds is null;
            _report(_isSilent ? "assay: warning: the facilitator doesn't answer; no payment can be taken meanwhile" : "assay: the facilitator answers again");
        }

        if (kinds is not null)
        {
            _kinds = SupportedKinds.Of(kinds, _chainId);
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_isSilent ? Retry : Interval, _time, _stop.Token).ConfigureAwait(false);
                await AskAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }
}
