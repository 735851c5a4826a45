namespace Assay.Attestation;

/// <summary>Times in documents: Unix milliseconds, 8 bytes, up to the year 9999.</summary>
internal static class AttestationTime
{
    internal const ulong MaxUnixMilliseconds = 253402300799999;

    /// <summary>How far two clocks may be apart.</summary>
    internal static TimeSpan Tolerance { get; } = TimeSpan.FromMinutes(5);
}
