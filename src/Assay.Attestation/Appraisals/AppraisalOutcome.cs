namespace Assay.Attestation;

/// <summary>What an appraisal comes to. The default is that nothing was decided.</summary>
public enum AppraisalOutcome
{
    /// <summary>A step wasn't evaluated that the policy needs. Never as good as accepted.</summary>
    NotEvaluated = 0,

    /// <summary>Every step that the policy needs passed.</summary>
    Accepted = 1,

    /// <summary>A step failed.</summary>
    Rejected = 2,
}
