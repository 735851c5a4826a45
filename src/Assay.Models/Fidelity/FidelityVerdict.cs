namespace Assay.Models.Fidelity;

/// <summary>Whether an exact program is near enough to its float model to be registered without being asked twice.</summary>
/// <param name="Task">"classify", "regress", or "both".</param>
/// <param name="MeasuredOn">"test" or "calibration".</param>
/// <param name="Measure">"top1_agreement", "mean_relative_error" (the worst output's) or "items_refused" (a share): the first that isn't met, else the task's first.</param>
/// <param name="Value">A share, 0.981 for 98.1%.</param>
/// <param name="Limit">At least this agreement, or at most this error or share.</param>
/// <param name="Met">False in a registered model's statement only if whoever registered it accepted that.</param>
public sealed record FidelityVerdict(string Task, string MeasuredOn, string Measure, double Value, double Limit, bool Met);
