namespace Assay.Node.Serving;

/// <summary>Smoothed times in milliseconds, so that advice quotes what this node measured and nothing else.</summary>
public sealed class RunningTimes
{
    private readonly Lock _lock = new();
    private double? _request;

    /// <summary>Milliseconds from request to durable receipt; null until something was measured.</summary>
    public double? RequestMilliseconds
    {
        get
        {
            lock (_lock)
            {
                return _request;
            }
        }
    }

    /// <summary>Adds one measurement.</summary>
    public void Add(TimeSpan request)
    {
        const double Weight = 0.05;
        lock (_lock)
        {
            double milliseconds = request.TotalMilliseconds;
            _request = _request is { } old ? old + (Weight * (milliseconds - old)) : milliseconds;
        }
    }
}
