using System.CommandLine;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using Assay.Chain;
using Assay.Cli.Console;
using Assay.Evm;
using Assay.Facilitator;
using Assay.Files;
using Assay.Payments;

namespace Assay.Cli.Commands;

/// <summary><c>assay facilitator</c>: checks and settles payments for any server that speaks x402.</summary>
internal static class FacilitatorCommand
{
    /// <summary>The environment variable of the private key; removed from this process's environment once read.</summary>
    internal const string KeyVariable = "ASSAY_FACILITATOR_KEY";

    /// <summary>The environment variable of the keystore's passphrase.</summary>
    internal const string PassphraseVariable = "ASSAY_FACILITATOR_PASSPHRASE";

    private static readonly Option<string> Rpc = new("--rpc") { Description = "The chain's JSON-RPC server.", Required = true };
    private static readonly Option<string> Network = new("--network") { Description = "The chain, as eip155:NUMBER.", Required = true };
    private static readonly Option<string[]> Assets = new("--asset") { Description = "A token that is settled, 0x...; repeatable. No other is.", Required = true };
    private static readonly Option<FileInfo?> KeystoreFile = new("--keystore") { Description = $"The account that pays for gas: an encrypted keystore file. Or a private key in the environment variable {KeyVariable}." };
    private static readonly Option<FileInfo?> PassphraseFile = new("--passphrase-file") { Description = $"The keystore's passphrase, in a file that only you can read; or in {PassphraseVariable}." };
    private static readonly Option<int> Confirmations = new("--confirmations") { Description = "Blocks that a settlement must be deep, its own counted.", DefaultValueFactory = static _ => 1 };
    private static readonly Option<string> Url = new("--url") { Description = "Address to bind.", DefaultValueFactory = static _ => new FacilitatorHostOptions().Url };
    private static readonly Option<FileInfo?> TokenFile = new("--token-file") { Description = "A file that only you can read, with the bearer token that servers must send; needed beyond this machine." };
    private static readonly Option<DirectoryInfo?> Folder = new("--folder") { Description = "Its memory of settlements; default .assay-facilitator in the current folder." };

    internal static Command Create() => new Command("facilitator", "Check and settle payments (x402) for servers, with an account of its own.")
    {
        Rpc, Network, Assets, KeystoreFile, PassphraseFile, Confirmations, Url, TokenFile, Folder,
    }.Do(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, Output output, CancellationToken cancellation)
    {
        FacilitatorOptions options = new() { ChainId = ChainOf(parsed), Assets = AssetsOf(parsed), Confirmations = ConfirmationsOf(parsed) };
        FacilitatorHostOptions serving = new() { Url = Addresses.Check(parsed.GetValue(Url)!), Token = TokenOf(parsed) };
        if (serving.Token is null && !IsLoopback(serving.Url))
        {
            throw CliException.Usage($"--url {serving.Url} is open to others, and whoever reaches it has this account pay for gas.", "Name a token that they must know, with --token-file.");
        }

        using EvmAccount account = AccountOf(parsed);
        using HttpClient http = new();
        ChainClient chain = new(http, RpcOf(parsed));
        using TransactionSender sender = new(chain, account, new TransactionSenderOptions { ChainId = options.ChainId });
        using SettlementStore store = SettlementStore.Open(parsed.GetValue(Folder)?.FullName ?? Path.GetFullPath(".assay-facilitator"));
        await using LocalFacilitator facilitator = await LocalFacilitator.StartAsync(options, chain, sender, store, TimeProvider.System, cancellation).ConfigureAwait(false);
        await using FacilitatorHost host = await FacilitatorHost.StartAsync(serving, facilitator, cancellation).ConfigureAwait(false);
        RpcReply<BigInteger> coins = await chain.BalanceAsync(account.Address, cancellation).ConfigureAwait(false);
        output.Line($"settles  {Names(options)} on eip155:{options.ChainId}, {options.Confirmations} deep");
        output.Line($"account  {account.Address}, {Coins(coins)}");
        output.Line($"address  {host.Address}");
        output.Line("ready    stop with Ctrl+C");
        output.Json(json =>
        {
            json.WriteString("address", host.Address.ToString());
            json.WriteString("account", account.Address.ToString());
            json.WriteString("network", $"eip155:{options.ChainId}");
        });
        await Shutdown.WaitAsync(cancellation).ConfigureAwait(false);
        output.Line("stopping");
        return ExitCodes.Met;
    }

