using Assay.Attestation;
using Assay.Primitives;

namespace Assay.Node.Attesting;

/// <summary>What an operator is told about evidence of its own that isn't accepted.</summary>
internal static class AppraisalText
{
    /// <summary>Which step is in the way, and what the evidence says of the build.</summary>
    internal static string Of(Appraisal appraisal, AttestationPolicy policy)
    {
        AppraisalStep? step = appraisal.Steps.FirstOrDefault(static step => step.Result == CheckResult.Fail) ?? appraisal.Steps.FirstOrDefault(static step => step.Result != CheckResult.Pass);
        string why = step is null ? appraisal.Reason ?? "" : $"{step.Code}: {step.Detail}";
        return $"its own evidence isn't accepted by policy '{policy.Name}' version {policy.Version} ({why}){(appraisal.Facts is { } facts ? $". The evidence says: {Build(facts)}" : "")}";
    }

    /// <summary>The build as a policy would name it, and the platform's digest.</summary>
    internal static string Build(EvidenceFacts facts) =>
        $"{{\"name\":\"{NodeVersion.Build}\",\"type\":\"{EvidenceTypes.NameOf(facts.Type)}\",\"measurements\":{{{string.Join(',', facts.Measurements.Select(static m => $"\"{m.Name}\":\"{Convert.ToHexStringLower(m.Value.Span)}\""))}}}}} on platform {facts.Platform.Digest}";
}
