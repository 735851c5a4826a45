using Assay.Primitives;

namespace Assay.Verification;

/// <summary>The stable texts of a verdict's values, in JSON and on screen.</summary>
public static class VerdictNames
{
    /// <summary>For example <c>policy-not-met</c>.</summary>
    public static string Id(Outcome outcome) => outcome switch
    {
        Outcome.Met => "met",
        Outcome.Untrusted => "untrusted",
        Outcome.PolicyNotMet => "policy-not-met",
        Outcome.CannotEvaluate => "cannot-evaluate",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    /// <summary>For example <c>not-evaluated</c>.</summary>
    public static string Id(QuestionStatus status) => status switch
    {
        QuestionStatus.NotEvaluated => "not-evaluated",
        QuestionStatus.Established => "established",
        QuestionStatus.Asserted => "asserted",
        QuestionStatus.Pending => "pending",
        QuestionStatus.Expired => "expired",
        QuestionStatus.Refuted => "refuted",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>For example <c>cosigned</c>.</summary>
    public static string Id(WitnessStatus status) => status switch
    {
        WitnessStatus.Absent => "absent",
        WitnessStatus.Bad => "bad",
        WitnessStatus.TooEarly => "too-early",
        WitnessStatus.Cosigned => "cosigned",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>For example <c>counts</c>.</summary>
    public static string Id(EndorsementStatus status) => status switch
    {
        EndorsementStatus.Signature => "endorsement/signature",
        EndorsementStatus.OtherReceipt => "endorsement/other-receipt",
        EndorsementStatus.Log => "endorsement/log",
        EndorsementStatus.GaveUp => "gave-up",
        EndorsementStatus.Issuer => "endorsement/issuer",
        EndorsementStatus.Basis => "endorsement/basis",
        EndorsementStatus.Evidence => "endorsement/evidence",
        EndorsementStatus.Time => "endorsement/time",
        EndorsementStatus.NoPolicy => "endorsement/no-policy",
        EndorsementStatus.Attestation => "endorsement/attestation",
        EndorsementStatus.NotNamed => "endorsement/not-named",
        EndorsementStatus.Counts => "counts",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>For example <c>counts</c>.</summary>
    public static string Id(RegistrationStatus status) => status switch
    {
        RegistrationStatus.Signature => "registration/signature",
        RegistrationStatus.OtherKey => "registration/other-key",
        RegistrationStatus.Operator => "registration/operator",
        RegistrationStatus.NotNamed => "registration/not-named",
        RegistrationStatus.Counts => "counts",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    /// <summary>For example <c>pass</c>.</summary>
    public static string Id(CheckResult result) => result switch
    {
        CheckResult.NotEvaluated => "not-evaluated",
        CheckResult.Pass => "pass",
        CheckResult.Fail => "fail",
        _ => throw new ArgumentOutOfRangeException(nameof(result)),
    };
}
