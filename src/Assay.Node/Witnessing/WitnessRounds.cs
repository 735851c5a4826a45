using Assay.Log;

namespace Assay.Node.Witnessing;

/// <summary>
/// Brings the log's checkpoints to its witnesses, in the background: no answer and no checkpoint waits for a witness. All
/// witnesses are given the same checkpoints, so that their cosignatures meet on one; a slow one skips some, one that fails
/// is asked less and less often.
/// </summary>
internal sealed class WitnessRounds : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly TiledLog _log;
    private readonly TimeSpan _interval;
    private readonly HttpClient _http;
    private readonly WitnessSubmitter[] _submitters;
    private readonly Action<string> _warn;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LogCheckpoint? _target;

    internal WitnessRounds(TiledLog log, NodeOptions options, Action<string> warn)
    {
        _log = log;
        _interval = options.WitnessInterval;
        _warn = warn;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 64 * 1024,
        };
        _submitters = [.. options.Witnesses.Select(witness => new WitnessSubmitter(witness, log, _http, options.WitnessTimeout))];
        _running = _submitters.Length == 0
            ? Task.CompletedTask
            : Task.WhenAll([Task.Run(ChooseAsync), .. _submitters.Select(submitter => Task.Run(() => SubmitAsync(submitter)))]);
    }

    /// <summary>How it goes with each witness.</summary>
    internal IEnumerable<WitnessStatus> Statuses => _submitters.Select(static submitter => submitter.Status);

    /// <summary>Whether a cosignature may be expected soon: some witness answered well when it was asked last.</summary>
    internal bool IsAnyWell => _submitters.Any(static submitter => submitter.Status is { Error: null });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _http.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Chooses the checkpoints: the next new one, then none for an interval.</summary>
    private async Task ChooseAsync()
    {
        try
        {
            while (true)
            {
                await _log.WaitForAsync(_target?.Size ?? 0, _stopping.Token).ConfigureAwait(false);
                Volatile.Write(ref _target, _log.Checkpoint);
                Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
                await Task.Delay(_interval, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LogException)
        {
            // Stopping; or the log is faulted, and there will be no checkpoints.
        }
    }

    private async Task SubmitAsync(WitnessSubmitter submitter)
    {
        TimeSpan pause = FirstPause;
        ulong done = 0;
        try
        {
            while (true)
            {
                Task changed = Volatile.Read(ref _changed).Task;
                if (Volatile.Read(ref _target) is not { } target || target.Size <= done)
                {
                    await changed.WaitAsync(_stopping.Token).ConfigureAwait(false);
                    continue;
                }

                string? before = submitter.Status.Error;
                string? error = await submitter.SubmitAsync(target, _stopping.Token).ConfigureAwait(false);
                Report(submitter.Status, before);
                if (error is null)
                {
                    done = target.Size;
                    pause = FirstPause;
                    continue;
                }

                await Task.Delay(pause, _stopping.Token).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Once for each change: a witness that is down for a day isn't a line a minute.</summary>
    private void Report(WitnessStatus now, string? before)
    {
        if (now.Error is not null && now.Error != before)
        {
            _warn($"assay: warning: witness '{now.Key.Name}': {now.Error}; checkpoints go out without its cosignature");
        }
        else if (now.Error is null && before is not null)
        {
            _warn($"assay: witness '{now.Key.Name}' cosigns again");
        }
    }
}
