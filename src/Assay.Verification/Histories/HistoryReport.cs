namespace Assay.Verification;

/// <summary>What a reader says about a history (spec/history.md).</summary>
public sealed record HistoryReport
{
    /// <summary>What it comes to: met, untrusted (also where something is refuted), or can't be evaluated.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Why, as a stable code: <c>met</c>, or that of the first finding that counts.</summary>
    public required string Reason { get; init; }

    /// <summary>The same in plain words.</summary>
    public required string Summary { get; init; }

    /// <summary>The application's name; null: the history can't be read.</summary>
    public string? Application { get; init; }

    /// <summary>The node's name, by the receipts; null: none can be read.</summary>
    public string? Node { get; init; }

    /// <summary>When the node says that it was asked.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>It begins after this number.</summary>
    public int After { get; init; }

    /// <summary>Whether it ends before the last configuration.</summary>
    public bool IsMore { get; init; }

    /// <summary>Where keys were taken as they came: the lines of a trust file that would trust them. Null otherwise.</summary>
    public string? FirstUseLines { get; init; }

    /// <summary>Ascending by number, unless that is a finding.</summary>
    public IReadOnlyList<ConfigurationReport> Configurations { get; init; } = [];

    /// <summary>What isn't as it must be.</summary>
    public IReadOnlyList<HistoryFinding> Findings { get; init; } = [];

    /// <summary>The reader's receipts, in the order of the input.</summary>
    public IReadOnlyList<HeldReceipt> Held { get; init; } = [];

    /// <summary>The exit code of <c>assay history</c>.</summary>
    public int ExitCode => (int)Outcome;
}
