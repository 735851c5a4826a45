using System.Text.Json;
using Assay.Cli.Console;
using Assay.Models.Registration;

namespace Assay.Cli.Commands;

/// <summary>
/// A model as its publisher hands it over: a folder with <c>model.onnx</c>, <c>calibration.npy</c>, and, if it has them,
/// <c>model.json</c> (name, description, declared use, classes), <c>test_inputs.npy</c>, <c>test_labels.npy</c>.
/// </summary>
internal sealed record ModelPackage(string Name, string Description, string DeclaredUse, IReadOnlyList<string> Classes, RegistrationRequest Request)
{
    internal static ModelPackage Read(string folder)
    {
        string onnx = Path.Combine(folder, "model.onnx");
        if (!File.Exists(onnx))
        {
            throw new CliException(ExitCodes.CannotEvaluate, "model/not-a-package", $"{folder} has no model.onnx.", "Name a folder with model.onnx and calibration.npy, or use --onnx and --calibration.");
        }

        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        string description = "", use = "";
        string[] classes = [];
        string about = Path.Combine(folder, "model.json");
        if (File.Exists(about))
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(about));
            JsonElement root = json.RootElement;
            name = Text(root, "name") ?? name;
            description = Text(root, "description") ?? "";
            use = Text(root, "declared_use") ?? "";
            classes = root.TryGetProperty("classes", out JsonElement list) ? [.. list.EnumerateArray().Select(static c => c.GetString()!)] : [];
        }

        return new ModelPackage(name, description, use, classes, ReadRequest(onnx, Path.Combine(folder, "calibration.npy"), Optional(folder, "test_inputs.npy"), Optional(folder, "test_labels.npy")));
    }

    internal static RegistrationRequest ReadRequest(string onnx, string calibration, string? test, string? labels) => RegistrationRequest.Single(
        File.ReadAllBytes(onnx), File.ReadAllBytes(calibration), test is null ? null : File.ReadAllBytes(test), labels is null ? null : File.ReadAllBytes(labels));

    /// <summary>Compiles; every error is told at once.</summary>
    internal RegistrationResult Register(Action<string> progress, CancellationToken cancellation)
    {
        RegistrationResult result = ModelRegistration.Register(Request, new Progress(progress), cancellation);
        return result.Model is not null
            ? result
            : throw new CliException(ExitCodes.CannotEvaluate, result.Errors[0].Code, "The model can't be registered:\n  " + string.Join("\n  ", result.Errors), "docs/operators.md lists what can be imported.");
    }

    private static string? Optional(string folder, string file) => Path.Combine(folder, file) is var path && File.Exists(path) ? path : null;

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Unlike System.Progress, in order and on the caller's thread.
    private sealed class Progress(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
