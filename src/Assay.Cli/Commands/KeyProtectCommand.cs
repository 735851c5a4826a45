using System.CommandLine;
using Assay.Cli.Console;
using Assay.Files;
using Assay.Node.Keys;

namespace Assay.Cli.Commands;

/// <summary><c>assay keyset protect</c>: encrypts a stopped node's key files under a passphrase.</summary>
internal static class KeyProtectCommand
{
    internal static Command Create() => new Command("protect", "Encrypt a stopped node's private keys under a passphrase; the node needs it from then on.")
    {
        NodeFolder.Option, NodeKeyOptions.PassphraseFile,
    }.Do((parsed, output, cancellation) =>
    {
        using KeyPassphrase passphrase = NodeKeyOptions.Passphrase(parsed)
            ?? throw CliException.Usage("A passphrase is needed.", $"Give --key-passphrase-file or {KeyPassphrase.Variable}.");
        int files = NodeKeyProtection.Protect(Path.Combine(NodeFolder.Of(parsed), "keys"), passphrase);
        output.Line($"encrypted {files} key files; those that were encrypted already stay. The disk may still hold the old bytes, and so do backups.");
        output.Json(json => json.WriteNumber("encrypted", files));
        return Task.FromResult(ExitCodes.Met);
    });
}
