using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>An entry that isn't about a receipt.</summary>
/// <param name="Entry">The entry.</param>
internal sealed record PendingNote(LogEntry Entry) : PendingEntry;
