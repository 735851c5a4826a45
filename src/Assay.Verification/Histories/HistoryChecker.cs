using System.Globalization;
using System.Text;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Reads histories of applications (spec/history.md): bytes, trust and a clock in, a report out. Never throws for what the bytes say.</summary>
public static class HistoryChecker
{
    private static readonly TimeSpan MostApart = TimeSpan.FromMinutes(5);

    /// <summary>Makes all checks, tells what differs, and holds receipts against the history.</summary>
    public static HistoryReport Check(HistoryInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (HistoryDocument.TryRead(input.History, out string why) is not { } document)
        {
            return new HistoryReport { Outcome = Outcome.CannotEvaluate, Reason = HistoryCodes.Unreadable, Summary = $"This isn't a history that can be read. {why}" };
        }

        string? lines = input.Trust is null && input.FirstUse ? document.Configurations.Select(static entry => Bundle.TryDecode(entry.Receipt, out _)).OfType<Bundle>().Select(static bundle => TrustFile.LinesFor(bundle.KeySet)).LastOrDefault() : null;
        TrustFile? trust = input.Trust ?? (lines is null ? null : TrustFile.TryParse(Encoding.UTF8.GetBytes(lines), out _, out _));
        List<HistoryFinding> findings = [];
        ReceiptTrust receipts = new(trust, input.Now);
        List<ConfigurationReport> configurations = Read(document, receipts, findings);
        if (input.FetchedAt is { } fetched && (document.AsOf - fetched).Duration() > MostApart)
        {
            findings.Add(new HistoryFinding(HistoryCodes.Stale, QuestionStatus.NotEvaluated, null, $"The node says that this is as of {Time(document.AsOf)}; your clock said {Time(fetched)} when it came. Receipts from after that time aren't held against it."));
        }

        if (document.After != input.After)
        {
            findings.Add(new HistoryFinding(HistoryCodes.Part, QuestionStatus.NotEvaluated, null, string.Create(CultureInfo.InvariantCulture, $"This is what comes after number {document.After}, and asked for was {(input.After == 0 ? "all of it" : $"what comes after number {input.After}")}: nothing is known of what it leaves out.")));
        }

        if (document.IsMore)
        {
            findings.Add(new HistoryFinding(HistoryCodes.Part, QuestionStatus.NotEvaluated, null, string.Create(CultureInfo.InvariantCulture, $"There are more configurations by the node's word, after number {document.Configurations.Select(static entry => entry.Number).Append(document.After).Max()}, and they aren't here.")));
        }

        string? node = configurations.Count == 0 ? null : receipts.Node;
        HeldReceipts held = new(document, configurations, receipts);
        IReadOnlyList<HeldReceipt> mine = held.Check(input.Receipts, findings);
        (Outcome outcome, string reason, string summary) = Conclude(document, configurations, findings, mine);
        return new HistoryReport
        {
            Outcome = outcome,
            Reason = reason,
            Summary = summary,
            Application = document.Application,
            Node = node,
            AsOf = document.AsOf,
            After = document.After,
            IsMore = document.IsMore,
            FirstUseLines = lines,
            Configurations = configurations,
            Findings = findings,
            Held = mine,
        };
    }

    private static List<ConfigurationReport> Read(HistoryDocument document, ReceiptTrust receipts, List<HistoryFinding> findings)
    {
        List<ConfigurationReport> reports = [];
        HistoryContents contents = new(document);
        ConfigurationDifference difference = new();
        Dictionary<Digest32, int> known = [];
        int last = document.After;
        foreach (HistoryDocument.Entry entry in document.Configurations)
        {
            void Find(string code, QuestionStatus status, string sentence) => findings.Add(new HistoryFinding(code, status, entry.Number, sentence));
            if (entry.Number <= last)
            {
                Find(HistoryCodes.Order, QuestionStatus.Refuted, string.Create(CultureInfo.InvariantCulture, $"Number {entry.Number} stands after {last}: numbers must ascend, and none be twice."));
            }

            last = Math.Max(last, entry.Number);
            (Bundle? bundle, QuestionStatus signed, QuestionStatus logged) = receipts.Judge(entry.Receipt, Find);
            ChatConfiguration? configuration = bundle is null ? null : ChatConfiguration.Of(bundle.Claims);
            signed = bundle is null ? signed : Lineage(bundle, document.Application, entry.Number, signed, Find);
            if (configuration is not null && configuration.Leaves.FirstOrDefault(static leaf => !leaf.IsShown) is { } hidden)
            {
                Find(HistoryCodes.NotShown, QuestionStatus.NotEvaluated, $"'{hidden.Name}' isn't shown, or can't be read: nobody can say that this is another configuration.");
            }
            else if (configuration is not null && !known.TryAdd(configuration.Digest, entry.Number))
            {
                Find(HistoryCodes.Same, QuestionStatus.Refuted, string.Create(CultureInfo.InvariantCulture, $"Number {entry.Number} is the same configuration as number {known[configuration.Digest]}."));
            }

            (IReadOnlyList<string>? prompt, QuestionStatus? promptStatus) = Content(configuration?.Leaf(ChatConfiguration.SystemPrompt), contents.Prompt, "system prompt", Find);
            (string? tools, QuestionStatus? toolsStatus) = Content(configuration?.Leaf(ChatConfiguration.Tools), contents.Tools, "tools", Find);
            reports.Add(new ConfigurationReport
            {
                Number = entry.Number,
                First = entry.First,
                Last = entry.Last,
                Receipts = entry.Receipts,
                Receipt = bundle?.Envelope.Statement.Id,
                Signed = signed,
                Logged = logged,
                Configuration = configuration,
                SystemPrompt = prompt,
                PromptStatus = promptStatus,
                Tools = tools,
                ToolsStatus = toolsStatus,
                RegisteredPrompt = entry.Prompt,
                RegisteredTools = entry.Tools,
                Changes = reports.Count == 0 || configuration is null ? [] : difference.Between(reports[^1], configuration, prompt, tools),
            });
        }

        return reports;
    }

