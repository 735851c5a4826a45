namespace Assay.Verification;

/// <summary>What an evaluation comes to.</summary>
public enum PolicyOutcome
{
    /// <summary>Every requirement holds.</summary>
    Met,

    /// <summary>At least one doesn't hold, and all of those could have been appraised.</summary>
    Unmet,

    /// <summary>At least one doesn't hold whose evidence can't be appraised here.</summary>
    CannotEvaluate,
}
