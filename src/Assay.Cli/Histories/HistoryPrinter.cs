using System.Globalization;
using Assay.Chat;
using Assay.Cli.Console;
using Assay.Verification;

namespace Assay.Cli.Histories;

/// <summary>A report about a history in words: a block for each configuration, and in it what changed.</summary>
internal static class HistoryPrinter
{
    private const int MostLines = 200;

    internal static void Show(Output output, HistoryReport report, IReadOnlyList<string> files)
    {
        output.Line(report.Summary);
        if (report.Application is null)
        {
            return;
        }

        output.Line();
        output.Line($"{report.Application} at {OneLine(report.Node ?? "an unknown node")}, as of {Time(report.AsOf!.Value)} by the node's word");
        foreach (ConfigurationReport configuration in report.Configurations)
        {
            Show(output, report, configuration);
        }

        if (report.IsMore)
        {
            output.Line();
            output.Line("There are more configurations, which aren't shown.");
        }

        ShowFindings(output, report.Findings.Where(static finding => finding.Number is null));
        foreach (HeldReceipt held in report.Held)
        {
            output.Line();
            output.Line($"{OneLine(files[held.Place])}: {VerdictNames.Id(held.Status)} [{held.Code}] {OneLine(held.Sentence)}");
        }

        if (report.FirstUseLines is { } lines)
        {
            output.Line();
            output.Line("The keys were taken as they came. To trust them from now on:");
            foreach (string line in lines.TrimEnd('\n').Split('\n'))
            {
                output.Line($"  assay trust add {line} --trust trust.txt");
            }
        }
    }

    private static void Show(Output output, HistoryReport report, ConfigurationReport configuration)
    {
        output.Line();
        (string first, string last) = (Time(configuration.First), Time(configuration.Last));
        string span = first == last ? first : $"{first} to {last}";
        output.Line(string.Create(CultureInfo.InvariantCulture, $"#{configuration.Number}  {span}  {configuration.Receipts} receipt{(configuration.Receipts == 1 ? "" : "s")}"));
        output.Line($"  signed by the node: {VerdictNames.Id(configuration.Signed)}; in its log: {VerdictNames.Id(configuration.Logged)}{Registered(configuration)}");
        ShowFindings(output, report.Findings.Where(finding => finding.Number == configuration.Number));
        if (configuration.Configuration is not { } own)
        {
            return;
        }

        if (ReferenceEquals(configuration, report.Configurations[0]))
        {
            foreach (ConfigurationLeaf leaf in own.Leaves.Where(static leaf => leaf is { IsShown: true, Text: not null }))
            {
                output.Line($"  {leaf.Name}  {OneLine(leaf.Text!)}");
            }
        }

        foreach (LeafChange change in configuration.Changes)
        {
            Show(output, change);
        }
    }

    private static void Show(Output output, LeafChange change)
    {
        string said = (change.Before, change.After) switch { (null, _) => "added", (_, null) => "removed", _ => "changed" };
        output.Line($"  {change.Leaf} {said}");
        if (change.Members.Count > 0)
        {
            foreach (MemberChange member in change.Members)
            {
                (string was, string now) = LongText.Apart(member.Before ?? "not said", member.After ?? "not said");
                output.Line($"    {OneLine(member.Name)}: {was} -> {now}");
            }
        }
        else if (change.Lines is { Count: > 0 } lines)
        {
            DiffLine[] shown = [.. lines.Take(MostLines)];
            for (int i = 0; i < shown.Length; i++)
            {
                output.Line(shown[i].Kind == '@' ? $"    @@ {shown[i].Text} @@" : $"    {shown[i].Kind}{LongText.Of(shown, i)}");
            }

            if (lines.Count > MostLines)
            {
                output.Line(string.Create(CultureInfo.InvariantCulture, $"    and {lines.Count - MostLines} lines more: --json has all"));
            }
        }
        else if (change.Lines is not null)
        {
            output.Line("    the same words, spelt or spaced otherwise");
        }
        else
        {
            (string was, string now) = LongText.Apart(change.Before ?? "none", change.After ?? "none");
            output.Line($"    - {was}");
            output.Line($"    + {now}");
            if (change.Leaf is ChatConfiguration.SystemPrompt or ChatConfiguration.Tools)
            {
                output.Line("    digests: the content isn't shown, or is too long to be compared");
            }
        }
    }

    private static void ShowFindings(Output output, IEnumerable<HistoryFinding> findings)
    {
        foreach (HistoryFinding finding in findings)
        {
            output.Line($"  {(finding.Status == QuestionStatus.Refuted ? "CONTRADICTION" : "open")} [{finding.Code}] {OneLine(finding.Sentence)}");
        }
    }

    private static string Registered(ConfigurationReport configuration)
    {
        string[] named = [.. new[] { configuration.RegisteredPrompt is { } prompt ? "prompt " + prompt : null, configuration.RegisteredTools is { } tools ? "tools " + tools : null }.OfType<string>()];
        return named.Length == 0 ? "" : $"; registered, by the node's word: {OneLine(string.Join(", ", named))}";
    }

    private static string OneLine(string text) => LongText.Window(text, 0);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
