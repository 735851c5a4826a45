using System.Numerics;
using System.Text;
using System.Text.Json;
using Assay.Evm;

namespace Assay.Payments;

/// <summary>Reads entries of <c>accepts</c>, and knows whether Assay can deal with them: EVM chains, <c>exact</c> and <c>upto</c>.</summary>
public static class RequirementsReader
{
    /// <summary>Most bytes of an entry's text.</summary>
    public const int MaxLength = 4096;

    /// <summary>An entry of version 2; null if it isn't one, or of a kind that Assay can't pay or be paid by.</summary>
    public static PaymentRequirements? TryRead(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && NamedNetworks.TryCaip2(PaymentJson.Text(entry, "network")) is { } chain && PaymentJson.TryAmount(entry, "amount", out BigInteger amount)
            ? Read(entry, chain, amount)
            : null;

    /// <summary>An entry of version 1: <c>exact</c> by EIP-3009, a network by its name.</summary>
    public static PaymentRequirements? TryReadV1(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && PaymentJson.Text(entry, "network") is { } name && NamedNetworks.Find(name) is { } chain && PaymentJson.TryAmount(entry, "maxAmountRequired", out BigInteger amount)
            ? Read(entry, chain, amount) is { Method: TransferMethod.Eip3009 } read ? read : null
            : null;

    /// <summary>An offer's text as receipts have it; null unless it is exactly the entry's one spelling.</summary>
    public static PaymentRequirements? TryReadText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= MaxLength && PaymentJson.TryParse(Encoding.UTF8.GetBytes(text), MaxLength) is { } entry && TryRead(entry) is { } read && read.Text == text ? read : null;
    }

    private static PaymentRequirements? Read(JsonElement entry, BigInteger chain, BigInteger amount)
    {
        if (PaymentJson.Text(entry, "scheme") is not { } scheme
            || !PaymentJson.TryAddress(entry, "asset", out EvmAddress asset)
            || !PaymentJson.TryAddress(entry, "payTo", out EvmAddress payTo)
            || !PaymentJson.TrySeconds(entry, "maxTimeoutSeconds", out int seconds)
            || PaymentJson.Object(entry, "extra") is not { } extra
            || PaymentJson.Text(extra, "name") is not { } name
            || PaymentJson.Text(extra, "version") is not { } version
            || MethodOf(scheme, extra) is not { } method
            || !TryFacilitator(method, extra, out EvmAddress? facilitator)
            || !TryOwn(extra, "level", out string? level)
            || !TryOwn(extra, "request", out string? request))
        {
            return null;
        }

        return new PaymentRequirements
        {
            Scheme = scheme,
            ChainId = chain,
            Amount = amount,
            Asset = asset,
            PayTo = payTo,
            MaxTimeoutSeconds = seconds,
            TokenName = name,
            TokenVersion = version,
            Method = method,
            Facilitator = facilitator,
            Level = level,
            Request = request,
        };
    }

    // A flow other than "check, work, settle" isn't what our side does, on either end.
    private static TransferMethod? MethodOf(string scheme, JsonElement extra) =>
        !PaymentJson.IsAbsent(extra, "paymentFlow") && PaymentJson.Text(extra, "paymentFlow") != "authorization" ? null
        : (scheme, PaymentJson.IsAbsent(extra, "assetTransferMethod") ? "" : PaymentJson.Text(extra, "assetTransferMethod")) switch
        {
            (PaymentRequirements.Exact, "" or "eip3009") => TransferMethod.Eip3009,
            (PaymentRequirements.Exact, "permit2") => TransferMethod.Permit2,
            (PaymentRequirements.Upto, "" or "permit2") => TransferMethod.Permit2Upto,
            _ => null,
        };

    private static bool TryFacilitator(TransferMethod method, JsonElement extra, out EvmAddress? facilitator)
    {
        facilitator = null;
        if (method != TransferMethod.Permit2Upto)
        {
            return true;
        }

        bool read = PaymentJson.TryAddress(extra, "facilitatorAddress", out EvmAddress address);
        facilitator = address;
        return read;
    }

    private static bool TryOwn(JsonElement extra, string name, out string? text)
    {
        text = PaymentJson.Text(extra, name);
        return text is not null || PaymentJson.IsAbsent(extra, name);
    }
}
