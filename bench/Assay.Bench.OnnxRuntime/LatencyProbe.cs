using System.Diagnostics;

namespace Assay.Bench.OnnxRuntime;

/// <summary>Measures the latency of calls in loops bounded by time.</summary>
public static class LatencyProbe
{
    /// <summary>Short enough that a disturbance of the machine falls on all contenders alike.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    /// <summary>Measures contenders side by side: they take turns of 20 ms, so that the machine's mood is shared.</summary>
    /// <param name="contenders">Each call is one run; the first run of every turn is not counted.</param>
    /// <param name="rowsPerRun">Rows that one run works on.</param>
    /// <param name="warmUp">Time for each contender before anything is counted.</param>
    /// <param name="duration">Time measured for each contender; at least one run is counted.</param>
    /// <returns>One summary for each contender, in order.</returns>
    public static IReadOnlyList<LatencySummary> Measure(
        IReadOnlyList<Action> contenders, int rowsPerRun, TimeSpan warmUp, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(contenders);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerRun, 1);
        List<long>[] samples = new List<long>[contenders.Count];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = [];
            RunFor(contenders[i], warmUp, samples[i]);
            samples[i].Clear();
        }

        int turns = Math.Max(1, (int)Math.Ceiling(duration / Slice));
        for (int turn = 0; turn < turns; turn++)
        {
            for (int i = 0; i < samples.Length; i++)
            {
                contenders[i](); // the caches were another's
                RunFor(contenders[i], Slice, samples[i]);
            }
        }

        return Array.ConvertAll(samples, taken => Summarize(taken, rowsPerRun));
    }

    private static void RunFor(Action run, TimeSpan time, List<long> samples)
    {
        long until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        long end;
        do
        {
            long start = Stopwatch.GetTimestamp();
            run();
            end = Stopwatch.GetTimestamp();
            samples.Add(end - start);
        }
        while (end < until);
    }

    private static LatencySummary Summarize(List<long> samples, int rowsPerRun)
    {
        samples.Sort();
        double total = 0;
        foreach (long sample in samples)
        {
            total += sample;
        }

        return new LatencySummary(
            samples.Count,
            Quantile(samples, 0.5),
            Quantile(samples, 0.99),
            rowsPerRun * (double)samples.Count * Stopwatch.Frequency / total);
    }

    private static double Quantile(List<long> sorted, double quantile) =>
        sorted[(int)Math.Ceiling(quantile * sorted.Count) - 1] * 1e6 / Stopwatch.Frequency;
}
