using System.Globalization;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Chatting;

/// <summary>A verdict in one line: what is established and by what, what somebody only says, what nobody showed. Never just "verified".</summary>
internal static class VerdictLine
{
    /// <summary>Of an answer that is given out.</summary>
    internal static string Of(Verdict verdict)
    {
        string[] established = [.. Questions(verdict, QuestionStatus.Established).Select(static question => $"{Short(question.Question)} (by {By(question.By)})")];
        string[] asserted = [.. Questions(verdict, QuestionStatus.Asserted).Select(static question => Short(question.Question))];
        string[] unknown = [.. verdict.Questions.Where(static question => question.Status is not (QuestionStatus.Established or QuestionStatus.Asserted) && question.Question != Question.Paid).Select(static question => Unknown(question.Question))];
        string log = verdict.Receipt is { LogIndex: { } index } ? string.Create(CultureInfo.InvariantCulture, $", entry {index}") : "";
        string text = $"{verdict.Required}: {string.Join(", ", established)}{log}";
        text += asserted.Length == 0 ? "" : $"; the operator says: {string.Join(", ", asserted)}";
        text += verdict.Receipt?.Upstream is { } upstream ? $"; another server answered, {Output(upstream.Origin)}, and nobody knows with what" : "";
        return text + (unknown.Length == 0 ? "" : $"; not shown: {string.Join(", ", unknown)}");
    }

    private static IEnumerable<QuestionResult> Questions(Verdict verdict, QuestionStatus status) => verdict.Questions.Where(question => question.Status == status);

    private static string Output(string name) => name.Length <= 80 ? name : name[..80];

    private static string Short(Question question) => question switch
    {
        Question.Model => "which model",
        Question.Altered => "nothing altered",
        Question.ComputedRight => "computed right",
        Question.OperatorRead => "who could read it",
        Question.Logged => "logged",
        _ => "paid",
    };

    private static string Unknown(Question question) => question switch
    {
        Question.Model => "which model ran",
        Question.Altered => "that nothing was altered",
        Question.ComputedRight => "that it was computed right",
        Question.OperatorRead => "that the operator couldn't read it",
        _ => "that it is logged",
    };

    private static string By(Basis? basis) => basis switch
    {
        Basis.Signature => "the node's signature",
        Basis.Log => "the log",
        Basis.Tee => "attested hardware",
        Basis.Replay => "another run",
        Basis.Zk => "a proof",
        Basis.Settlement => "the chain",
        _ => "the operator's word",
    };
}
