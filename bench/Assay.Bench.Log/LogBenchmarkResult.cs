namespace Assay.Bench.Log;

/// <summary>One line of a benchmark.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="PerSecond">Operations (entries, requests, proofs, syncs) per second.</param>
/// <param name="P50">Median time of what a caller waits for: a sync, a commit, a request, a proof.</param>
/// <param name="P99">The 99th percentile of the same.</param>
public sealed record LogBenchmarkResult(string Name, double PerSecond, TimeSpan P50, TimeSpan P99);
