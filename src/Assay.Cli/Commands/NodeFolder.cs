using System.CommandLine;
using Assay.Models.Store;

namespace Assay.Cli.Commands;

/// <summary>The folder in which a node keeps its keys, models and log.</summary>
internal static class NodeFolder
{
    internal static Option<DirectoryInfo?> Option { get; } = new("--folder") { Description = "The node's folder; default: ASSAY_FOLDER, else .assay in the current folder." };

    internal static string Of(ParseResult parsed) => parsed.GetValue(Option)?.FullName
        ?? Environment.GetEnvironmentVariable("ASSAY_FOLDER")
        ?? Path.GetFullPath(".assay");

    internal static ModelStore Store(string folder) => ModelStore.Open(Path.Combine(folder, "models"), TimeProvider.System);
}
