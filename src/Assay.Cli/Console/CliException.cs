namespace Assay.Cli.Console;

/// <summary>Ends a command with a message for people, a stable code for programs and an exit code.</summary>
internal sealed class CliException(int exitCode, string code, string message, string nearest = "") : Exception(message)
{
    internal int ExitCode { get; } = exitCode;

    internal string Code { get; } = code;

    internal string Nearest { get; } = nearest;

    internal static CliException Usage(string message, string nearest = "") => new(ExitCodes.Usage, "usage", message, nearest);
}
