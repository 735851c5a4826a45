using System.CommandLine;
using System.Text.Json;
using Assay.Cli.Commands;
using Assay.Cli.Console;

namespace Assay.Cli.Histories;

/// <summary><c>assay application</c>: the applications of an API key; closing one to what is registered (spec/history.md).</summary>
internal static class ApplicationCommands
{
    internal static Command Create() => new("application", "Applications of your API key, which comes from ASSAY_KEY.") { CreateList(), CreateClose("close", true), CreateClose("open", false) };

    private static Command CreateList()
    {
        Option<Uri> node = Nodes.Option();
        return new Command("list", "List them.") { node }.Do(async (parsed, output, cancellation) =>
        {
            JsonElement answer = RegisterCommands.Read(await Nodes.Client(parsed.GetRequiredValue(node)).GetAsync("v1/applications", cancellation).ConfigureAwait(false));
            foreach (JsonElement item in RegisterCommands.Members(answer, "applications"))
            {
                output.Line($"{RegisterCommands.Text(item, "name"),-24}  {(RegisterCommands.Text(item, "closed") == "true" ? "closed" : "open"),-6}  {RegisterCommands.Text(item, "configurations")} configurations, {RegisterCommands.Text(item, "receipts")} receipts, last {RegisterCommands.Time(item, "last")}");
            }

            output.JsonValue(json => answer.WriteTo(json));
            return ExitCodes.Met;
        });
    }

    private static Command CreateClose(string word, bool isClosed)
    {
        Argument<string> application = RegisterCommands.ApplicationArgument();
        Option<Uri> node = Nodes.Option();
        return new Command(word, isClosed ? "Take registered system prompts and tools only." : "Take any system prompt and tools again.") { application, node }.Do(async (parsed, output, cancellation) =>
        {
            string name = RegisterCommands.Checked(parsed.GetRequiredValue(application));
            JsonElement answer = RegisterCommands.Read(await Nodes.Client(parsed.GetRequiredValue(node)).PutAsync($"v1/applications/{name}", isClosed ? "{\"closed\":true}"u8.ToArray() : "{\"closed\":false}"u8.ToArray(), "application/json", cancellation).ConfigureAwait(false));
            output.Line($"{name} is {(isClosed ? "closed: requests are refused whose system prompt or tools are no registered version" : "open")}");
            output.JsonValue(json => answer.WriteTo(json));
            return ExitCodes.Met;
        });
    }
}
