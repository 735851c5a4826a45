namespace Assay.Node.Keys;

/// <summary>
/// How much one key is using right now: a token bucket and a count of requests in flight, decided together under one lock so
/// that parallel requests can't slip through between a look and a step.
/// </summary>
/// <remarks>
/// The bucket counts in clock ticks times tokens: a request costs a minute of ticks, whatever the limit, and a tick earns as
/// many units as the limit has requests. So the arithmetic is exact, and a changed limit keeps what was used up.
/// It runs on the monotonic clock: setting the machine's time neither fills nor drains it.
/// </remarks>
internal sealed class ApiKeyUse
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _cost;
    private long _last;
    private long _credit;
    private int _inFlight;

    internal ApiKeyUse(TimeProvider time)
    {
        _time = time;
        _cost = 60 * time.TimestampFrequency;
        _last = time.GetTimestamp();
        _credit = long.MaxValue;
    }

    /// <summary>Takes a token and a place, or neither.</summary>
    /// <param name="limits">The limits now in force.</param>
    /// <param name="retryAfterSeconds">When it is worth trying again, if nothing was taken.</param>
    internal ApiKeyRefusal TryEnter(ApiKeyLimits limits, out int retryAfterSeconds)
    {
        lock (_gate)
        {
            retryAfterSeconds = 1;
            if (_inFlight >= limits.Concurrent)
            {
                return ApiKeyRefusal.Concurrency;
            }

            if (limits.RequestsPerMinute is { } rate)
            {
                long now = _time.GetTimestamp();

                // More than a minute fills the bucket anyway; cutting there keeps the product far below overflow.
                long elapsed = Math.Clamp(now - _last, 0, _cost);
                _last = now;
                long capacity = _cost * rate;
                _credit = Math.Min(capacity, Math.Min(_credit, capacity) + (elapsed * rate));
                if (_credit < _cost)
                {
                    long perSecond = rate * _time.TimestampFrequency;
                    retryAfterSeconds = (int)((_cost - _credit + perSecond - 1) / perSecond);
                    return ApiKeyRefusal.Rate;
                }

                _credit -= _cost;
            }

            _inFlight++;
            return ApiKeyRefusal.None;
        }
    }

    /// <summary>Gives the place back.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _inFlight--;
        }
    }
}
