using Assay.Cli.Commands;
using Assay.Models.Benchmarks;
using Assay.Programs;

namespace Assay.Cli.Bench;

/// <summary>Compiled benchmark models in a temporary folder: the largest take a quarter of a minute to compile.</summary>
internal static class BenchmarkModelCache
{
    // Another one whenever the generator or the compiler gives other programs.
    private const string Folder = "assay-bench-models-1";

    internal static ExactModel Load(string name, Action<string> note, CancellationToken cancellation)
    {
        string folder = Path.Combine(Path.GetTempPath(), Folder, name);
        if (File.Exists(Path.Combine(folder, ModelFolder.WeightsFile)))
        {
            return ModelFolder.Open(folder);
        }

        note($"{name}: compiling, once");
        ExactModel model = BenchmarkModels.Compile(name, null, cancellation);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, ModelFolder.ProgramFile), model.ProgramBytes.Span);

        // The weights' file says that both are there.
        string weights = Path.Combine(folder, ModelFolder.WeightsFile);
        File.WriteAllBytes(weights + ".part", model.Weights.Memory.Span);
        File.Move(weights + ".part", weights, overwrite: true);
        return model;
    }
}
