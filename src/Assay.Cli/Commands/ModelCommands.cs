using System.CommandLine;
using Assay.Cli.Console;
using Assay.Cli.Hub;
using Assay.Client;
using Assay.Models.Fidelity;
using Assay.Models.Registration;
using Assay.Models.Store;
using Assay.Primitives;
using Assay.Programs;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay model</c>: register, list, inspect; fetch one from a node for replay.</summary>
internal static class ModelCommands
{
    internal static Command Create() => new("model", "Register models, find them, look at them, sign them, fetch them for replay.") { Add(), ModelListCommands.List(), ModelListCommands.Search(), Inspect(), ModelCheckCommands.Check(), ModelCheckCommands.Conformance(), ModelEvaluateCommand.Create(), ModelAliasCommands.History(), ModelAliasCommands.Alias(), PublisherCommands.Sign(), Fetch() };

    /// <summary>Fetches program and weights; what a node sends is checked before it is written.</summary>
    internal static async Task FetchAsync(AssayClient client, string name, string folder, CancellationToken cancellation)
    {
        string path = $"v1/models/{Uri.EscapeDataString(name)}";
        byte[] program = await client.GetAsync(path + "/program", cancellation).ConfigureAwait(false);
        byte[] weights = await client.GetAsync(path + "/weights", cancellation).ConfigureAwait(false);
        ModelId id = ModelFolder.Decode(program, weights, "what the node sent").Id;
        if (ModelId.TryParse(name, out ModelId asked) && asked != id)
        {
            throw new CliException(ExitCodes.Untrusted, "model/other", $"The node was asked for model {asked} and sent {id}.");
        }

        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, ModelFolder.ProgramFile), program, cancellation).ConfigureAwait(false);
        await File.WriteAllBytesAsync(Path.Combine(folder, ModelFolder.WeightsFile), weights, cancellation).ConfigureAwait(false);
    }

    private static Command Add()
    {
        ModelSource source = new();
        Option<string?> name = new("--name") { Description = "The name; default: model.json's, else the folder's." };
        Option<string?> minimum = new("--minimum-level") { Description = "The least verification that requests for this name may ask for." };
        Option<string?> use = new("--use") { Description = "What it is for: decision or entertainment." };
        use.AcceptOnlyFromAmong("decision", "entertainment");
        Option<string?> fidelity = new("--fidelity") { Description = "The mean relative error to keep under, for example 0.3%; layers widen until it holds." };
        Option<string?> task = new("--task") { Description = "How the distance from float is judged: classify (98% of classes the same) or regress (2% mean relative error); default: by labels and by the last layer." };
        task.AcceptOnlyFromAmong("classify", "regress");
        Option<bool> accept = new("--accept-fidelity") { Description = "Register it even if it is further from float than that; its statement and every receipt say so." };
        Option<bool> asIs = new("--float") { Description = "Serve the ONNX file as it is, in floats: signed and logged receipts, no replay." };
        Option<FileInfo?> library = FloatModels.LibraryOption();
        ImportOptionText import = new();
        Command command = new("add", "Compile an ONNX model to an exact program and register it under a name; with --float register the file as it is.") { asIs, library, name, minimum, use, fidelity, task, accept, NodeFolder.Option };
        source.AddTo(command);
        import.AddTo(command);
        return command.Do(async (parsed, output, cancellation) =>
        {
            if (parsed.GetValue(asIs))
            {
                bool compiles = parsed.GetValue(fidelity) is not null || parsed.GetValue(task) is not null || parsed.GetValue(accept) || import.IsGiven(parsed);
                return FloatModels.Add(output, NodeFolder.Of(parsed), source.FileOnly(parsed, compiles), parsed.GetValue(library), parsed.GetValue(name), VerifyCommand.ParseLevel(parsed.GetValue(minimum)), parsed.GetValue(use));
            }

            ModelPackage read = await source.ReadAsync(parsed, output.Note, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(fidelity) is { } target)
            {
                read = read with { Request = read.Request with { Options = read.Request.Options with { FidelityTarget = ParseShare(target) } } };
            }

            read = read with { Request = read.Request with { Import = import.Read(parsed) } };
            ModelTask judged = parsed.GetValue(task) switch { "classify" => ModelTask.Classify, "regress" => ModelTask.Regress, _ => read.Request.Task };
            read = read with { Request = read.Request with { Task = judged, AcceptFidelity = parsed.GetValue(accept) } };
            string alias = parsed.GetValue(name) ?? read.Name;
            string? level = VerifyCommand.ParseLevel(parsed.GetValue(minimum))?.ToString();
            string? declared = parsed.GetValue(use) ?? (read.DeclaredUse.Length == 0 ? null : read.DeclaredUse);
            RegistrationResult result = read.Register(step => output.Note($"{alias}: {step}"), cancellation);
            ModelId id = result.Model!.Id;
            read.RequirePapers(id, result.StatementBytes);
            read.RequirePresentation(result.Model);
            ModelStore store = NodeFolder.Store(NodeFolder.Of(parsed));
            StoredModel stored = Require(store.Put(result.Model, result.StatementBytes, read.Request.Onnx));
            read.KeepPapers(store, id);
            Require(store.SetAlias(alias, id, level, declared, read.Card?.Digest));
            output.Line($"registered '{alias}'");
            TrustFile? trusted = await TrustFiles.ReadAsync(null, cancellation).ConfigureAwait(false);
            Show(output, alias, result.Model, result.Statement!, result.StatementBytes, level, declared, PapersText.Of(store, stored, read.Card, trusted, TrustFiles.PathOf(null)));
            return ExitCodes.Met;
        });
    }

    private static Command Inspect()
    {
        Argument<string> name = new("name") { Description = "A name, or a model id." };
        Option<FileInfo?> svg = new("--svg") { Description = "Draws the error of each layer to this file." };
        Option<FileInfo?> trust = new("--trust") { Description = "Trust file: its 'publisher' lines say whose signature counts; default: ASSAY_TRUST." };
        return new Command("inspect", "A model's identity, widths, fidelity report layer by layer, card, who vouches for it, and what proofs of it take.") { name, trust, svg, NodeFolder.Option }.Do(async (parsed, output, cancellation) =>
        {
            ModelStore store = NodeFolder.Store(NodeFolder.Of(parsed));
            string wanted = parsed.GetRequiredValue(name);
            AliasEntry? alias = ModelId.TryParse(wanted, out ModelId id) ? null : Require(store.Resolve(wanted));
            StoredModel stored = Require(alias is null ? store.Load(id) : store.Load(alias));
            TrustFile? trusted = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false);
            PapersText papers = PapersText.Of(store, stored, alias is null ? null : store.CardOf(alias), trusted, TrustFiles.PathOf(parsed.GetValue(trust)));
            switch (stored)
            {
                case StoredModel.Exact exact:
                    Show(output, wanted, exact.Model, exact.Statement, exact.StatementBytes, alias?.MinimumLevel, alias?.DeclaredUse, papers);
                    ProofText.Inspect(output, store, exact.Model);
                    FidelityPlot.Print(output, exact.Statement.Fidelity);
                    if (parsed.GetValue(svg) is { } file)
                    {
                        File.WriteAllText(file.FullName, FidelityPlot.Svg(wanted, exact.Statement.Fidelity));
                        output.Line($"drawn    {file.FullName}");
                    }

                    break;
                case StoredModel.Float asIs:
                    FloatModels.Show(output, wanted, asIs, alias?.MinimumLevel, alias?.DeclaredUse, papers);
                    break;
            }

            if (alias is not null)
            {
                output.Line($"history  {alias.Sequence} {(alias.Sequence == 1 ? "entry" : "entries")}, the last of {DateTimeOffset.FromUnixTimeMilliseconds(alias.At):yyyy-MM-dd HH:mm:ss} UTC: assay model history {wanted}");
            }

            return ExitCodes.Met;
        });
    }

    private static Command Fetch()
    {
        Argument<string> name = new("name") { Description = "Name or id." };
        Option<Uri> node = Nodes.Option();
        Option<DirectoryInfo> target = new("--out") { Description = "Folder for program.cbor and weights.bin.", Required = true };
        return new Command("fetch", "Fetch a model's program and weights, so that you can replay.") { name, node, target }.Do(async (parsed, output, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(target).FullName;
            await FetchAsync(Nodes.Client(parsed.GetRequiredValue(node)), parsed.GetRequiredValue(name), folder, cancellation).ConfigureAwait(false);
            string id = ModelFolder.Open(folder).Id.ToString();
            output.Line($"fetched  {folder}");
            output.Line($"model id {id} (computed from the files here)");
            output.Json(json => json.WriteString("modelId", id));
            return ExitCodes.Met;
        });
    }

    private static void Show(Output output, string name, ExactModel model, ModelStatement statement, ReadOnlyMemory<byte> statementBytes, string? minimum, string? use, PapersText papers)
    {
        FidelityReport report = statement.Fidelity;
        SetFidelity measured = report.Test ?? report.Calibration;
        output.Line($"model id {model.Id}");
        output.Line("runs     exact: the same program and input give the same bytes on every machine, so anyone can replay an answer");
        output.Line($"source   {statement.Source.Format}, SHA-256 {statement.Source.Sha256}");
        output.Line($"use      {use ?? "not declared"}; minimum level: {minimum ?? "none"}");
        output.Line($"size     {model.Program.Operations.Length} operations, {model.Program.Work:N0} multiply-adds an item, {model.Weights.Memory.Length:N0} bytes of weights");
        output.Line($"fidelity measured on {(report.Test is null ? "the calibration data" : "the test set")}, {measured.Items} items, against {report.FloatReference}");
        if (measured.Accuracy is { } accuracy)
        {
            output.Line($"         right answers: float {accuracy.FloatCorrect}, exact program {accuracy.ExactCorrect}, of {accuracy.Items}");
        }

        foreach (OutputFidelity fidelity in measured.Outputs)
        {
            output.Line(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"         {fidelity.Name}: mean relative error {100 * fidelity.MeanRelativeError:0.###}%, largest absolute error {fidelity.MaxAbsoluteError:0.######}{(fidelity.WorstElementError is { } worst ? $", worst element {fidelity.WorstElement} {100 * worst:0.##}% of its own range" : "")}"));
        }

        if (measured.Top1Agreement is { } agreement)
        {
            output.Line(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"         same largest element of the first output: {100 * agreement:0.##}% of items"));
        }

        if (report.MeetsTheRule() is not { } meets)
        {
            output.Line("         fidelity unknown: the statement is older than the rule; add the model again to have it judged");
        }
        else if (!meets)
        {
            output.Line("         accepted by whoever registered it although the rule asks for 98% of classes the same or 2% mean relative error, and at most 2% of items refused: every receipt says so");
        }

        papers.Close(output, name, model.Id.ToString(), "exact", minimum, use, statementBytes);
    }

    private static double ParseShare(string text)
    {
        string digits = text.TrimEnd('%');
        return double.TryParse(digits, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double value) && value is > 0 and < 100
            ? (text.EndsWith('%') ? value / 100 : value)
            : throw CliException.Usage($"--fidelity '{text}' isn't a share.", "For example 0.3%.");
    }

    internal static T Require<T>(StoreResult<T> result)
        where T : class => result.Value ?? throw new CliException(ExitCodes.CannotEvaluate, result.Error!, result.Message!, "'assay model list' shows what is there.");
}
