using Assay.Primitives;

namespace Assay.Log;

/// <summary>A receipt as it was committed together with its log entry.</summary>
/// <param name="Id">The receipt's id.</param>
/// <param name="LogIndex">The number of its log entry.</param>
/// <param name="CreatedAt">When it was committed, by the log's clock, to the millisecond.</param>
/// <param name="ApiKey">The name of the API key that it counts under.</param>
/// <param name="Counter">Its number under that key: 1, 2, 3…</param>
/// <param name="Record">The bytes that the caller gave; the log doesn't read them.</param>
public sealed record StoredReceipt(
    ReceiptId Id, ulong LogIndex, DateTimeOffset CreatedAt, string ApiKey, ulong Counter, byte[] Record);
