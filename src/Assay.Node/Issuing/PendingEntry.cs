namespace Assay.Node.Issuing;

/// <summary>What waits for the log: a receipt, or what was said about one.</summary>
internal abstract record PendingEntry;
