using System.CommandLine;
using System.Globalization;
using Assay.Cli.Console;
using Assay.Cli.Hub;
using Assay.Models.Fidelity;
using Assay.Models.Hub;
using Assay.Models.Registration;
using Assay.Models.Store;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay model list</c> and <c>search</c>: names, and what is said about what they mean.</summary>
internal static class ModelListCommands
{
    private sealed record Row(HubEntry Entry, string Fidelity, IReadOnlyList<PublisherFact> Publishers);

    internal static Command List()
    {
        Option<FileInfo?> trust = TrustOption();
        return new Command("list", "Names and the models that they mean.") { trust, NodeFolder.Option }.Do(async (parsed, output, cancellation) =>
        {
            ModelStore store = NodeFolder.Store(NodeFolder.Of(parsed));
            HubIndex index = HubCatalogue.Index(store, out IReadOnlyList<(string Name, string Code)> unreadable);
            TrustFile? trusted = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false);
            Write(output, store, [.. index.Entries], trusted, null, "no models yet: assay model add models/digits");
            foreach ((string name, string code) in unreadable)
            {
                output.Note($"{name}: its history can't be read [{code}]");
            }

            return unreadable.Count == 0 ? ExitCodes.Met : ExitCodes.CannotEvaluate;
        });
    }

    internal static Command Search()
    {
        Argument<string[]> words = new("words") { Description = "Words, or their beginnings, of name, task, description, tags, authors or classes; all of them have to be there.", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> task = new("--task") { Description = "What it does, for example image-classification." };
        Option<string?> licence = new("--licence") { Description = "A licence that its card names, for example MIT." };
        Option<string?> use = new("--use") { Description = "What it is declared for: decision or entertainment." };
        Option<string?> kind = new("--kind") { Description = "exact or float." };
        kind.AcceptOnlyFromAmong(HubEntry.Exact, HubEntry.Float);
        Option<string?> level = new("--level") { Description = "A level that can be met for it." };
        Option<string?> after = new("--after") { Description = "Begin after this name: the last one that the page before showed." };
        Option<int> limit = new("--limit") { Description = "Most models that are shown.", DefaultValueFactory = static _ => 100 };
        Option<FileInfo?> trust = TrustOption();
        return new Command("search", "Find models by words, task, licence, use or level.") { words, task, licence, use, kind, level, after, limit, trust, NodeFolder.Option }.Do(async (parsed, output, cancellation) =>
        {
            int most = parsed.GetValue(limit) is var given and >= 1 and <= HubIndex.MaxPage ? given : throw CliException.Usage($"--limit: from 1 to {HubIndex.MaxPage}.");
            VerificationLevel? wanted = VerifyCommand.ParseLevel(parsed.GetValue(level));
            ModelStore store = NodeFolder.Store(NodeFolder.Of(parsed));
            HubIndex index = HubCatalogue.Index(store, out _);
            HubPage page = index.Find(new HubQuery(
                string.Join(' ', parsed.GetValue(words) ?? []), parsed.GetValue(task), parsed.GetValue(licence), parsed.GetValue(use), parsed.GetValue(kind),
                wanted is { } asked ? entry => CanMeet(entry, asked) : null), parsed.GetValue(after), most);
            TrustFile? trusted = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false);
            Write(output, store, page.Entries, trusted, page.Next, "nothing fits");
            if (page.Next is { } next)
            {
                output.Line($"there are more: --after {next}");
            }

            return ExitCodes.Met;
        });
    }

    /// <summary>What an exact program keeps of its float model, in a figure, with (!) where it was accepted below the rule, (unknown) where the statement is older than the rule; a dash where nothing is claimed.</summary>
    internal static string Fidelity(ModelStatement? statement)
    {
        if (statement?.Fidelity is not { } report)
        {
            return "-";
        }

        SetFidelity measured = report.Test ?? report.Calibration;
        string figure = measured.Accuracy is { Items: > 0 } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * accuracy.ExactCorrect / accuracy.Items:0.0}% right")
            : measured.Outputs.Length == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100 * measured.Outputs.Max(static output => output.MeanRelativeError):0.###}% off");
        return report.MeetsTheRule() switch
        {
            null => figure + " (unknown)",
            false => figure + " (!)",
            true => figure,
        };
    }

    private static Option<FileInfo?> TrustOption() => new("--trust") { Description = "Trust file: its 'publisher' lines say who is named as vouching; default: ASSAY_TRUST." };

    // What a node on this store would offer; it hands out programs and weights unless its code says otherwise.
    private static bool CanMeet(HubEntry entry, VerificationLevel level) =>
        new Node.Serving.ModelTerms(entry.Name, "", null, WeightsPublic: entry.Kind == HubEntry.Exact).CanMeet(level);

    private static Row RowOf(ModelStore store, HubEntry entry, TrustFile? trust)
    {
        if (store.Resolve(entry.Name).Value is not { } alias || store.StatementOf(alias) is not { } bytes)
        {
            return new Row(entry, "damaged", []);
        }

        ModelStatement? exact = ModelStatement.TryParse(bytes);
        Digest32 source = Digest32.TryParseHex(exact?.Source.Sha256 ?? FloatModelStatement.TryParse(bytes)?.Source.Sha256 ?? "", out Digest32 digest) ? digest : default;
        PublishedModel published = new(entry.Id, Digest32.Sha256(bytes), entry.Card?.Digest, source);
        return new Row(entry, Fidelity(exact), [.. store.PublisherStatements(entry.Id).Select(signed => PublisherAppraisal.Appraise(signed, published, trust))]);
    }

    // A list reads no program, so it can't say that these are the files that somebody signed; inspect and a node's start do.
    private static string Vouched(IReadOnlyList<PublisherFact> publishers) =>
        PapersText.Short(publishers) + (publishers.Any(static fact => fact.Result == CheckResult.Pass) ? " (not checked)" : "");

    private static void Write(Output output, ModelStore store, IReadOnlyList<HubEntry> entries, TrustFile? trust, string? next, string none)
    {
        Row[] rows = [.. entries.Select(entry => RowOf(store, entry, trust))];
        output.Line(rows.Length == 0 ? none : $"{"name",-20} {"runs",-5} {"task",-22} {"licence",-14} {"fidelity",-15} {"vouched by",-15} {"minimum",-8} model id");
        foreach (Row row in rows)
        {
            HubEntry entry = row.Entry;
            output.Line($"{entry.Name,-20} {entry.Kind,-5} {entry.Card?.Task ?? "-",-22} {entry.Card?.Licence?.Text ?? "-",-14} {row.Fidelity,-15} {Vouched(row.Publishers),-15} {entry.MinimumLevel ?? "-",-8} {entry.Id}");
        }

        output.Json(json =>
        {
            json.WriteStartArray("models");
            foreach (Row row in rows)
            {
                HubEntry entry = row.Entry;
                json.WriteStartObject();
                json.WriteString("name", entry.Name);
                json.WriteString("modelId", entry.Id.ToString());
                json.WriteString("kind", entry.Kind);
                json.WriteString("minimumLevel", entry.MinimumLevel);
                json.WriteString("declaredUse", entry.DeclaredUse);
                json.WriteString("task", entry.Card?.Task);
                json.WriteString("licence", entry.Card?.Licence?.Text);
                json.WriteString("description", entry.Card?.Description);
                json.WriteString("fidelity", row.Fidelity);
                json.WriteBoolean("filesChecked", false);
                PapersText.WritePublishers(json, row.Publishers);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("next", next);
        });
    }
}
