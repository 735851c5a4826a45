using System.Buffers;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>What became of a payment: x402's SettleResponse, in <c>PAYMENT-RESPONSE</c> and <c>X-PAYMENT-RESPONSE</c>, and a facilitator's answer.</summary>
public sealed record SettlementResponse
{
    /// <summary>Whether it was settled.</summary>
    public required bool Success { get; init; }

    /// <summary>Why it wasn't; null if it was.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in words, if there are some.</summary>
    public string? Message { get; init; }

    /// <summary>Who paid, if it is known.</summary>
    public EvmAddress? Payer { get; init; }

    /// <summary>The transaction's hash; null (written as an empty text) if there is none.</summary>
    public Digest32? Transaction { get; init; }

    /// <summary>The network as the version names it.</summary>
    public required string Network { get; init; }

    /// <summary>What was charged; null if it isn't said.</summary>
    public BigInteger? Amount { get; init; }

    /// <summary><c>extensions</c>; null if there are none.</summary>
    public JsonElement? Extensions { get; init; }

    /// <summary>Reads one; null if it isn't one.</summary>
    public static SettlementResponse? TryRead(ReadOnlyMemory<byte> utf8)
    {
        if (PaymentJson.TryParse(utf8, PaymentHeader.MaxLength) is not { } root
            || !root.TryGetProperty("success", out JsonElement success) || success.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            || PaymentJson.Text(root, "network") is not { } network
            || PaymentJson.Text(root, "transaction") is not { } transaction)
        {
            return null;
        }

        bool hashed = PaymentJson.TryWord(root, "transaction", out Digest32 hash);
        bool named = PaymentJson.TryAddress(root, "payer", out EvmAddress payer);
        bool said = PaymentJson.TryAmount(root, "amount", out BigInteger amount);
        return (transaction.Length > 0 && !hashed) || (!named && PaymentJson.Text(root, "payer") is { Length: > 0 }) || (!said && !PaymentJson.IsAbsent(root, "amount"))
            ? null
            : new SettlementResponse
            {
                Success = success.GetBoolean(),
                Reason = PaymentJson.Text(root, "errorReason"),
                Message = PaymentJson.Text(root, "errorMessage"),
                Payer = named ? payer : null,
                Transaction = hashed ? hash : null,
                Network = network,
                Amount = said ? amount : null,
                Extensions = PaymentJson.Object(root, "extensions"),
            };
    }

    /// <summary>The JSON.</summary>
    public byte[] Write()
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("success", Success);
            Optional(json, "errorReason", Reason);
            Optional(json, "errorMessage", Message);
            Optional(json, "payer", Payer?.ToString());
            json.WriteString("transaction", Transaction is { } hash ? "0x" + hash : "");
            json.WriteString("network", Network);
            Optional(json, "amount", Amount is { } amount ? EvmAmount.Text(amount) : null);
            if (Extensions is { } extensions)
            {
                json.WritePropertyName("extensions");
                extensions.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
