namespace Assay.Primitives;

/// <summary>What a check says about a piece of evidence. The default is that nothing was checked.</summary>
public enum CheckResult
{
    /// <summary>The check wasn't made, so it says nothing.</summary>
    NotEvaluated = 0,

    /// <summary>The check was made and holds.</summary>
    Pass = 1,

    /// <summary>The check was made and doesn't hold.</summary>
    Fail = 2,
}
