namespace Assay.Verification;

/// <summary>Everything that a report about a history depends on (spec/history.md). Nothing else is looked at: no file, no network, no clock.</summary>
public sealed record HistoryInput
{
    /// <summary>The history's JSON, as a node gave it.</summary>
    public required ReadOnlyMemory<byte> History { get; init; }

    /// <summary>The reader's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whom to trust; null if the reader has no trust file.</summary>
    public TrustFile? Trust { get; init; }

    /// <summary>Without a trust file: take the keys of the last configuration's receipt as the node's, and say so.</summary>
    public bool FirstUse { get; init; }

    /// <summary>What the reader asked for: everything above this number; 0 for all of it. A history of something else is a finding.</summary>
    public int After { get; init; }

    /// <summary>When the reader fetched it, by its own clock; null: it didn't, or doesn't know.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>Receipts that the reader has of the application, to be held against the history.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Receipts { get; init; } = [];
}
