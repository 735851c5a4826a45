using System.CommandLine;
using System.Globalization;
using Assay.Cli.Bench;
using Assay.Cli.Console;
using Assay.Models.Store;
using Assay.Primitives;
using Assay.Programs;

namespace Assay.Cli.Commands;

/// <summary><c>assay bench</c>: measures this machine; docs/performance.md says how its figures were made.</summary>
internal static class BenchCommand
{
    internal static Command Create()
    {
        Option<int> seconds = new("--seconds") { Description = "Time for each figure, 1 to 60.", DefaultValueFactory = static _ => 3 };
        Option<DirectoryInfo?> models = new("--models") { Description = "Folder with the shipped models; default: the repository's." };
        Argument<string> what = new("what") { Description = "engine, serve, verify, log or all.", DefaultValueFactory = static _ => "all" };
        Option<string?> profile = new("--profile") { Description = "With engine: the time of each step of this model, a name in the node's folder or a shipped one." };
        what.AcceptOnlyFromAmong("engine", "serve", "verify", "log", "all");
        return new Command("bench", "Measure this machine: engine, serving with and without receipts, verifying, logging.") { what, seconds, models, profile, NodeFolder.Option }.Do(async (parsed, output, cancellation) =>
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
