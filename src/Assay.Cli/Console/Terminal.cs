using System.CommandLine;

namespace Assay.Cli.Console;

/// <summary>What a command speaks to: the process's own standard output and error, or a caller's.</summary>
internal sealed class Terminal : InvocationConfiguration
{
    private readonly Stream _json;

    internal Terminal(TextWriter words, TextWriter errors, Stream json)
    {
        _json = json;
        Output = words;
        Error = errors;

        // Signals are ours too (Shutdown): a node finishes what it acknowledged, however long that takes.
        ProcessTerminationTimeout = null;

        // Ours is the last word on exceptions: whatever CommandActions doesn't understand is a bug and shows its stack.
        EnableDefaultExceptionHandler = false;
    }

    internal Output Open(bool isJson) => new(Output, Error, _json, isJson);
}
