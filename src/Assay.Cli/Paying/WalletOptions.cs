using System.CommandLine;
using Assay.Cli.Console;
using Assay.Files;

namespace Assay.Cli.Paying;

/// <summary>Where commands get a wallet's passphrase from; never from the command line itself, which others can read.</summary>
internal static class WalletOptions
{
    /// <summary>The environment variable of a wallet's passphrase; removed from this process's environment once read.</summary>
    internal const string Variable = "ASSAY_WALLET_PASSPHRASE";

    internal static Option<FileInfo?> PassphraseFile { get; } = new("--wallet-passphrase-file") { Description = $"The wallet's passphrase, in a file that only you can read; or in the environment variable {Variable}." };

    /// <summary>The passphrase.</summary>
    internal static KeyPassphrase Passphrase(ParseResult parsed)
    {
        KeyPassphrase? environment = KeyPassphrase.TakeFromEnvironment(Variable);
        return (parsed.GetValue(PassphraseFile), environment) switch
        {
            ({ } file, null) => KeyPassphrase.FromFile(file.FullName),
            (null, { } given) => given,
            (null, null) => throw CliException.Usage("A wallet has a passphrase.", $"--wallet-passphrase-file, or the environment variable {Variable}."),
            _ => throw CliException.Usage($"--wallet-passphrase-file and {Variable} both give a passphrase.", "Give one of them."),
        };
    }
}
