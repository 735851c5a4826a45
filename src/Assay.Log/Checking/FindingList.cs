namespace Assay.Log.Checking;

/// <summary>Collects findings, and keeps as many as a report may have.</summary>
internal sealed class FindingList
{
    private readonly List<LogFinding> _kept = [];

    /// <summary>The findings kept.</summary>
    public IReadOnlyList<LogFinding> Kept => _kept;

    /// <summary>All findings.</summary>
    public ulong Count { get; private set; }

    public void Add(string code, string subject, string detail)
    {
        Count++;
        if (_kept.Count < FsckOptions.MaxFindings)
        {
            _kept.Add(new LogFinding(code, subject, detail));
        }
    }
}
