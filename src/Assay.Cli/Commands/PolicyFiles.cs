using Assay.Cli.Console;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary>Reads policy files, in any spelling.</summary>
internal static class PolicyFiles
{
    internal static async Task<PolicyDocument?> ReadAsync(FileInfo? file, CancellationToken cancellation)
    {
        if (file is null)
        {
            return null;
        }

        byte[] text = await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false);
        return PolicyDocument.TryRead(text, out PolicyFault? fault)
            ?? throw new CliException(ExitCodes.Usage, fault!.Code, $"The policy {file.FullName} can't be read{(fault.Path.Length == 0 ? "" : $" at {fault.Path}")}.", "spec/levels.md has its grammar.");
    }
}
