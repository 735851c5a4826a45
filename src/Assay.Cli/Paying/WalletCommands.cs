using System.CommandLine;
using System.Security.Cryptography;
using Assay.Chain;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Evm;
using Assay.Files;
using Assay.Primitives;

namespace Assay.Cli.Paying;

/// <summary><c>assay wallet</c>: keys that pay, in the files that Ethereum's programs use, and what was paid with them.</summary>
internal static class WalletCommands
{
    private const int MaxKeyFile = 128;

    internal static Command Create() => new("wallet", "Keys that pay for requests (docs/paying.md).") { New(), Import(), Show(), Payments(), Forget() };

    private static Argument<FileInfo> File() => new("wallet") { Description = "The wallet's file (Web3 Secret Storage, version 3)." };

    private static Command New()
    {
        Argument<FileInfo> file = File();
        return new Command("new", "Make a wallet with a new key, encrypted under a passphrase.") { file, WalletOptions.PassphraseFile }.Do((parsed, output, _) =>
        {
            using EvmAccount account = EvmAccount.Generate();
            return Task.FromResult(Keep(parsed, parsed.GetRequiredValue(file).FullName, account, output));
        });
    }

    private static Command Import()
    {
        Argument<FileInfo> file = File();
        Option<FileInfo> key = new("--private-key-file") { Description = "The private key, 64 hexadecimal digits, in a file that only you can read.", Required = true };
        return new Command("import", "Make a wallet of a private key that you have.") { file, key, WalletOptions.PassphraseFile }.Do((parsed, output, cancellation) =>
        {
            byte[] text = ProtectedKeyFile.ReadOwnerOnly(parsed.GetRequiredValue(key).FullName, MaxKeyFile);
            byte[] secret = new byte[EvmAccount.KeySize];
            try
            {
                ReadOnlySpan<byte> digits = text.AsSpan().Trim("\r\n\t "u8);
                digits = digits.StartsWith("0x"u8) ? digits[2..] : digits;
                using EvmAccount account = digits.Length == 2 * EvmAccount.KeySize && Convert.FromHexString(digits, secret, out _, out _) == System.Buffers.OperationStatus.Done && EvmAccount.IsPrivateKey(secret)
                    ? EvmAccount.FromPrivateKey(secret)
                    : throw CliException.Usage("That isn't a private key.", "64 hexadecimal digits, with or without 0x.");
                return Task.FromResult(Keep(parsed, parsed.GetRequiredValue(file).FullName, account, output));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(text);
                CryptographicOperations.ZeroMemory(secret);
            }
        });
    }

    private static Command Show()
    {
        Argument<FileInfo> file = File();
        return new Command("show", "The wallet's address, from its key.") { file, WalletOptions.PassphraseFile }.Do((parsed, output, _) =>
        {
            using KeyPassphrase passphrase = WalletOptions.Passphrase(parsed);
            using EvmAccount account = Keystore.Open(parsed.GetRequiredValue(file).FullName, passphrase);
            output.Line($"address  {account.Address}");
            output.Json(json => json.WriteString("address", account.Address.ToString()));
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static Command Payments()
    {
        Argument<FileInfo> file = File();
        return new Command("payments", "What was signed with the wallet, and what is known of it.") { file }.Do((parsed, output, _) =>
        {
            using PaymentLedger ledger = PaymentLedger.Open(Existing(parsed.GetRequiredValue(file)));
            foreach (PaymentRecord record in ledger.All)
            {
                output.Line($"{DateTimeOffset.FromUnixTimeSeconds(record.SignedAt):yyyy-MM-dd HH:mm:ss'Z'}  {Name(record.State),-9}  {EvmAmount.Text(record.Offer.Amount)} of {record.Offer.AssetId} to {record.Offer.PayTo}");
                output.Line($"                      {record.Address}{(record.Offer.Level is { } level ? $", level '{level}'" : "")}");
                output.Line($"                      {(record.Transaction is { } transaction ? $"transaction 0x{transaction}, " : "")}payment {record.Id}");
            }

            output.Json(json =>
            {
                json.WriteStartArray("payments");
                foreach (PaymentRecord record in ledger.All)
                {
                    json.WriteStartObject();
                    json.WriteString("id", record.Id.ToString());
                    json.WriteString("state", Name(record.State));
                    json.WriteNumber("signedAt", record.SignedAt);
                    json.WriteNumber("validBefore", record.ValidBefore);
                    json.WriteString("address", record.Address);
                    json.WriteString("payer", record.Payer.ToString());
                    json.WritePropertyName("offer");
                    record.Offer.Write(json);
                    json.WriteString("charged", record.Charged is { } charged ? EvmAmount.Text(charged) : null);
                    json.WriteString("transaction", record.Transaction is { } transaction ? "0x" + transaction : null);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static Command Forget()
    {
        Argument<FileInfo> file = File();
        Argument<string> id = new("payment") { Description = "The payment's id, 64 digits." };
        return new Command("forget", "Don't wait for a payment any longer: its request may be paid anew. It still counts against the limits of a day.") { file, id }.Do((parsed, output, _) =>
        {
            using PaymentLedger ledger = PaymentLedger.Open(Existing(parsed.GetRequiredValue(file)));
            if (!Digest32.TryParseHex(parsed.GetRequiredValue(id), out Digest32 payment) || !ledger.Forget(payment))
            {
                throw CliException.Usage("There is no such payment that is waited for.", "assay wallet payments");
            }

            output.Line($"forgotten {payment}");
            output.Json(json => json.WriteString("forgotten", payment.ToString()));
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static string Existing(FileInfo wallet) => System.IO.File.Exists(Purse.LedgerOf(wallet.FullName))
        ? Purse.LedgerOf(wallet.FullName)
        : throw CliException.Usage($"Nothing was paid from {wallet.Name} yet: there is no {Path.GetFileName(Purse.LedgerOf(wallet.FullName))} beside it.");

    private static int Keep(ParseResult parsed, string path, EvmAccount account, Output output)
    {
        using KeyPassphrase passphrase = WalletOptions.Passphrase(parsed);
        Keystore.Create(path, account, passphrase);
        output.Line($"wallet   {path}");
        output.Line($"address  {account.Address}");
        output.Line("         Who has this file and its passphrase has the money. Nobody can make either again: keep both.");
        output.Json(json =>
        {
            json.WriteString("wallet", path);
            json.WriteString("address", account.Address.ToString());
        });
        return ExitCodes.Met;
    }

    private static string Name(PaymentState state) => state switch
    {
        PaymentState.Answered => "answered",
        PaymentState.Refused => "refused",
        PaymentState.Forgotten => "forgotten",
        _ => "unknown",
    };
}
