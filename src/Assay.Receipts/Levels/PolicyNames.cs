namespace Assay.Receipts;

/// <summary>The texts of questions and bases as they stand in policies and verdicts (spec/levels.md).</summary>
public static class PolicyNames
{
    private static readonly Basis[] AllBases = Enum.GetValues<Basis>();
    private static readonly Basis[] OnlySignature = [Basis.Signature];
    private static readonly Basis[] OnlyLog = [Basis.Log];
    private static readonly Basis[] OnlyTee = [Basis.Tee];
    private static readonly Basis[] OnlySettlement = [Basis.Settlement];
    private static readonly Basis[] OfComputation = [Basis.Operator, Basis.Replay, Basis.Tee, Basis.Zk];

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

    /// <summary>The ids of bases of which any suffices, for example <c>replay|zk</c>.</summary>
    public static string Ids(IEnumerable<Basis> bases) => string.Join('|', bases.Select(Id));

    /// <summary>The text of a release rule.</summary>
    public static string Id(ReleaseRule release) => release == ReleaseRule.Provisional ? "provisional" : "after-evidence";

    /// <summary>The bases that can answer a question, in the spec's order.</summary>
    public static IReadOnlyList<Basis> BasesOf(Question question) => question switch
    {
        Question.Altered => OnlySignature,
        Question.Logged => OnlyLog,
        Question.OperatorRead => OnlyTee,
        Question.Paid => OnlySettlement,
        _ => OfComputation,
    };

    /// <summary>The question with this id.</summary>
    public static bool TryQuestion(string id, out Question question)
    {
        question = Questions.FirstOrDefault(q => Id(q) == id);
        return Id(question) == id;
    }

    /// <summary>The basis with this id.</summary>
    public static bool TryBasis(string id, out Basis basis)
    {
        basis = AllBases.FirstOrDefault(b => Id(b) == id);
        return Id(basis) == id;
    }
}