    private static string Names(FacilitatorOptions options) => string.Join(", ", options.Assets);

    private static string Coins(RpcReply<BigInteger> coins) => !coins.TryGet(out BigInteger wei) ? "and the chain doesn't answer yet"
        : wei.IsZero ? "which has no coins: it can't pay for gas"
        : $"{wei} wei for gas";

    private static Uri RpcOf(ParseResult parsed) => Uri.TryCreate(parsed.GetRequiredValue(Rpc), UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
        ? uri
        : throw CliException.Usage("--rpc isn't an http:// or https:// address.");

    private static BigInteger ChainOf(ParseResult parsed) => NamedNetworks.TryCaip2(parsed.GetRequiredValue(Network)) is { } chain && !chain.IsZero
        ? chain
        : throw CliException.Usage($"--network '{parsed.GetValue(Network)}' isn't eip155: and a number.", "eip155:84532 is Base Sepolia.");

    private static HashSet<EvmAddress> AssetsOf(ParseResult parsed) => [.. parsed.GetRequiredValue(Assets).Select(static text =>
        EvmAddress.TryParse(text, out EvmAddress asset) ? asset : throw CliException.Usage($"--asset '{text}' isn't an address: 0x and 40 digits, with the capitals of EIP-55 or in one case."))];

    private static int ConfirmationsOf(ParseResult parsed) =>
        parsed.GetValue(Confirmations) is >= 1 and <= 10_000 and int count ? count : throw CliException.Usage("--confirmations is 1 to 10000.");

    private static bool IsLoopback(string url) => new Uri(url) is { IsLoopback: true } uri && (uri.Host == "localhost" || IPAddress.TryParse(uri.Host.Trim('[', ']'), out _));

    private static string? TokenOf(ParseResult parsed) => parsed.GetValue(TokenFile) is not { } file ? null
        : System.Text.Encoding.UTF8.GetString(ProtectedKeyFile.ReadOwnerOnly(file.FullName, 4096)).Trim() is { Length: >= 16 } token ? token
        : throw CliException.Usage("--token-file has a token of fewer than 16 characters.");

    private static EvmAccount AccountOf(ParseResult parsed)
    {
        // Both are taken out of the environment, whichever is used.
        string? text = Environment.GetEnvironmentVariable(KeyVariable);
        Environment.SetEnvironmentVariable(KeyVariable, null);
        using KeyPassphrase? passphrase = KeyPassphrase.TakeFromEnvironment(PassphraseVariable);
        if (parsed.GetValue(KeystoreFile) is { } keystore)
        {
            using KeyPassphrase? written = parsed.GetValue(PassphraseFile) is { } file ? KeyPassphrase.FromFile(file.FullName) : null;
            return Keystore.Open(keystore.FullName, written ?? passphrase ?? throw CliException.Usage("the keystore needs its passphrase.", $"Name a file with --passphrase-file, or set {PassphraseVariable}."));
        }

        byte[] key = new byte[EvmAccount.KeySize];
        try
        {
            string digits = text is null ? throw CliException.Usage("there is no account.", $"Name a keystore with --keystore, or set {KeyVariable}.")
                : text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
            return digits.Length == 2 * EvmAccount.KeySize && Convert.FromHexString(digits, key, out _, out _) == System.Buffers.OperationStatus.Done && EvmAccount.IsPrivateKey(key)
                ? EvmAccount.FromPrivateKey(key)
                : throw CliException.Usage($"{KeyVariable} has no private key: 64 hexadecimal digits.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
