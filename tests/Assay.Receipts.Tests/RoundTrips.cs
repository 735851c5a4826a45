using Assay.Primitives.Cbor;
using Assay.Testing;

namespace Assay.Receipts.Tests;

/// <summary>Fuzzing of readers whose accepted inputs encode to themselves.</summary>
internal static class RoundTrips
{
    /// <summary>Feeds mutated seeds; <paramref name="roundTrip"/> reads and writes again, or gives null for what it refuses.</summary>
    public static string Fuzz(IReadOnlyList<byte[]> seeds, Func<byte[], byte[]?> roundTrip)
    {
        FuzzSummary summary = FuzzRun.Run(seeds, bytes =>
        {
            byte[]? again = roundTrip(bytes);
            Assert.True(again is null || again.AsSpan().SequenceEqual(bytes), "What was accepted encodes to other bytes.");
            return again is not null;
        }, oneOf: 4);
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
        return summary.ToString();
    }

    public static byte[] Written(Action<CborWriter> write)
    {
        CborWriter writer = new();
        write(writer);
        return writer.ToArray();
    }
}
