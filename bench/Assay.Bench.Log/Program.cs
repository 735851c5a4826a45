using System.Globalization;
using Assay.Bench.Log;

if (args is not ([_] or [_, _]) || !double.TryParse(args.Length == 2 ? args[1] : "3", CultureInfo.InvariantCulture, out double seconds))
{
    Console.Error.WriteLine("Usage: FOLDER [SECONDS-PER-MEASUREMENT, by default 3]");
    return 4;
}

Console.WriteLine($"{"",-34}{"per second",12}{"p50 ms",10}{"p99 ms",10}");
foreach (LogBenchmarkResult result in new LogBenchmark(args[0], TimeSpan.FromSeconds(seconds)).Run())
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Name,-34}{result.PerSecond,12:F0}{result.P50.TotalMilliseconds,10:F3}{result.P99.TotalMilliseconds,10:F3}"));
}

return 0;
