namespace Assay.Bench.OnnxRuntime;

/// <summary>What a measurement found.</summary>
/// <param name="Runs">Calls measured.</param>
/// <param name="MedianMicroseconds">Half of the calls took at most this long.</param>
/// <param name="P99Microseconds">99 of 100 calls took at most this long.</param>
/// <param name="RowsPerSecond">Rows divided by the time spent in calls.</param>
public sealed record LatencySummary(int Runs, double MedianMicroseconds, double P99Microseconds, double RowsPerSecond);
