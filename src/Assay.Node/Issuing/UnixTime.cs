namespace Assay.Node.Issuing;

/// <summary>Times as receipts have them.</summary>
internal static class UnixTime
{
    /// <summary>Microseconds since 1970.</summary>
    internal static ulong Microseconds(DateTimeOffset time) => (ulong)((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
}
