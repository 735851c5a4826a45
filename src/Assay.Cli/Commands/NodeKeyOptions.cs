using System.CommandLine;
using Assay.Cli.Console;
using Assay.Files;

namespace Assay.Cli.Commands;

/// <summary>Where commands get the passphrase of a node's key files from; never from the command line itself, which others can read.</summary>
internal static class NodeKeyOptions
{
    internal static Option<FileInfo?> PassphraseFile { get; } = new("--key-passphrase-file") { Description = "The key files' passphrase, in a file that only you can read; or in the environment variable ASSAY_KEY_PASSPHRASE." };

    /// <summary>The passphrase, or null: key files aren't encrypted.</summary>
    internal static KeyPassphrase? Passphrase(ParseResult parsed)
    {
        KeyPassphrase? environment = KeyPassphrase.TakeFromEnvironment();
        return parsed.GetValue(PassphraseFile) is not { } file ? environment
            : environment is null ? KeyPassphrase.FromFile(file.FullName)
            : throw CliException.Usage($"--key-passphrase-file and {KeyPassphrase.Variable} both give a passphrase.", "Give one of them.");
    }
}
