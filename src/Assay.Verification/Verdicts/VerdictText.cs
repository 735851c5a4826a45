using System.Globalization;
using System.Text;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>A verdict as plain text for people: what it comes to, the six questions, what failed, what isn't covered. Lines end with LF.</summary>
public static class VerdictText
{
    private const int TitleWidth = 28;
    private const int StatusWidth = 15;
    private const int LineWidth = 110;
    private const int MutationWidth = 400;
    private const int MostMutations = 20;

    /// <summary>The whole verdict. With <paramref name="allChecks"/> every check is listed, else only those that failed.</summary>
    public static string Render(Verdict verdict, bool allChecks = false)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        StringBuilder text = new();
        AppendReceipt(text, verdict.Receipt, verdict.Checks);
        AppendClock(text, verdict);
        string outcome = verdict.Outcome switch
        {
            Outcome.Met => "Met",
            Outcome.Untrusted => "Untrusted",
            Outcome.PolicyNotMet => "Not met",
            _ => "Can't be evaluated",
        };
        AppendWrapped(text, $"{outcome}. ", verdict.Summary, 0);
        text.Append('\n').Append(RenderQuestions(verdict.Questions));
        AppendChecks(text, verdict.Checks, allChecks);
        AppendNotCovered(text, verdict.NotCovered);
        if (verdict.Receipt is { } receipt && verdict.Checks.Any(static c => c.Detail is DetailCodes.FirstUse or DetailCodes.NoTrustFile))
        {
            text.Append("\nTo trust this node from now on, compare these lines with what it publishes and put them into your trust file:\n");
            foreach (string line in receipt.TrustLines.TrimEnd('\n').Split('\n'))
            {
                text.Append("  ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The six questions, as they also go with a node's answers: one paragraph each.</summary>
    public static string RenderQuestions(IReadOnlyList<QuestionResult> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        StringBuilder text = new();
        foreach (QuestionResult question in questions)
        {
            string head = PolicyNames.Title(question.Question).PadRight(TitleWidth) + VerdictNames.Id(question.Status).PadRight(StatusWidth);
            AppendWrapped(text, head, question.Sentence, TitleWidth + StatusWidth);
            foreach (Remark assumption in question.Assumptions)
            {
                AppendWrapped(text, new string(' ', TitleWidth + StatusWidth) + "if: ", assumption.Sentence, TitleWidth + StatusWidth + 4);
            }
        }

        return text.ToString();
    }

    private static void AppendReceipt(StringBuilder text, ReceiptFacts? receipt, IReadOnlyList<CheckOutcome> checks)
    {
        if (receipt is null)
        {
            return;
        }

        string level = receipt.RequestedLevel is { } requested
            ? $"{(receipt.RequestedPolicy is { IsLevel: false } policy ? policy.Name : requested.ToString())} (set by {SourceWords(receipt.LevelSource)})"
            : "unknown";
        text.Append(CultureInfo.InvariantCulture, $"Receipt  {receipt.Id}\n");
        text.Append(CultureInfo.InvariantCulture, $"Node     {receipt.Node}, key set {receipt.KeySet}\n");
        text.Append(CultureInfo.InvariantCulture, $"Model    {(receipt.ModelName is { } name ? Shown.Name(name) : "(name not shown)")}, {receipt.ModelId?.ToString() ?? (receipt.Upstream is null ? "(id not shown)" : "an upstream's")}\n");
        if (receipt.Upstream is { } upstream)
        {
            text.Append(CultureInfo.InvariantCulture, $"Upstream {Shown.Name(upstream.Origin)}, which says that {(upstream.Model is { } model ? Shown.Name(model) : "(it didn't say what)")} answered\n");
        }

        if (receipt.Phase != ReceiptPhase.Final)
        {
            text.Append(receipt.Phase == ReceiptPhase.Abort ? "Phase    broken off: this is what was sent until then\n" : "Phase    in progress: this is what was sent until then\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"Issued   {receipt.IssuedAt:yyyy-MM-dd HH:mm:ss} UTC by the node's clock\n");
        if (receipt.AcceptedAt is { } accepted)
        {
            string witnesses = string.Join(", ", receipt.Witnesses.Where(static w => w.Status == WitnessStatus.Cosigned).Select(static w => Shown.Name(w.Name)));
            text.Append(CultureInfo.InvariantCulture, $"Accepted {accepted.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC at the latest, by your witnesses {witnesses}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"Level    {level}\n");
        foreach (EndorsementFact fact in receipt.Endorsements)
        {
            string worth = fact.Status switch { EndorsementStatus.Counts => "counts", EndorsementStatus.GaveUp => "the node gave up", _ => $"DOESN'T COUNT [{VerdictNames.Id(fact.Status)}]" };
            text.Append(CultureInfo.InvariantCulture, $"Endorsed {fact.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC {By(fact)} {fact.Shown}: {EndorsementNames.Id(fact.Finding)} by {PolicyNames.Id(fact.By)}; {worth}\n");
        }

        AppendMutations(text, receipt.Mutations ?? []);
        AppendProof(text, receipt.Proof, checks);
        AppendHardware(text, receipt.Hardware);
        if (receipt.Payment is { } payment)
        {
            AppendWrapped(text, "Payment  ", PaymentWords.Line(payment), 9);
        }
    }

    // What the model was really asked is part of the answer's worth: nobody should have to look for it.
    private static void AppendMutations(StringBuilder text, IReadOnlyList<string> mutations)
    {
        foreach (string mutation in mutations.Take(MostMutations))
        {
            AppendWrapped(text, "By node  ", Shown.Name(mutation, MutationWidth), 9);
        }

        if (mutations.Count > MostMutations)
        {
            text.Append(CultureInfo.InvariantCulture, $"By node  and {mutations.Count - MostMutations} more: assay explain\n");
        }
    }

    private static void AppendHardware(StringBuilder text, EndorsementFact? fact)
    {
        if (fact is not { Appraisal: { } appraisal, EvidenceType: { } type })
        {
            return;
        }

        string worth = fact.Attests ? "counts"
            : fact.Status == EndorsementStatus.NoPolicy ? "NOT APPRAISED: no policy"
            : $"NOT ACCEPTED [{appraisal.Reason ?? VerdictNames.Id(fact.Status)}]";
        text.Append(CultureInfo.InvariantCulture, $"Hardware {TeeWords.Type(type)}, {TeeWords.Grade(appraisal)}; {worth}\n");
        if (appraisal.Policy is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"         policy {TeeWords.Policy(appraisal)}, build {(appraisal.Build is { } build ? Shown.Name(build) : "(none that it names)")}\n");
        }

        if (appraisal.Facts is { TcbStatus: { } status } facts)
        {
            string advisories = facts.Advisories.IsEmpty ? "" : $" ({string.Join(", ", facts.Advisories.Select(Shown.Name))})";
            string issued = facts.CollateralIssuedAt is { } at ? $", by Intel's statements from {at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} on" : "";
            text.Append(CultureInfo.InvariantCulture, $"         platform {Shown.Name(status)}{advisories}{issued}\n");
        }
    }

    private static void AppendProof(StringBuilder text, ProofFact? proof, IReadOnlyList<CheckOutcome> checks)
    {
        if (proof is null)
        {
            return;
        }

        string runs = proof.Batch == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", {proof.Runs.Length} of its {proof.Batch} runs");
        string worth = proof.Bits is { } bits ? string.Create(CultureInfo.InvariantCulture, $"holds, {bits} bits") : "SHOWS NOTHING HERE";
        string what = checks.Any(static c => c.Detail == DetailCodes.ProofEarlierFailure)
            ? "not evaluated: an earlier check failed"
            : $"key {proof.Key?.ToString() ?? "(unreadable)"}: {worth}";
        text.Append(CultureInfo.InvariantCulture, $"Proof    {proof.Bytes} bytes{runs}, {what}\n");
        foreach (RegistrationFact fact in proof.Registrations)
        {
            string said = fact.Status == RegistrationStatus.Counts ? "counts" : $"DOESN'T COUNT [{VerdictNames.Id(fact.Status)}]";
            text.Append(CultureInfo.InvariantCulture, $"         its key registered for the model by {fact.Shown}; {said}\n");
        }
    }

    // Nobody's word until its signature holds.
    private static string By(EndorsementFact fact) => fact.Status == EndorsementStatus.Signature ? "in the name of" : "by";

    // Never silently: a verdict as of another time is another verdict.
    private static void AppendClock(StringBuilder text, Verdict verdict)
    {
        string source = verdict.NowIsGiven ? "the time that was given, NOT this machine's clock" : "this machine's clock";
        text.Append(CultureInfo.InvariantCulture, $"Checked  {verdict.Now.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC by {source}\n\n");
    }

    private static void AppendChecks(StringBuilder text, IReadOnlyList<CheckOutcome> checks, bool all)
    {
        IReadOnlyList<CheckOutcome> shown = [.. checks.Where(c => all || c.Result == CheckResult.Fail)];
        if (shown.Count == 0)
        {
            return;
        }

        text.Append(all ? "\nChecks\n" : "\nFailed\n");
        foreach (CheckOutcome check in shown)
        {
            string mark = check.Result switch { CheckResult.Pass => "pass", CheckResult.Fail => "FAIL", _ => "-" };
            string detail = check.Detail is null ? "" : $" [{check.Detail}]";
            AppendWrapped(text, $"  {mark,-6}{check.Code,-20}", check.Sentence + detail, 28);
        }
    }

    private static void AppendNotCovered(StringBuilder text, IReadOnlyList<Remark> remarks)
    {
        if (remarks.Count == 0)
        {
            return;
        }

        text.Append("\nNot covered\n");
        foreach (Remark remark in remarks)
        {
            AppendWrapped(text, "  - ", remark.Sentence, 4);
        }
    }

    private static string SourceWords(LevelSource source) => source switch
    {
        LevelSource.Request => "the request",
        LevelSource.Key => "the API key",
        LevelSource.Model => "the model's minimum",
        LevelSource.Payment => "the offer that was paid",
        _ => "the node's default",
    };

    private static void AppendWrapped(StringBuilder text, string head, string sentence, int indent)
    {
        text.Append(head);
        int column = head.Length;
        bool first = true;
        foreach (string word in sentence.Split(' '))
        {
            if (!first && column + 1 + word.Length > LineWidth)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (!first)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
            first = false;
        }

        text.Append('\n');
    }
}
