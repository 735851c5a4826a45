using System.CommandLine;
using System.Numerics;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Evm;
using Assay.Payments;
using Assay.Receipts;

namespace Assay.Cli.Paying;

/// <summary>The options of commands that pay: whose wallet, for how much, on which chain, with what.</summary>
internal sealed class PayInputs
{
    private const string DefaultNetwork = "eip155:84532";
    private const string DefaultPrice = "0.01";
    private const string DefaultDay = "1";

    private readonly Option<FileInfo?> _wallet = new("--pay") { Description = "Pay for it if the node asks (x402), from this wallet ('assay wallet new'). What is signed is written to WALLET.payments first." };
    private readonly Option<string> _price = new("--max-price") { Description = $"The most for one request; default {DefaultPrice} (of the token, so cents for a dollar token).", DefaultValueFactory = static _ => DefaultPrice };
    private readonly Option<string> _day = new("--max-per-day") { Description = $"The most to sign in 24 hours; default {DefaultDay}.", DefaultValueFactory = static _ => DefaultDay };
    private readonly Option<string> _network = new("--network") { Description = $"The chain; default {DefaultNetwork} (Base Sepolia, test money). eip155:8453 is Base, and real money.", DefaultValueFactory = static _ => DefaultNetwork };
    private readonly Option<string?> _token = new("--token") { Description = "The token, if it isn't the chain's USDC: ADDRESS,NAME,VERSION,DECIMALS (name and version of its EIP-712 domain)." };
    private readonly Option<string[]> _payees = new("--payee") { Description = "Pay only this address; may be given several times. Default: whoever the node names." };
    private readonly Option<bool> _permit = new("--permit2") { Description = "Also pay by Permit2, and 'at most' offers (upto). Your wallet must have allowed Permit2 to move the token." };

    internal Command On(Command command)
    {
        foreach (Option option in (Option[])[_wallet, _price, _day, _network, _token, _payees, _permit, WalletOptions.PassphraseFile])
        {
            command.Options.Add(option);
        }

        return command;
    }

    /// <summary>The wallet that was named, open, with the limits that were given; null if none was named.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="level">What is paid for; null: it isn't a level.</param>
    /// <param name="say">Told of each payment before it is made.</param>
    internal Purse? Open(ParseResult parsed, VerificationLevel? level, Action<string> say)
    {
        if (parsed.GetValue(_wallet) is not { } wallet)
        {
            return null;
        }

        AllowedToken token = Token(parsed);
        token = token with { PerPayment = Amount(token, "--max-price", parsed.GetRequiredValue(_price)), PerDay = Amount(token, "--max-per-day", parsed.GetRequiredValue(_day)) };
        PaymentPolicy policy = new()
        {
            Tokens = [token],
            Payees = parsed.GetValue(_payees) is { Length: > 0 } payees ? [.. payees.Select(Address)] : null,
            Methods = parsed.GetValue(_permit) ? [TransferMethod.Eip3009, TransferMethod.Permit2, TransferMethod.Permit2Upto] : [TransferMethod.Eip3009],
            Level = level,
            Approve = (offer, _) =>
            {
                string most = offer.Scheme == PaymentRequirements.Upto ? "at most " : "";
                say($"paying   {most}{token.Show(offer.Amount)} to {offer.PayTo} on {offer.Network}{(offer.Level is { } said ? $", level '{said}'" : "")} (your limit: {token.Show(token.PerPayment)})");
                return true;
            },
        };
        return Purse.Open(wallet.FullName, WalletOptions.Passphrase(parsed), policy);
    }

    private static BigInteger Amount(AllowedToken token, string option, string text) =>
        token.TryRead(text) ?? throw CliException.Usage($"{option} '{text}' isn't an amount.", $"For example 0.01; at most {token.Decimals} digits after the point.");

    private static EvmAddress Address(string text) => EvmAddress.TryParse(text, out EvmAddress address) ? address : throw CliException.Usage($"'{text}' isn't an address.", "0x and 40 digits; capitals, if there are some, as EIP-55 has them.");

    private AllowedToken Token(ParseResult parsed)
    {
        string network = parsed.GetRequiredValue(_network);
        if (NamedNetworks.TryCaip2(network) is not { } chain)
        {
            throw CliException.Usage($"--network '{network}' isn't an EVM chain's name.", "For example eip155:84532");
        }

        if (parsed.GetValue(_token) is not { } given)
        {
            return ((AllowedToken[])[AllowedToken.UsdcOnBaseSepolia, AllowedToken.UsdcOnBase]).FirstOrDefault(known => known.ChainId == chain)
                ?? throw CliException.Usage($"No token is known on {network}.", "--token ADDRESS,NAME,VERSION,DECIMALS");
        }

        return given.Split(',') is [string address, { Length: > 0 } name, { Length: > 0 } version, string digits] && int.TryParse(digits, System.Globalization.NumberStyles.None, null, out int decimals) && decimals <= 36
            ? AllowedToken.UsdcOnBase with { ChainId = chain, Address = Address(address), Name = name, Version = version, Symbol = name, Decimals = decimals }
            : throw CliException.Usage($"--token '{given}' can't be read.", "ADDRESS,NAME,VERSION,DECIMALS, for example 0x036CbD53842c5426634e7929541eC2318f3dCF7e,USDC,2,6");
    }
}
