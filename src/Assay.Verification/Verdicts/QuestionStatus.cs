namespace Assay.Verification;

/// <summary>What is known on a question (spec/levels.md, "Six questions").</summary>
public enum QuestionStatus
{
    /// <summary>Nothing is known.</summary>
    NotEvaluated,

    /// <summary>By evidence that a third party can check.</summary>
    Established,

    /// <summary>Somebody says so.</summary>
    Asserted,

    /// <summary>Evidence is to come.</summary>
    Pending,

    /// <summary>Evidence was to come, and its time is over.</summary>
    Expired,

    /// <summary>By evidence, it isn't so.</summary>
    Refuted,
}
