using System.Buffers;
using System.Text.Json;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Facilitator;

/// <summary>What the host answers.</summary>
internal static class FacilitatorJson
{
    public static byte[] Verified(VerifyReply reply) => Verified(reply.Outcome == FacilitatorOutcome.Accepted, reply.Reason, reply.Message, reply.Payer);

    public static byte[] Settled(SettleReply reply, string network) => new SettlementResponse
    {
        Success = reply.Outcome == FacilitatorOutcome.Accepted,
        Reason = reply.Reason,
        Message = reply.Message,
        Payer = reply.Payer,
        Transaction = reply.Transaction,
        Network = network,
        Amount = reply.Amount,
    }.Write();

    /// <summary>A refusal of a request that isn't a payment that can be read.</summary>
    public static byte[] Refused(bool isSettlement, string reason, string? message) => isSettlement
        ? Settled(new SettleReply(FacilitatorOutcome.Refused, reason, message, null, null, null), "")
        : Verified(false, reason, message, null);

    public static byte[] Supported(IReadOnlyList<SupportedKind> kinds, EvmAddress account) => Write(json =>
    {
        json.WriteStartArray("kinds");
        foreach (SupportedKind kind in kinds)
        {
            json.WriteStartObject();
            json.WriteNumber("x402Version", kind.Version);
            json.WriteString("scheme", kind.Scheme);
            json.WriteString("network", kind.Network);
            if (kind.Facilitator is { } facilitator)
            {
                json.WriteStartObject("extra");
                json.WriteString("facilitatorAddress", facilitator.ToString());
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("extensions");
        json.WriteStringValue(SponsoredPermit.Extension);
        json.WriteEndArray();
        json.WriteStartObject("signers");
        json.WriteStartArray("eip155:*");
        json.WriteStringValue(account.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static byte[] Verified(bool isValid, string? reason, string? message, EvmAddress? payer) => Write(json =>
    {
        json.WriteBoolean("isValid", isValid);
        Optional(json, "invalidReason", reason);
        Optional(json, "invalidMessage", message);
        Optional(json, "payer", payer?.ToString());
    });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            write(json);
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
