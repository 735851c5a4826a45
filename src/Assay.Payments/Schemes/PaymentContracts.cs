using Assay.Evm;

namespace Assay.Payments;

/// <summary>Contracts that stand at the same address on every chain that x402 uses.</summary>
public static class PaymentContracts
{
    /// <summary>Permit2.</summary>
    public static EvmAddress Permit2 { get; } = Parse("0x000000000022D473030F116dDEE9F6B43aC78BA3");

    /// <summary>x402's proxy for scheme <c>exact</c>.</summary>
    public static EvmAddress ExactProxy { get; } = Parse("0x402085c248EeA27D92E8b30b2C58ed07f9E20001");

    /// <summary>x402's proxy for scheme <c>upto</c>.</summary>
    public static EvmAddress UptoProxy { get; } = Parse("0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002");

    private static EvmAddress Parse(string text) => EvmAddress.TryParse(text, out EvmAddress address) ? address : throw new FormatException(text);
}
