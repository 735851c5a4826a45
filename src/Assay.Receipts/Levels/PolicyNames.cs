namespace Assay.Receipts;

/// <summary>The texts of questions and bases as they stand in policies and verdicts (spec/levels.md).</summary>
public static class PolicyNames
{
    /// <summary>All questions, in the order of display.</summary>
    public static IReadOnlyList<Question> Questions { get; } =
        [Question.Model, Question.Altered, Question.ComputedRight, Question.OperatorRead, Question.Logged, Question.Paid];

    /// <summary>The stable id, for example <c>computed-right</c>.</summary>
    public static string Id(Question question) => question switch
    {
        Question.Model => "model",
        Question.Altered => "altered",
        Question.ComputedRight => "computed-right",
        Question.OperatorRead => "operator-read",
        Question.Logged => "logged",
        Question.Paid => "paid",
        _ => throw new ArgumentOutOfRangeException(nameof(question)),
    };

    /// <summary>The question in words, for example <c>Was it computed right?</c>.</summary>
    public static string Title(Question question) => question switch
    {
        Question.Model => "Which model?",
        Question.Altered => "Was anything altered?",
        Question.ComputedRight => "Was it computed right?",
        Question.OperatorRead => "Could the operator read it?",
        Question.Logged => "Is it publicly logged?",
        Question.Paid => "Was it paid for?",
        _ => throw new ArgumentOutOfRangeException(nameof(question)),
    };

    /// <summary>The stable id, for example <c>replay</c>.</summary>
    public static string Id(Basis basis) => basis switch
    {
        Basis.Operator => "operator",
        Basis.Signature => "signature",
        Basis.Log => "log",
        Basis.Replay => "replay",
        Basis.Tee => "tee",
        Basis.Zk => "zk",
        Basis.Settlement => "settlement",
        _ => throw new ArgumentOutOfRangeException(nameof(basis)),
    };
}
