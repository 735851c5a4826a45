namespace Assay.Testing;

/// <summary>The bounds on one fuzzed input. The first input also pays for start-up, so leave some room.</summary>
/// <param name="FixedBytes">Bytes that may be allocated whatever the input.</param>
/// <param name="BytesPerInputByte">Bytes that may be allocated for each byte of input, on top.</param>
/// <param name="Time">Time for one input. A bound is exceeded only if ten further runs exceed it too.</param>
public sealed record FuzzLimits(long FixedBytes, long BytesPerInputByte, TimeSpan Time)
{
    /// <summary>64 KiB, 64 bytes per byte, 50 ms.</summary>
    public static FuzzLimits Default { get; } = new(64 * 1024, 64, TimeSpan.FromMilliseconds(50));
}
