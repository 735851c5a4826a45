namespace Assay.Node.Serving;

/// <summary>Smoothed times in milliseconds, so that advice quotes what this node measured and nothing else.</summary>
public sealed class RunningTimes
{
    private readonly Lock _lock = new();
    private readonly Queue<double> _latest = new();
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

    /// <summary>Median of the latest measurements in milliseconds; null until something was measured.</summary>
    public double? MedianMilliseconds
    {
        get
        {
            lock (_lock)
            {
                return _latest.Count == 0 ? null : _latest.Order().ElementAt(_latest.Count / 2);
            }
        }
    }

    /// <summary>Adds one measurement.</summary>
    public void Add(TimeSpan request)
    {
        const double Weight = 0.05;
        const int Kept = 31;
        lock (_lock)
        {
            double milliseconds = request.TotalMilliseconds;
            if (_latest.Count == Kept)
            {
                _latest.Dequeue();
            }

            _latest.Enqueue(milliseconds);
            _request = _request is { } old ? old + (Weight * (milliseconds - old)) : milliseconds;
        }
    }
}
