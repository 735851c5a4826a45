using Assay.Chat;

namespace Assay.Upstream;

/// <summary>One answer: the first of the operator's servers that begins one gives all of it.</summary>
internal sealed class UpstreamRun(ChatPlan plan, UpstreamOptions options, IReadOnlyList<UpstreamChannel> channels, CancellationToken caller) : IDisposable
{
    private readonly UpstreamClock _clock = new(options, caller);
    private readonly List<string> _failovers = [];
    private UpstreamAttempt? _attempt;

    /// <summary>What is known of it so far.</summary>
    internal ChatRunReport Report => new() { Usage = _attempt?.Usage, Upstream = _attempt?.Word, Mutations = [.. _failovers, .. _attempt?.Mutations ?? []] };

    /// <summary>Asks the servers in order until one has begun to answer.</summary>
    internal async Task<bool> BeginAsync(List<ChatEvent> into)
    {
        for (int i = 0; ; i++)
        {
            _attempt = new UpstreamAttempt(plan, channels[i], options, _clock, i + 1);
            try
            {
                return await _attempt.BeginAsync(into).ConfigureAwait(false);
            }
            catch (ChatBackendException e) when (i + 1 < channels.Count && e.Code is not (UpstreamCodes.Rejected or ChatCodes.TooLong) && _clock.HasTime)
            {
                // Nothing of it was handed on, and nothing of it may be.
                into.Clear();
                _failovers.Add($"failover {_attempt.Origin} {e.Code}");
                _attempt.Dispose();
                _attempt = null;
                _clock.Renew();
                if (channels[i + 1].Model != channels[i].Model)
                {
                    _failovers.Add(UpstreamPlanner.ChangedModel(channels[i + 1].Model));
                }
            }
        }
    }

    /// <summary>Goes on.</summary>
    internal ValueTask<bool> NextAsync(List<ChatEvent> into) => _attempt!.NextAsync(into);

    public void Dispose()
    {
        _attempt?.Dispose();
        _clock.Dispose();
    }
}
