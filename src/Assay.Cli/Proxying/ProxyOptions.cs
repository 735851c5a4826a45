namespace Assay.Cli.Proxying;

/// <summary>How much a proxy does.</summary>
/// <param name="Provisional">Whether streams are handed on as they come, and only their end waits for the check.</param>
/// <param name="MaximumBody">Longest question, bytes.</param>
/// <param name="Concurrent">Most answers at the same time; each is in memory until it is checked.</param>
/// <param name="Seconds">Longest time from question to answer.</param>
/// <param name="KeepAlive">How long a stream that is held is silent: then comments say that it lives.</param>
internal sealed record ProxyOptions(bool Provisional, int MaximumBody, int Concurrent, TimeSpan Seconds, TimeSpan KeepAlive);
