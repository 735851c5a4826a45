using System.Diagnostics;

namespace Assay.Testing;

/// <summary>
/// Feeds mutated inputs to a parser and asserts that it neither throws nor takes memory or time out of proportion:
/// 50 000 inputs, fewer where one takes long, or a million with ASSAY_DEEP=1.
/// </summary>
public static class FuzzRun
{
    private const int NormalCount = 50_000;
    private const int DeepCount = 1_000_000;

    // Of an input that was over a bound: the best of all runs counts.
    private const int FurtherRuns = 10;

    /// <summary>The normal number of inputs, or the deep one.</summary>
    public static int Count => IsDeep ? DeepCount : NormalCount;

    /// <summary>Whether ASSAY_DEEP=1 asks for the long runs.</summary>
    public static bool IsDeep => Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1";

    /// <summary>Runs <paramref name="parse"/> on <see cref="Count"/> mutated inputs.</summary>
    /// <param name="seeds">Good inputs; each is also fed as it is, cut at every length, and with every bit flipped.</param>
    /// <param name="parse">Returns whether the input was accepted. Must not throw. Properties of accepted inputs are asserted inside.</param>
    /// <param name="limits">The bounds on one input, by default <see cref="FuzzLimits.Default"/>.</param>
    /// <param name="randomSeed">Fixed, so that a failure comes back; printed with it.</param>
    /// <param name="oneOf">For inputs that take long: one of so many is run; all of them in the deep run.</param>
    /// <returns>How many inputs were accepted and refused: a run that only ever meets one kind tests little.</returns>
    public static FuzzSummary Run(
        IReadOnlyList<byte[]> seeds, Func<byte[], bool> parse, FuzzLimits? limits = null, int randomSeed = 1, int oneOf = 1)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(parse);
        FuzzLimits bounds = limits ?? FuzzLimits.Default;
        int accepted = 0;
        int total = 0;
        foreach (byte[] input in Systematic(seeds).Concat(Mutated(seeds, randomSeed, IsDeep ? Count : Count / oneOf)))
        {
            total++;
            if (RunOne(input, parse, bounds, total))
            {
                accepted++;
            }
        }

        return new FuzzSummary(accepted, total - accepted);
    }

    /// <summary>Each seed, its every truncation and its every single-bit flip.</summary>
    public static IEnumerable<byte[]> Systematic(IEnumerable<byte[]> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        foreach (byte[] seed in seeds)
        {
            yield return seed;

            // Long seeds are left to the random mutations: quadratic work buys nothing there.
            if (seed.Length > 1024)
            {
                continue;
            }

            for (int length = 0; length < seed.Length; length++)
            {
                yield return seed[..length];
            }

            for (int bit = 0; bit < 8 * seed.Length; bit++)
            {
                byte[] flipped = [.. seed];
                flipped[bit >> 3] ^= (byte)(1 << (bit & 7));
                yield return flipped;
            }
        }
    }

    private static IEnumerable<byte[]> Mutated(IReadOnlyList<byte[]> seeds, int randomSeed, int count)
    {
        Mutator mutator = new(randomSeed, seeds);
        for (int i = 0; i < count; i++)
        {
            yield return mutator.Next();
        }
    }

    private static bool RunOne(byte[] input, Func<byte[], bool> parse, FuzzLimits limits, int number)
    {
        bool accepted;
        long allocated;
        TimeSpan elapsed;
        try
        {
            (accepted, allocated, elapsed) = Measure(input, parse);
        }
        catch (Exception e)
        {
            throw new FuzzFailureException($"Input {number} threw: {Describe(input)}", e);
        }

        // The machine may have been busy, and a collection counts the unused rest of the thread's allocation buffer: what an input
        // really takes, it takes every time.
        long most = limits.FixedBytes + limits.BytesPerInputByte * input.Length;
        for (int i = 0; i < FurtherRuns && (allocated > most || elapsed > limits.Time); i++)
        {
            (_, long again, TimeSpan time) = Measure(input, parse);
            allocated = Math.Min(allocated, again);
            elapsed = time < elapsed ? time : elapsed;
        }

        return allocated > most ? throw new FuzzFailureException($"Input {number} allocated {allocated} bytes: {Describe(input)}")
            : elapsed > limits.Time ? throw new FuzzFailureException($"Input {number} took {elapsed}: {Describe(input)}")
            : accepted;
    }

    private static (bool Accepted, long Allocated, TimeSpan Elapsed) Measure(byte[] input, Func<byte[], bool> parse)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long startedAt = Stopwatch.GetTimestamp();
        bool accepted = parse(input);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(startedAt);
        return (accepted, GC.GetAllocatedBytesForCurrentThread() - before, elapsed);
    }

    private static string Describe(byte[] input) =>
        input.Length <= 2048 ? Convert.ToHexStringLower(input) : $"{Convert.ToHexStringLower(input.AsSpan(0, 2048))}... ({input.Length} bytes)";
}
