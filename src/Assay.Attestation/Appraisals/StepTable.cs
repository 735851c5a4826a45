using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>
/// The steps that evidence of one type has, filled in as they are made. A step that nobody makes stays not-evaluated because of an
/// earlier one; the first failure of a step is kept.
/// </summary>
internal sealed class StepTable
{
    /// <summary>Detail of a step that wasn't reached.</summary>
    internal const string NotReached = "tee/earlier-step";

    private readonly List<AppraisalStep> _steps;

    /// <param name="codes">The steps of this type, in <see cref="StepCodes.All"/>'s order.</param>
    internal StepTable(params ReadOnlySpan<string> codes)
    {
        _steps = new List<AppraisalStep>(codes.Length);
        foreach (string code in codes)
        {
            _steps.Add(new AppraisalStep(code, CheckResult.NotEvaluated, NotReached));
        }
    }

    internal ImmutableArray<AppraisalStep> Steps => [.. _steps];

    internal bool Passes(string code) => _steps.Exists(step => step.Code == code && step.Result == CheckResult.Pass);

    /// <summary>Pass if there is no detail, else fail. A step that failed stays failed.</summary>
    internal void Set(string code, string? detail) => Put(code, detail is null ? CheckResult.Pass : CheckResult.Fail, detail);

    /// <summary>Not evaluated, because of what the detail says.</summary>
    internal void Skip(string code, string detail) => Put(code, CheckResult.NotEvaluated, detail);

    private void Put(string code, CheckResult result, string? detail)
    {
        int index = _steps.FindIndex(step => step.Code == code);
        if (_steps[index].Result != CheckResult.Fail)
        {
            _steps[index] = new AppraisalStep(code, result, detail);
        }
    }
}
