using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Assay.Chat;
using Assay.Cli.Commands;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Primitives;

namespace Assay.Cli.Histories;

/// <summary><c>assay prompt</c> and <c>assay tools</c>: what is registered under an application, by name and version (spec/history.md).</summary>
internal static class RegisterCommands
{
    private const int MostBytes = 4 << 20;

    internal static RegisterKind Prompts { get; } = new("prompt", "prompts", "prompt", "A text; or *.json: an array of messages with role system or developer.");

    internal static RegisterKind Tools { get; } = new("tools", "tools", "tool set", "JSON: an array, as the member 'tools' of a request.");

    internal static Command Create(RegisterKind kind) =>
        new(kind.Command, $"Register {kind.Words}s of an application by name and version, and look at them. The API key comes from ASSAY_KEY.") { CreateAdd(kind), CreateList(kind), CreateShow(kind) };

    internal static Argument<string> ApplicationArgument() => new("application") { Description = "The application's name." };

    private static Command CreateAdd(RegisterKind kind)
    {
        Argument<string> application = ApplicationArgument();
        Argument<string> name = new("name") { Description = $"The {kind.Words}'s name." };
        Argument<FileInfo> file = new("file") { Description = kind.File };
        Option<Uri> node = Nodes.Option();
        return new Command("add", $"Register a {kind.Words}; the same as the last version's stays that version.") { application, name, file, node }.Do(async (parsed, output, cancellation) =>
        {
            FileInfo content = parsed.GetRequiredValue(file);
            bool isText = kind == Prompts && !content.Extension.Equals(".json", StringComparison.OrdinalIgnoreCase);
            byte[] body = await File.ReadAllBytesAsync(content.FullName, cancellation).ConfigureAwait(false);
            byte[] answer = await Nodes.Client(parsed.GetRequiredValue(node)).PutAsync(PathOf(kind, Checked(parsed.GetRequiredValue(application)), Checked(parsed.GetRequiredValue(name))), body, isText ? "text/plain" : "application/json", cancellation).ConfigureAwait(false);
            JsonElement version = Read(answer);
            output.Line($"{Label(version)}  {Text(version, "sha256")}");
            output.JsonValue(json => version.WriteTo(json));
            return ExitCodes.Met;
        });
    }

    private static Command CreateList(RegisterKind kind)
    {
        Argument<string> application = ApplicationArgument();
        Argument<string?> name = new("name") { Description = $"A {kind.Words}'s name: its versions; default: the last version of each.", Arity = ArgumentArity.ZeroOrOne };
        Option<Uri> node = Nodes.Option();
        return new Command("list", $"List {kind.Words}s, or the versions of one.") { application, name, node }.Do(async (parsed, output, cancellation) =>
        {
            string? one = parsed.GetValue(name);
            JsonElement answer = Read(await Nodes.Client(parsed.GetRequiredValue(node)).GetAsync(PathOf(kind, Checked(parsed.GetRequiredValue(application)), one is null ? null : Checked(one)), cancellation).ConfigureAwait(false));
            foreach (JsonElement version in Members(answer, one is null ? kind.Path : "versions"))
            {
                output.Line($"{Label(version),-24}  {Time(version, "created")}  {Text(version, "sha256")}");
            }

            output.JsonValue(json => answer.WriteTo(json));
            return ExitCodes.Met;
        });
    }

    private static Command CreateShow(RegisterKind kind)
    {
        Argument<string> application = ApplicationArgument();
        Argument<string> label = new("version") { Description = "NAME@VERSION." };
        Option<Uri> node = Nodes.Option();
        return new Command("show", $"Show a version's content as JSON.") { application, label, node }.Do(async (parsed, output, cancellation) =>
        {
            string[] parts = parsed.GetRequiredValue(label).Split('@');
            if (parts.Length != 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                throw CliException.Usage("A version is NAME@VERSION.", $"For example support@2; 'assay {kind.Command} list' shows them.");
            }

            byte[] answer = await Nodes.Client(parsed.GetRequiredValue(node)).GetAsync(string.Create(CultureInfo.InvariantCulture, $"{PathOf(kind, Checked(parsed.GetRequiredValue(application)), Checked(parts[0]))}/{number}"), cancellation).ConfigureAwait(false);
            JsonElement version = Read(answer);
            output.Line(Text(version, "content"));
            output.JsonValue(json => version.WriteTo(json));
            return ExitCodes.Met;
        });
    }

    /// <summary>A name that can stand in an address.</summary>
    internal static string Checked(string name) => ChatLineage.IsName(name) ? name
        : throw CliException.Usage($"A name has 1 to {ChatLineage.NameLength} of a-z, 0-9, '.', '_' and '-', the first a letter or a digit.");

    internal static JsonElement Read(byte[] answer) => StrictJson.TryParse(answer, MostBytes, 16) is { ValueKind: JsonValueKind.Object } json ? json
        : throw new NodeException(200, "client/unreadable", "The node's answer can't be read.", "Ask the operator which software runs there.", []);

    internal static IEnumerable<JsonElement> Members(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.Object) : [];

    internal static string Text(JsonElement item, string name) => item.TryGetProperty(name, out JsonElement value) ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText() : "";

    internal static string Time(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long time) && time >= 0 && time <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
            : "-";

    private static string Label(JsonElement version) => $"{Text(version, "name")}@{Text(version, "version")}";

    private static string PathOf(RegisterKind kind, string application, string? name) => $"v1/applications/{application}/{kind.Path}{(name is null ? "" : "/" + name)}";
}
