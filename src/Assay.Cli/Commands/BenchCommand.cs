using System.CommandLine;
using System.Globalization;
using Assay.Cli.Bench;
using Assay.Cli.Console;
using Assay.Models.Benchmarks;
using Assay.Models.Store;
using Assay.Primitives;
using Assay.Programs;
using Assay.Prover;

namespace Assay.Cli.Commands;

/// <summary><c>assay bench</c>: measures this machine; docs/performance.md says how its figures were made.</summary>
internal static class BenchCommand
{
    internal static Command Create()
    {
        Option<int> seconds = new("--seconds") { Description = "Time for each figure, 1 to 60.", DefaultValueFactory = static _ => 3 };
        Option<DirectoryInfo?> models = new("--models") { Description = "Folder with the shipped models; default: the repository's." };
        Argument<string> what = new("what") { Description = "engine, prove, serve, chat, pay, verify, log or all.", DefaultValueFactory = static _ => "all" };
        Option<string?> profile = new("--profile") { Description = "With engine: the time of each step of this model, a name in the node's folder or a shipped one." };
        Option<string> model = new("--model") { Description = $"With prove: {string.Join(", ", BenchmarkModels.Names)}, a model in the node's folder, a shipped one, or a folder with program.cbor and weights.bin.", DefaultValueFactory = static _ => "mlp" };
        Option<int> batch = new("--batch") { Description = "With prove: runs in one proof, 1 to 65536.", DefaultValueFactory = static _ => 1 };
        Option<int> threads = new("--threads") { Description = "With prove: threads, 1 to 256; default: one for each processor, at most 8.", DefaultValueFactory = static _ => new ModelProverOptions().Threads };
        what.AcceptOnlyFromAmong("engine", "prove", "serve", "chat", "pay", "verify", "log", "all");
        return new Command("bench", "Measure this machine: engine, proofs, serving with and without receipts, streaming chats, being paid, verifying, logging.") { what, seconds, models, profile, model, batch, threads, NodeFolder.Option }.Do(async (parsed, output, cancellation) =>
        {
            int time = parsed.GetValue(seconds);
            if (time is < 1 or > 60)
            {
                throw CliException.Usage("--seconds goes from 1 to 60.");
            }

            if (parsed.GetValue(profile) is { } name)
            {
                EngineProfile.Show(output, name, Find(name, NodeFolder.Of(parsed), parsed.GetValue(models), output, cancellation));
                return ExitCodes.Met;
            }

            if (parsed.GetRequiredValue(what) == "prove")
            {
                (string proved, int runs, int workers) = (parsed.GetRequiredValue(model), parsed.GetValue(batch), parsed.GetValue(threads));
                if (runs is < 1 or > 65536 || workers is < 1 or > 256)
                {
                    throw CliException.Usage("--batch goes from 1 to 65536, --threads from 1 to 256.");
                }

                ExactModel exact = BenchmarkModels.Names.Contains(proved) ? BenchmarkModelCache.Load(proved, output.Note, cancellation)
                    : File.Exists(Path.Combine(proved, ModelFolder.ProgramFile)) ? ModelFolder.Open(proved)
                    : Find(proved, NodeFolder.Of(parsed), parsed.GetValue(models), output, cancellation);
                ProveBenchmark.Run(output, proved, exact, runs, workers, TimeSpan.FromSeconds(time), cancellation);
                return ExitCodes.Met;
            }

            Benchmarks benchmarks = new(ShippedModels.Folder(parsed.GetValue(models)), TimeSpan.FromSeconds(time), output.Note);
            List<BenchFigure> figures = [];
            string wanted = parsed.GetRequiredValue(what);
            if (wanted is "engine" or "all")
            {
                figures.AddRange(benchmarks.Engine());
            }

            if (wanted is "verify" or "all")
            {
                figures.AddRange(await benchmarks.VerifyAsync(cancellation).ConfigureAwait(false));
            }

            if (wanted is "log" or "all")
            {
                figures.AddRange(await benchmarks.LogAsync(cancellation).ConfigureAwait(false));
            }

            if (wanted is "serve" or "all")
            {
                figures.AddRange(await benchmarks.ServeAsync(cancellation).ConfigureAwait(false));
            }

            if (wanted is "chat" or "all")
            {
                figures.AddRange(await ChatBenchmark.RunAsync(TimeSpan.FromSeconds(time), cancellation).ConfigureAwait(false));
            }

            if (wanted is "pay" or "all")
            {
                figures.AddRange(await benchmarks.PayAsync(cancellation).ConfigureAwait(false));
            }

            int width = figures.Max(static f => f.Name.Length);
            foreach (BenchFigure figure in figures)
            {
                output.Line(string.Create(CultureInfo.InvariantCulture, $"{figure.Name.PadRight(width)}  {figure.Value,14:N2} {figure.Unit}"));
            }

            output.Json(json =>
            {
                json.WriteStartArray("figures");
                foreach (BenchFigure figure in figures)
                {
                    json.WriteStartObject();
                    json.WriteString("name", figure.Name);
                    json.WriteNumber("value", Math.Round(figure.Value, 3));
                    json.WriteString("unit", figure.Unit);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return ExitCodes.Met;
        });
    }

    /// <summary>A registered model, or one that comes with the repository, compiled now.</summary>
    private static ExactModel Find(string name, string folder, DirectoryInfo? models, Output output, CancellationToken cancellation)
    {
        ModelStore? store = Directory.Exists(Path.Combine(folder, "models")) ? NodeFolder.Store(folder) : null;
        if (store?.Resolve(name).Value is { } alias && ModelId.TryParse(alias.ModelId, out ModelId id))
        {
            return store.Load(id).Value is StoredModel.Exact { Model: var model }
                ? model
                : throw CliException.Usage($"'{name}' isn't an exact model: a float model runs in ONNX Runtime.");
        }

        return ModelPackage.Read(Path.Combine(ShippedModels.Folder(models), name)).Register(step => output.Note($"{name}: {step}"), cancellation).Model!;
    }
}