    private static QuestionStatus Lineage(Bundle bundle, string application, int number, QuestionStatus signed, Action<string, QuestionStatus, string> find)
    {
        if (bundle.Claims.State(ClaimRegistry.LineageRelation) == LeafState.Redacted)
        {
            find(HistoryCodes.NotShown, QuestionStatus.NotEvaluated, "The receipt doesn't show which application and which number it is of.");
            return signed == QuestionStatus.Refuted ? signed : QuestionStatus.NotEvaluated;
        }

        if (ChatLineage.TryRead(bundle.Claims.Text(ClaimRegistry.LineageRelation)) is { } lineage && lineage.Application == application && lineage.Configuration == number)
        {
            return signed;
        }

        find(HistoryCodes.Lineage, QuestionStatus.Refuted, "The receipt is of another application, or of another number.");
        return QuestionStatus.Refuted;
    }

    private static (T? Raw, QuestionStatus? Status) Content<T>(ConfigurationLeaf? leaf, Func<string, (T? Raw, bool IsRight)> contents, string what, Action<string, QuestionStatus, string> find)
        where T : class
    {
        if (leaf?.Text is not { } digest)
        {
            return (null, null);
        }

        (T? raw, bool isRight) = contents(digest);
        if (!isRight)
        {
            find(HistoryCodes.Content, QuestionStatus.Refuted, $"The {what} that the history shows isn't the one that the receipt names.");
        }

        return (raw, raw is not null ? QuestionStatus.Established : isRight ? QuestionStatus.NotEvaluated : QuestionStatus.Refuted);
    }

    private static (Outcome Outcome, string Reason, string Summary) Conclude(HistoryDocument document, List<ConfigurationReport> configurations, List<HistoryFinding> findings, IReadOnlyList<HeldReceipt> held)
    {
        if (findings.FirstOrDefault(static finding => finding.Status == QuestionStatus.Refuted) is { } refuted)
        {
            return (Outcome.Untrusted, refuted.Code, $"The history contradicts what was signed, or itself. {refuted.Sentence}");
        }

        if (held.FirstOrDefault(static receipt => receipt.Status == QuestionStatus.Refuted) is { } other)
        {
            return (Outcome.Untrusted, other.Code, $"The history contradicts a receipt of yours. {other.Sentence}");
        }

        if (findings.FirstOrDefault(static finding => finding.Code == HistoryCodes.ReceiptUntrusted) is { } untrusted)
        {
            return (Outcome.Untrusted, untrusted.Code, $"Nothing here says whose history this is. {untrusted.Sentence}");
        }

        if (findings.FirstOrDefault() is { } open)
        {
            return (Outcome.CannotEvaluate, open.Code, $"Nothing contradicts this history, but not all of it can be judged. {open.Sentence}");
        }

        if (held.FirstOrDefault(static receipt => receipt.Status != QuestionStatus.Established) is { } unheld)
        {
            return (Outcome.CannotEvaluate, unheld.Code, $"Nothing contradicts this history, but not all receipts can be held against it. {unheld.Sentence}");
        }

        if (configurations.Count == 0)
        {
            return (Outcome.CannotEvaluate, HistoryCodes.Empty, $"The node shows no configuration of '{document.Application}'{(document.After > 0 ? string.Create(CultureInfo.InvariantCulture, $" after number {document.After}") : "")}: there is nothing that it signed.");
        }

        string part = document.After > 0 ? string.Create(CultureInfo.InvariantCulture, $" Only what comes after number {document.After}, as asked.") : "";
        string mine = held.Count == 0 ? " No receipt of yours was held against it." : held.Count == 1 ? " Your receipt agrees with it." : string.Create(CultureInfo.InvariantCulture, $" Your {held.Count} receipts agree with it.");
        return (Outcome.Met, "met", string.Create(CultureInfo.InvariantCulture, $"{(configurations.Count == 1 ? "One configuration" : $"{configurations.Count} configurations")} of '{document.Application}', each signed by the node under its number, no two the same.{part}{mine}"));
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
