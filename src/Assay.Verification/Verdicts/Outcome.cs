namespace Assay.Verification;

/// <summary>What a verdict comes to. The values are the exit codes of <c>assay verify</c>.</summary>
public enum Outcome
{
    /// <summary>Everything that the required level requires is established.</summary>
    Met = 0,

    /// <summary>A check failed, or the node isn't trusted.</summary>
    Untrusted = 1,

    /// <summary>Nothing failed, but something required isn't established.</summary>
    PolicyNotMet = 2,

    /// <summary>The bundle can't be read, or what is required is unknown to this verifier.</summary>
    CannotEvaluate = 3,
}
