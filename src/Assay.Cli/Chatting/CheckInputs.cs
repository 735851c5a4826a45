using System.CommandLine;
using Assay.Cli.Commands;
using Assay.Cli.Console;
using Assay.Cli.Paying;
using Assay.Client;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Chatting;

/// <summary>What a person says about checking chats as they come: the node, the level, whose keys count, what hardware must show, where the bytes are kept.</summary>
internal sealed class CheckInputs(string levelName)
{
    private readonly Option<Uri> _node = Nodes.Option();
    private readonly Option<string?> _level = new(levelName) { Description = "The level that is asked for, and that every answer must meet: signed, tee, ... There is no default." };
    private readonly Option<FileInfo?> _trust = new("--trust") { Description = "Trust file: which node and log count." };
    private readonly Option<bool> _firstUse = new("--first-use") { Description = "No trust file yet: take the keys of the first answer as they come, and hold the others to them." };
    private readonly Option<DirectoryInfo?> _save = new("--save") { Description = "Folder in which request, answer and receipt of each answer are kept, for 'assay verify'. They hold what was said." };
    private readonly AttestationInputs _attestation = new();
    private readonly PayInputs _paying = new();

    /// <summary>Adds the options to a command.</summary>
    internal Command On(Command command)
    {
        foreach (Option option in new Option[] { _node, _level, _trust, _firstUse, _save })
        {
            command.Add(option);
        }

        return _paying.On(_attestation.On(command));
    }

    /// <summary>Whether keys are taken as they come.</summary>
    internal bool IsFirstUse(ParseResult parsed) => parsed.GetValue(_firstUse) && TrustFiles.PathOf(parsed.GetValue(_trust)) is null;

    internal Uri Node(ParseResult parsed) => parsed.GetRequiredValue(_node);

    /// <summary>What answers are paid from; null: nothing is paid.</summary>
    internal Purse? Purse(ParseResult parsed, ChatChecker checker, Output output) => _paying.Open(parsed, checker.Level, output.Note);

    /// <summary>Where the bytes go; null: nowhere.</summary>
    internal SavedExchanges? Save(ParseResult parsed) => parsed.GetValue(_save) is { } folder ? new SavedExchanges(folder.FullName) : null;

    /// <summary>What decides whether an answer is given out.</summary>
    internal async Task<ChatChecker> CheckerAsync(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        VerificationLevel level = VerifyCommand.ParseLevel(parsed.GetValue(_level)) ?? throw CliException.Usage(
            $"Say which level answers must meet: {levelName} signed.", "docs/levels.md says what the levels mean; 'assay advise' picks one.");
        TrustFile? trust = await TrustFiles.ReadAsync(parsed.GetValue(_trust), cancellation).ConfigureAwait(false);
        if (trust is null && !parsed.GetValue(_firstUse))
        {
            throw CliException.Usage("Say whose answers count: --trust FILE.", "Without one yet: --first-use takes the keys of the first answer as they come, and shows them.");
        }

        return new ChatChecker(level, new CheckOptions { Trust = trust, FirstUse = parsed.GetValue(_firstUse), Attestation = await _attestation.ReadAsync(parsed, output, cancellation).ConfigureAwait(false) }, TimeProvider.System);
    }
}
