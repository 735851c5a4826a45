using Assay.Attestation;

namespace Assay.Node.Attesting;

/// <summary>
/// One question to the hardware at a time, and a limit to each. Hardware that never answers keeps its turn: asking it a second time at once
/// is what kernel interfaces don't bear.
/// </summary>
internal sealed class HardwareTurn(IAttester attester, TimeSpan longest) : IAsyncDisposable
{
    // For the device's own clean-up once it was told to stop.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Asks, when it is its turn.</summary>
    internal async Task<AttesterResult> AskAsync(TeeBinding binding, CancellationToken cancellation)
    {
        if (!await _turn.WaitAsync(longest, cancellation).ConfigureAwait(false))
        {
            return AttesterResult.Failed(AttesterErrors.Busy, "an earlier question isn't answered yet");
        }

        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(longest);

        // Off this thread: a system call may block as long as it likes.
        Task<AttesterResult> asking = Task.Run(async () =>
        {
            try
            {
                return await attester.AttestAsync(binding, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                limit.Dispose();
                _turn.Release();
            }
        }, CancellationToken.None);
        try
        {
            return await asking.WaitAsync(longest + Grace, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return AttesterResult.Failed(AttesterErrors.Timeout, $"no answer within {longest.TotalSeconds:F0} s");
        }
    }

    /// <summary>Ends a question that is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (await _turn.WaitAsync(Grace).ConfigureAwait(false))
        {
            _stopping.Dispose();
            _turn.Dispose();
        }
    }
}
