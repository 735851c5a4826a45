namespace Assay.Log;

/// <summary>A log entry about a receipt that is in the log already, with its record.</summary>
/// <param name="LogIndex">The number of its log entry.</param>
/// <param name="Record">The bytes that the caller gave; the log doesn't read them.</param>
public sealed record StoredEndorsement(ulong LogIndex, byte[] Record);
