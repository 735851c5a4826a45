using System.CommandLine;
using Assay.Cli.Console;
using Assay.Models.Hub;
using Assay.Models.Store;
using Assay.Primitives;

namespace Assay.Cli.Commands;

/// <summary><c>assay model history</c> and <c>alias</c>: what a name meant, and making it mean something else.</summary>
internal static class ModelAliasCommands
{
    internal static Command History()
    {
        Argument<string> name = new("name") { Description = "The name." };
        return new Command("history", "What a name meant, since when, and what each change was.") { name, NodeFolder.Option }.Do((parsed, output, _) =>
        {
            ModelStore store = NodeFolder.Store(NodeFolder.Of(parsed));
            IReadOnlyList<AliasEvent> history = ModelCommands.Require(HubCatalogue.History(store, parsed.GetRequiredValue(name)));
            foreach (AliasEvent item in history)
            {
                output.Line($"{item.Entry.Sequence,4}  {DateTimeOffset.FromUnixTimeMilliseconds(item.Entry.At):yyyy-MM-dd HH:mm:ss} UTC  {string.Join("; ", item.Changes)}");
                output.Line($"      model {item.Entry.ModelId}");
                output.Line($"      statement {item.Entry.Statement[..16]}…  card {(item.Entry.Card is { } card ? card[..16] + "…" : "none")}");
            }

            output.Json(json =>
            {
                json.WriteString("name", parsed.GetRequiredValue(name));
                json.WriteStartArray("history");
                foreach (AliasEvent item in history)
                {
                    json.WriteStartObject();
                    json.WriteNumber("seq", item.Entry.Sequence);
                    json.WriteNumber("at", item.Entry.At);
                    json.WriteString("modelId", item.Entry.ModelId);
                    json.WriteString("statement", item.Entry.Statement);
                    json.WriteString("card", item.Entry.Card);
                    json.WriteString("minimumLevel", item.Entry.MinimumLevel);
                    json.WriteString("declaredUse", item.Entry.DeclaredUse);
                    json.WriteStartArray("changes");
                    foreach (string change in item.Changes)
                    {
                        json.WriteStringValue(change);
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    internal static Command Alias()
    {
        Argument<string> name = new("name") { Description = "The name; it may be new." };
        Argument<string> id = new("model") { Description = "The id of a model in the store; 'assay model history NAME' shows those that the name meant." };
        Option<string?> minimum = new("--minimum-level") { Description = "The least verification that requests for this name may ask for; default: as the name has it now." };
        Option<string?> use = new("--use") { Description = "What it is for; default: as when the name, or another one, last meant this model." };
        use.AcceptOnlyFromAmong("decision", "entertainment");
        return new Command("alias", "Let a name mean a model of the store, also one that it meant before. A running node keeps to what it started with.") { name, id, minimum, use, NodeFolder.Option }.Do((parsed, output, _) =>
        {
            ModelStore store = NodeFolder.Store(NodeFolder.Of(parsed));
            string alias = parsed.GetRequiredValue(name);
            ModelId model = ModelId.TryParse(parsed.GetRequiredValue(id), out ModelId named) ? named : throw CliException.Usage($"'{parsed.GetRequiredValue(id)}' isn't a model id.", "64 hexadecimal digits; 'assay model list' and 'assay model history NAME' show them.");
            StoreResult<IReadOnlyList<AliasEntry>> history = store.History(alias);
            AliasEntry? earlier = history.Value?.LastOrDefault(entry => entry.ModelId == model.ToString()) ?? Elsewhere(store, model);

            // The minimum is the operator's rule for the name; going back to another model mustn't lower it by the way.
            string? level = VerifyCommand.ParseLevel(parsed.GetValue(minimum))?.ToString() ?? history.Value?[^1].MinimumLevel;
            Digest32? card = earlier?.Card is { } hex && Digest32.TryParseHex(hex, out Digest32 digest) && store.FindCard(model, digest) is not null ? digest : null;

            // What was said about the model when the name meant it goes with it, also that it was accepted below the rule.
            Digest32? statement = earlier is not null && Digest32.TryParseHex(earlier.Statement, out Digest32 said) ? said : null;
            AliasEntry entry = ModelCommands.Require(store.SetAlias(alias, model, level, parsed.GetValue(use) ?? earlier?.DeclaredUse, card, statement));
            AliasEvent made = ModelCommands.Require(HubCatalogue.History(store, alias))[^1];
            output.Line($"'{alias}' means {entry.ModelId} from now on: {string.Join("; ", made.Changes)}");
            output.Line($"card {entry.Card ?? "none"}, use {entry.DeclaredUse ?? "not declared"}, minimum level {entry.MinimumLevel ?? "none"}");
            output.Json(json =>
            {
                json.WriteString("name", alias);
                json.WriteNumber("seq", entry.Sequence);
                json.WriteString("modelId", entry.ModelId);
                json.WriteString("card", entry.Card);
                json.WriteString("minimumLevel", entry.MinimumLevel);
                json.WriteString("declaredUse", entry.DeclaredUse);
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    // A new name for a model that has one gets the card that goes with that one now.
    private static AliasEntry? Elsewhere(ModelStore store, ModelId model) =>
        store.Aliases().Select(name => store.Resolve(name).Value).FirstOrDefault(entry => entry?.ModelId == model.ToString());
}
