using System.Globalization;
using System.Text.Json;
using Assay.Chat;

namespace Assay.Verification;

/// <summary>A report about a history as JSON, with stable names.</summary>
public static class HistoryJson
{
    /// <summary>Writes it as one object.</summary>
    public static void Write(Utf8JsonWriter json, HistoryReport report)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(report);
        json.WriteStartObject();
        json.WriteString("outcome", VerdictNames.Id(report.Outcome));
        json.WriteString("reason", report.Reason);
        json.WriteString("summary", report.Summary);
        json.WriteString("application", report.Application);
        json.WriteString("node", report.Node);
        json.WriteString("asOf", report.AsOf is { } asOf ? Time(asOf) : null);
        json.WriteNumber("after", report.After);
        json.WriteBoolean("more", report.IsMore);
        json.WriteString("trustLines", report.FirstUseLines);
        json.WriteStartArray("configurations");
        foreach (ConfigurationReport configuration in report.Configurations)
        {
            Write(json, configuration);
        }

        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (HistoryFinding finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("status", VerdictNames.Id(finding.Status));
            WriteNumber(json, "number", finding.Number);
            json.WriteString("sentence", finding.Sentence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("held");
        foreach (HeldReceipt held in report.Held)
        {
            json.WriteStartObject();
            json.WriteString("receipt", held.Id?.ToString());
            WriteNumber(json, "number", held.Number);
            json.WriteString("status", VerdictNames.Id(held.Status));
            json.WriteString("code", held.Code);
            json.WriteString("sentence", held.Sentence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ConfigurationReport configuration)
    {
        json.WriteStartObject();
        json.WriteNumber("number", configuration.Number);
        json.WriteString("first", Time(configuration.First));
        json.WriteString("last", Time(configuration.Last));
        json.WriteNumber("receipts", configuration.Receipts);
        json.WriteString("receipt", configuration.Receipt?.ToString());
        json.WriteString("signed", VerdictNames.Id(configuration.Signed));
        json.WriteString("logged", VerdictNames.Id(configuration.Logged));
        json.WriteString("systemPrompt", configuration.PromptStatus is { } prompt ? VerdictNames.Id(prompt) : null);
        json.WriteString("tools", configuration.ToolsStatus is { } tools ? VerdictNames.Id(tools) : null);
        json.WriteString("registeredPrompt", configuration.RegisteredPrompt);
        json.WriteString("registeredTools", configuration.RegisteredTools);
        json.WriteStartObject("leaves");
        foreach (ConfigurationLeaf leaf in (configuration.Configuration?.Leaves ?? []).Where(static leaf => leaf.IsShown))
        {
            json.WriteString(leaf.Name, leaf.Text);
        }

        json.WriteEndObject();
        json.WriteStartArray("changes");
        foreach (LeafChange change in configuration.Changes)
        {
            Write(json, change);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LeafChange change)
    {
        json.WriteStartObject();
        json.WriteString("leaf", change.Leaf);
        json.WriteString("before", change.Before);
        json.WriteString("after", change.After);
        if (change.Members.Count > 0)
        {
            json.WriteStartArray("members");
            foreach (MemberChange member in change.Members)
            {
                json.WriteStartObject();
                json.WriteString("name", member.Name);
                json.WriteString("before", member.Before);
                json.WriteString("after", member.After);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (change.Lines is { } lines)
        {
            json.WriteStartArray("lines");
            foreach (DiffLine line in lines)
            {
                json.WriteStringValue($"{line.Kind}{line.Text}");
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
