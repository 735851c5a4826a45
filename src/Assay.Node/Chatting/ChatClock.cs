using Assay.Node.Errors;

namespace Assay.Node.Chatting;

/// <summary>
/// What ends an answer before its time: the caller leaves, the node stops, or a limit of time passes, and which one it was. One timer, set anew for each
/// wait, so that a piece costs no allocation.
/// </summary>
internal sealed class ChatClock : IDisposable
{
    /// <summary>The code of an answer whose caller left.</summary>
    internal const string CallerGone = "chat/caller-gone";

    /// <summary>The code of an answer that takes longer than answers may.</summary>
    internal const string Overall = "chat/timeout";

    /// <summary>The code of an answer that its caller didn't take.</summary>
    internal const string SlowReader = "chat/slow-reader";

    private readonly TimeProvider _time;
    private readonly ChatModelLimits _limits;
    private readonly long _began;
    private readonly CancellationToken _caller, _stopping;
    private readonly CancellationTokenSource _late, _all;
    private readonly Lock _waiting = new();
    private NodeError _reason = null!;
    private volatile bool _hasLeft;

    internal ChatClock(ChatModelLimits limits, TimeProvider time, long began, CancellationToken caller, CancellationToken stopping)
    {
        (_limits, _time, _began, _caller, _stopping) = (limits, time, began, caller, stopping);
        _late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _all = CancellationTokenSource.CreateLinkedTokenSource(caller, stopping, _late.Token);
    }

    /// <summary>Ends the work.</summary>
    internal CancellationToken Token => _all.Token;

    /// <summary>Whether somebody may still listen.</summary>
    internal bool IsHeard { get; private set; } = true;

    internal void AwaitFirst() => Await(_limits.FirstToken, "chat/first-token-timeout", "The model didn't begin to answer");

    internal void AwaitNext() => Await(_limits.PerToken, "chat/token-timeout", "The model didn't go on");

    internal void AwaitCaller() => Await(_limits.Write, SlowReader, "The answer wasn't taken");

    /// <summary>Nothing is waited for any more but the end.</summary>
    internal void Rest() => _late.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Says that the connection was found closed.</summary>
    internal void CallerLeft()
    {
        _hasLeft = true;
        _late.Cancel();
    }

    /// <summary>Why it ended, once <see cref="Token"/> is cancelled.</summary>
    internal NodeError Why()
    {
        if (_caller.IsCancellationRequested || _hasLeft)
        {
            IsHeard = false;
            return new NodeError(499, CallerGone, "The caller left before the answer was complete.");
        }

        if (_stopping.IsCancellationRequested)
        {
            return new NodeError(503, "chat/stopping", "This node is being stopped.", "Try again in a moment.");
        }

        IsHeard = _reason.Code != SlowReader;
        return _reason;
    }

    public void Dispose()
    {
        _all.Dispose();
        _late.Dispose();
    }

    // The answer and the signer of progress receipts both wait here: what is said to be late must be what the timer runs for.
    private void Await(TimeSpan wait, string code, string what)
    {
        TimeSpan left = _limits.Overall - _time.GetElapsedTime(_began);
        bool isOverall = left < wait;
        TimeSpan limit = isOverall ? left : wait;
        lock (_waiting)
        {
            if (_reason is null || _reason.Code != (isOverall ? Overall : code))
            {
                _reason = isOverall
                    ? new NodeError(504, Overall, $"The answer wasn't complete after {_limits.Overall.TotalSeconds:0} s.", "Ask for fewer tokens.") { IsFinal = true }
                    : new NodeError(504, code, $"{what} within {wait.TotalSeconds:0.###} s.") { IsFinal = true };
            }

            _late.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);
        }
    }
}
