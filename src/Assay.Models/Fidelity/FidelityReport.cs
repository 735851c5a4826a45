using System.Collections.Immutable;

namespace Assay.Models.Fidelity;

/// <summary>How far the exact program is from the float model: on calibration data, and on a test set if there is one.</summary>
/// <param name="FloatReference">What it is compared with.</param>
/// <param name="Target">The mean relative error that was asked for, if one was.</param>
/// <param name="Calibration">Over all calibration items.</param>
/// <param name="Test">Over all test items.</param>
/// <param name="Layers">The program's widths, in its order.</param>
/// <param name="Search">What the search for widths did, in words, in order.</param>
/// <param name="Verdict">Whether that is near enough; null in statements made before there was a rule.</param>
public sealed record FidelityReport(
    string FloatReference,
    double? Target,
    SetFidelity Calibration,
    SetFidelity? Test,
    ImmutableArray<LayerFidelity> Layers,
    ImmutableArray<string> Search,
    FidelityVerdict? Verdict = null)
{
    /// <summary>
    /// Whether the figures above meet the rule, judged again: what a statement says of itself isn't taken over. Null if it
    /// has no verdict, so nobody can say.
    /// </summary>
    public bool? MeetsTheRule() => Verdict is { } verdict ? verdict.Met && AcceptanceRule.Judge(verdict.Task, Calibration, Test).Met : null;
}
