using Assay.Cli.Console;

namespace Assay.Cli.Commands;

/// <summary>Finds the models that come with the repository; the launcher says where they are.</summary>
internal static class ShippedModels
{
    internal static string Folder(DirectoryInfo? named)
    {
        string? folder = named?.FullName ?? Environment.GetEnvironmentVariable("ASSAY_MODELS");
        if (folder is null)
        {
            for (DirectoryInfo? up = new(AppContext.BaseDirectory); up is not null && folder is null; up = up.Parent)
            {
                string candidate = Path.Combine(up.FullName, "models", "digits", "model.onnx");
                folder = File.Exists(candidate) ? Path.Combine(up.FullName, "models") : null;
            }
        }

        return folder is not null && Directory.Exists(folder)
            ? folder
            : throw new CliException(ExitCodes.CannotEvaluate, "models/not-found", "The shipped models aren't here.", "Run from a clone of the repository, or name their folder with --models.");
    }
}
