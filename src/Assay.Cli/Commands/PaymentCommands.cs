using System.CommandLine;
using Assay.Cli.Console;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Cli.Commands;

/// <summary><c>assay payment facts</c>: what chains say of a receipt's payment, kept as a file, so that it can be verified offline later.</summary>
internal static class PaymentCommands
{
    internal static Command Create()
    {
        Argument<FileInfo> receipt = new("receipt") { Description = "The receipt file." };
        Option<FileInfo> saved = new("--out") { Description = "Where the file goes.", Required = true };
        ChainInputs chains = new();
        Command facts = chains.OnChains(new Command("facts", "Ask chains for the transactions that a receipt names, and keep what they say: assay verify --chain-facts FILE.") { receipt, saved }).Do(
            async (parsed, output, cancellation) =>
            {
                byte[] bytes = await File.ReadAllBytesAsync(parsed.GetRequiredValue(receipt).FullName, cancellation).ConfigureAwait(false);
                ChainFacts found = await chains.AskAsync(parsed, bytes, cancellation).ConfigureAwait(false)
                    ?? throw CliException.Usage("Name a chain to ask.", "For example --chain eip155:84532=http://127.0.0.1:8545");
                string path = parsed.GetRequiredValue(saved).FullName;
                await File.WriteAllBytesAsync(path, ChainFactsJson.Write(found), cancellation).ConfigureAwait(false);
                foreach (ChainTransaction transaction in found.Transactions)
                {
                    output.Line($"found     0x{transaction.Hash} on eip155:{EvmAmount.Text(transaction.ChainId)}: block {transaction.Block}, {transaction.Confirmations} deep, {(transaction.Succeeded ? "took effect" : "REVERTED")}");
                }

                output.Line(found.Transactions.Count == 0 ? "found     none of the transactions that the receipt names, or it names none" : "");
                output.Line($"saved     {path}");
                output.Line("This is what the servers said that you named, at this moment; whoever wrote the file could have made it up.");
                output.Json(json =>
                {
                    json.WriteString("file", path);
                    json.WriteNumber("transactions", found.Transactions.Count);
                });
                return ExitCodes.Met;
            });
        return new Command("payment", "Payments of receipts.") { facts };
    }
}
