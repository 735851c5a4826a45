using Assay.Cli.Console;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>Finds the trust file: the one that was named, else ASSAY_TRUST, else none.</summary>
internal static class TrustFiles
{
    internal static async Task<TrustFile?> ReadAsync(FileInfo? named, CancellationToken cancellation)
    {
        string? path = named?.FullName ?? Environment.GetEnvironmentVariable("ASSAY_TRUST");
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        byte[] text = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
        return TrustFile.TryParse(text, out string? error, out int line) ?? throw new CliException(ExitCodes.CannotEvaluate, error!, $"The trust file {path} can't be read (line {line}).", "Its syntax is in spec/trust.md.");
    }
}
