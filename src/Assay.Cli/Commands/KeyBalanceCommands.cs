using System.CommandLine;
using System.Numerics;
using Assay.Cli.Console;
using Assay.Node.Keys;
using Assay.Node.Paying;

namespace Assay.Cli.Commands;

/// <summary><c>assay key credit</c> and <c>assay key balance</c>: what API keys have paid in advance. They work while the node runs, too.</summary>
internal static class KeyBalanceCommands
{
    internal static Command CreateCredit()
    {
        Argument<string> name = new("name") { Description = "The key's name." };
        Argument<string> amount = new("amount") { Description = "What is added, for example 12.50; with --take, what is taken away." };
        Option<string> currency = CurrencyOption();
        Option<bool> take = new("--take") { Description = "Take it away." };
        return new Command("credit", "Add to an API key's balance.") { name, amount, NodeFolder.Option, currency, take }.Do((parsed, output, cancellation) =>
        {
            string caller = parsed.GetRequiredValue(name), unit = parsed.GetValue(currency)!;
            if (!ApiKeyFormat.IsName(caller))
            {
                throw CliException.Usage("A key's name has 1 to 64 letters, digits or . _ - @, and isn't 'anonymous'.");
            }

            if (!DecimalAmount.TryParse(parsed.GetRequiredValue(amount), DecimalAmount.BalanceDecimals, out BigInteger change, out string? error))
            {
                throw CliException.Usage($"'{parsed.GetRequiredValue(amount)}' {error}.");
            }

            BigInteger balance = PrepaidBook.Change(NodeFolder.Of(parsed), caller, unit, parsed.GetValue(take) ? -change : change)
                ?? throw CliException.Usage($"'{caller}' doesn't have so much.", "'assay key balance' shows what there is.");
            output.Line($"{caller} has {Show(balance)} {unit}");
            output.Json(json =>
            {
                json.WriteString("name", caller);
                json.WriteString("balance", Show(balance));
                json.WriteString("currency", unit);
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    internal static Command CreateBalance()
    {
        Argument<string?> name = new("name") { Description = "The key's name; all, if it is left away.", Arity = ArgumentArity.ZeroOrOne };
        return new Command("balance", "Show balances of API keys; what requests under way hold of them is still in.") { name, NodeFolder.Option }.Do((parsed, output, cancellation) =>
        {
            (string Name, string Currency, BigInteger Amount)[] all = [.. PrepaidBook.Read(NodeFolder.Of(parsed)).Where(one => parsed.GetValue(name) is not { } caller || one.Name == caller)];
            foreach ((string caller, string currency, BigInteger balance) in all)
            {
                output.Line($"{caller,-20} {Show(balance)} {currency}");
            }

            output.Json(json =>
            {
                json.WriteStartArray("balances");
                foreach ((string caller, string currency, BigInteger balance) in all)
                {
                    json.WriteStartObject();
                    json.WriteString("name", caller);
                    json.WriteString("balance", Show(balance));
                    json.WriteString("currency", currency);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static Option<string> CurrencyOption() => new("--currency") { Description = "The currency, as in the price file.", DefaultValueFactory = static _ => "USD" };

    private static string Show(BigInteger amount) => DecimalAmount.Text(amount, DecimalAmount.BalanceDecimals);
}
