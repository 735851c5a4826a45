namespace Assay.Receipts;

/// <summary>The texts of findings as they stand in endorsements and log entries.</summary>
public static class EndorsementNames
{
    /// <summary>The stable id, for example <c>refuted</c>.</summary>
    public static string Id(EndorsementFinding finding) => finding switch
    {
        EndorsementFinding.Established => "established",
        EndorsementFinding.Refuted => "refuted",
        EndorsementFinding.Expired => "expired",
        _ => throw new ArgumentOutOfRangeException(nameof(finding)),
    };

    /// <summary>The finding with this id.</summary>
    public static bool TryFinding(string id, out EndorsementFinding finding)
    {
        foreach (EndorsementFinding candidate in (ReadOnlySpan<EndorsementFinding>)[EndorsementFinding.Established, EndorsementFinding.Refuted, EndorsementFinding.Expired])
        {
            if (Id(candidate) == id)
            {
                finding = candidate;
                return true;
            }
        }

        finding = default;
        return false;
    }
}
