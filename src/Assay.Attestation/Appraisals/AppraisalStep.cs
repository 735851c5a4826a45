using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>One step of an appraisal.</summary>
/// <param name="Code">One of <see cref="StepCodes"/>.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Detail">A stable code; null if it passed.</param>
public sealed record AppraisalStep(string Code, CheckResult Result, string? Detail);
