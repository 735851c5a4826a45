using System.Globalization;
using System.Numerics;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Client;

/// <summary>A token that may be paid with, and how much of it. Amounts are in its smallest unit.</summary>
public sealed record AllowedToken
{
    /// <summary>The chain's number (EIP-155).</summary>
    public required BigInteger ChainId { get; init; }

    /// <summary>The token's contract.</summary>
    public required EvmAddress Address { get; init; }

    /// <summary>Name of its EIP-712 domain. Offers that give another are refused: what is signed must be what the token takes.</summary>
    public required string Name { get; init; }

    /// <summary>Version of its EIP-712 domain.</summary>
    public required string Version { get; init; }

    /// <summary>How people write it: <c>USDC</c>.</summary>
    public required string Symbol { get; init; }

    /// <summary>How many digits stand after the point when people write amounts; 0 to 36.</summary>
    public required int Decimals { get; init; }

    /// <summary>The most for one payment.</summary>
    public required BigInteger PerPayment { get; init; }

    /// <summary>The most that may be signed in 24 hours.</summary>
    public required BigInteger PerDay { get; init; }

    /// <summary>The most that may be signed for one payee in 24 hours; null: no limit beside the others.</summary>
    public BigInteger? PerPayee { get; init; }

    /// <summary>CAIP-2.</summary>
    public string Network => "eip155:" + EvmAmount.Text(ChainId);

    /// <summary>USDC on Base Sepolia, where it is test money, without allowance until limits are set.</summary>
    public static AllowedToken UsdcOnBaseSepolia { get; } = Usdc(84532, "0x036CbD53842c5426634e7929541eC2318f3dCF7e", "USDC");

    /// <summary>USDC on Base, without allowance until limits are set.</summary>
    public static AllowedToken UsdcOnBase { get; } = Usdc(8453, "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "USD Coin");

    /// <summary>An amount as people write it: <c>0.0015 USDC</c>.</summary>
    public string Show(BigInteger amount) => $"{Decimal(amount)} {Symbol}";

    /// <summary>The number without the symbol.</summary>
    public string Decimal(BigInteger amount)
    {
        string digits = EvmAmount.Text(amount).PadLeft(Decimals + 1, '0');
        string fraction = digits[^Decimals..].TrimEnd('0');
        return fraction.Length == 0 ? digits[..^Decimals] : $"{digits[..^Decimals]}.{fraction}";
    }

    /// <summary>Reads what people write (<c>0.01</c>, no sign, no exponent); null if it isn't a number with at most <see cref="Decimals"/> digits after the point.</summary>
    public BigInteger? TryRead(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? text : text[..point], fraction = point < 0 ? "" : text[(point + 1)..];
        return whole.Length is > 0 and <= 40 && (point < 0 || fraction.Length > 0) && fraction.Length <= Decimals
            && !(whole + fraction).AsSpan().ContainsAnyExceptInRange('0', '9')
            && BigInteger.Parse(whole + fraction.PadRight(Decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture) is var amount && amount <= EvmAmount.Max
                ? amount
                : null;
    }

    internal bool Is(PaymentRequirements offer) => offer.ChainId == ChainId && offer.Asset == Address;

    private static AllowedToken Usdc(long chain, string address, string name) => new()
    {
        ChainId = chain,
        Address = EvmAddress.TryParse(address, out EvmAddress read) ? read : throw new FormatException(address),
        Name = name,
        Version = "2",
        Symbol = "USDC",
        Decimals = 6,
        PerPayment = 0,
        PerDay = 0,
    };
}
