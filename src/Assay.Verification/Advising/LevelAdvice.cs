using Assay.Receipts;

namespace Assay.Verification.Advising;

/// <summary>One level, judged against what was asked.</summary>
/// <param name="Level">The level, in canonical order.</param>
/// <param name="Available">Whether the node can meet it today.</param>
/// <param name="WithinLimits">Whether it keeps to the time and price that were asked for; an unmeasured time doesn't.</param>
/// <param name="Milliseconds">Measured time until the evidence is there; null if some part was never measured.</param>
/// <param name="Price">Price a request in US dollars.</param>
/// <param name="Cells">The threats that were asked about, each with how far it is covered and why.</param>
public sealed record LevelAdvice(VerificationLevel Level, bool Available, bool WithinLimits, double? Milliseconds, decimal Price, IReadOnlyList<CoverageTable.Cell> Cells)
{
    /// <summary>Whether every threat is covered in full.</summary>
    public bool CoversAll => Cells.All(static c => c.Coverage == Coverage.Covered);

    /// <summary>Threats not covered in full.</summary>
    public IEnumerable<CoverageTable.Cell> Left => Cells.Where(static c => c.Coverage != Coverage.Covered);
}
