using System.CommandLine;
using Assay.Client;
using Assay.Files;

namespace Assay.Cli.Console;

/// <summary>Runs commands: one place for <c>--json</c>, for exit codes and for failures that people should understand.</summary>
internal static class CommandActions
{
    internal static Option<bool> Json { get; } = new("--json") { Description = "One JSON object with stable keys instead of words.", Recursive = true };

    /// <summary>Gives a command its action; failures become messages and exit codes.</summary>
    internal static Command Do(this Command command, Func<ParseResult, Output, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            Output output = ((Terminal)parsed.InvocationConfiguration).Open(parsed.GetValue(Json));
            try
            {
                return await action(parsed, output, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (Understand(e) is { } failure)
            {
                return output.Fail(failure);
            }
        });
        return command;
    }

    internal static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal)
    {
        ParseResult parsed = AssayCommand.Root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            bool isJson = args.Contains("--json", StringComparer.Ordinal);
            return terminal.Open(isJson).Fail(CliException.Usage(
                string.Join(" ", parsed.Errors.Select(static e => e.Message)), $"'{PathOf(parsed.CommandResult)} --help' shows how."));
        }

        return await parsed.InvokeAsync(terminal).ConfigureAwait(false);
    }

    private static string PathOf(System.CommandLine.Parsing.CommandResult result) => result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "assay";

    private static CliException? Understand(Exception e) => e switch
    {
        CliException known => known,
        NodeException node => new CliException(ExitCodes.CannotEvaluate, node.Code, node.Message, node.Nearest),
        HttpRequestException http => new CliException(ExitCodes.CannotEvaluate, "node/unreachable", $"The node doesn't answer: {http.Message}", "Is it running? 'assay serve' starts one; --node says where it is."),
        OnnxRuntime.OnnxRuntimeException library => new CliException(ExitCodes.CannotEvaluate, library.Code, library.Message, library.Hint),
        KeyException key => new CliException(ExitCodes.CannotEvaluate, key.Code, key.Message),
        Node.Attesting.AttestationException attestation => new CliException(ExitCodes.CannotEvaluate, attestation.Code, attestation.Message, attestation.Nearest),
        Node.Chatting.ChatFileException chat => new CliException(ExitCodes.CannotEvaluate, "chat/file", chat.Message, "docs/chat.md"),
        Node.Paying.PriceFileException prices => new CliException(ExitCodes.CannotEvaluate, "prices/file", prices.Message, "docs/payment.md; 'assay prices check' says it without starting a node."),
        Node.Keys.ApiKeyFileException keys => new CliException(ExitCodes.CannotEvaluate, keys.Code, keys.Message),
        FileNotFoundException or DirectoryNotFoundException => new CliException(ExitCodes.CannotEvaluate, "file/not-found", e.Message),
        UnauthorizedAccessException or IOException => new CliException(ExitCodes.CannotEvaluate, "file/io", e.Message),
        Log.LogException { Code: Log.LogErrors.Locked } locked => new CliException(
            ExitCodes.CannotEvaluate, locked.Code, $"Another process has this folder open, most likely a node that runs already, or it can't be written: {locked.InnerException?.Message ?? locked.Detail}", "Stop that one, or give this one a folder and an address of its own: --folder, --url."),
        Log.LogException log => new CliException(ExitCodes.CannotEvaluate, log.Code, log.Message),
        InvalidDataException or FormatException or System.Text.Json.JsonException => new CliException(ExitCodes.CannotEvaluate, "file/format", e.Message),
        ArgumentException argument => CliException.Usage(argument.Message),
        OperationCanceledException => new CliException(ExitCodes.CannotEvaluate, "cancelled", "Stopped before it was done."),
        _ => null,
    };
}
