using System.Collections.Concurrent;
using Assay.Node.Errors;
using Microsoft.Extensions.Primitives;

namespace Assay.Node.Keys;

/// <summary>
/// Decides who may begin a request: the keys now in force, and what each is using. Looks at the key file once a second; a
/// file that changed takes effect without a restart, and a broken one is reported and leaves the old keys in force.
/// </summary>
internal sealed class ApiKeyGate : IDisposable
{
    /// <summary>How often the key file is looked at: the longest time that a revoked key still works.</summary>
    internal static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly ApiKeyFile? _file;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;
    private readonly ConcurrentDictionary<string, ApiKeyUse> _uses = new(StringComparer.Ordinal);
    private readonly Lock _polling = new();
    private readonly ITimer? _timer;
    private volatile ApiKeyRing _ring;

    /// <param name="file">The key file, loaded; null: every caller is anonymous.</param>
    /// <param name="time">The clock of expiry, limits and polling.</param>
    /// <param name="report">Where the operator reads that the file changed, or is broken.</param>
    internal ApiKeyGate(ApiKeyFile? file, TimeProvider time, Action<string> report)
    {
        _file = file;
        _time = time;
        _report = report;
        _ring = file?.Ring ?? ApiKeyRing.Open;
        _timer = file is null ? null : time.CreateTimer(_ => Poll(), null, PollInterval, PollInterval);
    }

    /// <summary>Lets a request begin.</summary>
    /// <param name="authorization">The Authorization headers.</param>
    /// <param name="refused">Why not, when the result is null.</param>
    /// <param name="takesOthersKeys">Whether, on a node without a key file, a key that no node can have made counts as none: OpenAI's clients can't send nothing.</param>
    /// <returns>The caller's place, to be disposed of when the request is over.</returns>
    internal ApiKeyLease? TryEnter(StringValues authorization, out NodeError? refused, bool takesOthersKeys = false)
    {
        refused = _ring.Authenticate(authorization.Count == 0 ? null : authorization.ToString(), _time.GetUtcNow(), out ApiKey? key);
        if (takesOthersKeys && _file is null && refused?.Code == "key_malformed")
        {
            (key, refused) = (ApiKey.Anonymous, null);
        }

        if (refused is not null)
        {
            return null;
        }

        ApiKeyLimits limits = key!.Limits;
        if (limits.RequestsPerMinute is null && limits.Concurrent is null)
        {
            return new ApiKeyLease(key, null);
        }

        // By name, so that a reloaded file doesn't fill the buckets.
        ApiKeyUse use = _uses.GetOrAdd(key.Name, static (_, time) => new ApiKeyUse(time), _time);
        ApiKeyRefusal refusal = use.TryEnter(limits, out int seconds);
        if (refusal == ApiKeyRefusal.None)
        {
            return new ApiKeyLease(key, use);
        }

        refused = refusal == ApiKeyRefusal.Rate
            ? new NodeError(429, "key_rate_limited", $"Your API key may send {limits.RequestsPerMinute} requests a minute.", $"Try again in {seconds} s.") { RetryAfterSeconds = seconds }
            : new NodeError(429, "key_concurrency_limited", $"Your API key may have {limits.Concurrent} requests at the same time.", "Wait for one of them to end.") { RetryAfterSeconds = seconds };
        return null;
    }

    /// <summary>Looks whether the file changed.</summary>
    internal void Poll()
    {
        // The timer may come again while a large file is being read.
        if (!_polling.TryEnter())
        {
            return;
        }

        try
        {
            if (_file!.Refresh(out string? code, out string detail))
            {
                _ring = _file.Ring;
                _report($"assay: the key file changed: {_ring.Keys.Count(k => k.IsInForce(_time.GetUtcNow()))} keys in force");
            }
            else if (code is not null)
            {
                _report($"assay: THE KEY FILE IS REFUSED [{code}] {detail}; the keys that were in force stay in force");
            }
        }
        finally
        {
            _polling.Exit();
        }
    }

    public void Dispose() => _timer?.Dispose();
}
