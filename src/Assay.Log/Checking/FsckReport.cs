namespace Assay.Log.Checking;

/// <summary>What a check of a log's folder found.</summary>
/// <param name="Outcome">The result.</param>
/// <param name="Origin">The log's name; null if it can't be read.</param>
/// <param name="Checkpoint">The database's checkpoint, if it verifies.</param>
/// <param name="Entries">Number of durable entries.</param>
/// <param name="Receipts">Number of receipts.</param>
/// <param name="Findings">What is wrong, at most <see cref="FsckOptions.MaxFindings"/>.</param>
/// <param name="FindingCount">How many things are wrong, with those not listed.</param>
/// <param name="NotChecked">What this run didn't look at: codes of <see cref="FsckNotChecked"/>.</param>
public sealed record FsckReport(
    FsckOutcome Outcome,
    string? Origin,
    LogCheckpoint? Checkpoint,
    ulong Entries,
    ulong Receipts,
    IReadOnlyList<LogFinding> Findings,
    ulong FindingCount,
    IReadOnlyList<string> NotChecked);
