using Assay.Attestation;

namespace Assay.Verification;

/// <summary>Attested hardware in words. The grade always stands with it: without it "attested" says too much.</summary>
internal static class TeeWords
{
    public static string Type(EvidenceType type) => type switch
    {
        EvidenceType.AwsNitro => "AWS Nitro Enclaves",
        EvidenceType.AmdSevSnp => "AMD SEV-SNP",
        EvidenceType.AzureSevSnp => "AMD SEV-SNP under Azure's paravisor",
        EvidenceType.IntelTdx => "Intel TDX",
        EvidenceType.IntelSgx => "Intel SGX",
        _ => "the simulator",
    };

    public static string Grade(Appraisal appraisal) => appraisal.Grade switch
    {
        Attestation.Grade.ThirdPartyHosted when appraisal.Host is { } host => $"hardware that {Shown.Name(host.Host)} holds",
        Attestation.Grade.ThirdPartyHosted => "hardware that AWS holds",
        Attestation.Grade.OperatorHeld => "hardware that the operator holds",
        _ => "simulated hardware, which protects nothing",
    };

    /// <summary>Which software, where, by whose measure.</summary>
    public static string Ran(EndorsementFact fact)
    {
        Appraisal appraisal = fact.Appraisal!;
        string build = appraisal.Build is { } name ? $"the build \"{Shown.Name(name)}\"" : "a build that the policy accepts";
        return $"{build} in {Type(fact.EvidenceType!.Value)}, {Grade(appraisal)}, as the policy {Policy(appraisal)} accepts it";
    }

    public static string Policy(Appraisal appraisal) => appraisal.Policy is { } policy ? FormattableString.Invariant($"\"{Shown.Name(policy.Name)}\" version {policy.Version}") : "(none)";

    /// <summary>What is there and doesn't count, and what to do about it; empty if there is nothing.</summary>
    public static string NotCounted(Evidence evidence) => evidence.Checks.Detail(CheckCodes.TeeAppraised) switch
    {
        null or DetailCodes.TeeNoEndorsement => "",
        DetailCodes.TeeNoPolicy => "Evidence of attested hardware goes with it, but no policy says what it must show: assay verify --attestation-policy FILE. ",
        { } detail => $"Evidence of attested hardware goes with it, but: {CheckWords.Detail(detail)}{Reason(evidence)} ",
    };

    private static string Reason(Evidence evidence) => evidence.Hardware?.Appraisal?.Reason is { } reason ? $" [{reason}]" : "";

    /// <summary>What an accepted appraisal rests on.</summary>
    public static IEnumerable<Remark> Assumptions(Appraisal appraisal) => appraisal.Assumptions.Select(static assumption => new Remark(
        assumption.Code,
        assumption.Attacks.IsEmpty ? assumption.Sentence : $"{assumption.Sentence} Published attacks that break this: {string.Join(", ", assumption.Attacks)}."));
}
