namespace Assay.Log;

/// <summary>How far an API key has come.</summary>
/// <param name="Counter">The last counter given under it.</param>
/// <param name="LogIndex">The number of that receipt's log entry.</param>
public readonly record struct KeyCounter(ulong Counter, ulong LogIndex);
