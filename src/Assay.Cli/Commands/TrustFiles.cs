using Assay.Cli.Console;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>Finds the trust file: the one that was named, else ASSAY_TRUST, else none.</summary>
internal static class TrustFiles
{
    internal static async Task<TrustFile?> ReadAsync(FileInfo? named, CancellationToken cancellation) =>
        PathOf(named) is { } path ? Parse(await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false), path) : null;

    internal static string? PathOf(FileInfo? named)
    {
        string? path = named?.FullName ?? Environment.GetEnvironmentVariable("ASSAY_TRUST");
        return string.IsNullOrEmpty(path) ? null : path;
    }

    internal static TrustFile Parse(byte[] text, string path) => TrustFile.TryParse(text, out string? error, out int line)
        ?? throw new CliException(ExitCodes.CannotEvaluate, error!, $"The trust file {path} can't be read (line {line}).", $"'assay trust check {path}' says what would work.");
}
