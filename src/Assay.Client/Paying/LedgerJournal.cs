using System.Buffers;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Client;

/// <summary>The lines of a ledger's file: one JSON object each, one for each thing that happened to a payment.</summary>
internal static class LedgerJournal
{
    internal static byte[] Signed(PaymentRecord record) => Line("signed", record.Id, json =>
    {
        json.WriteString("request", record.Request.ToString());
        json.WriteString("address", record.Address);
        json.WriteNumber("signedAt", record.SignedAt);
        json.WriteNumber("validBefore", record.ValidBefore);
        json.WriteString("payer", record.Payer.ToString());
        json.WriteNumber("version", record.Version);
        json.WriteString("header", record.Header);
        json.WriteString("offer", record.Offer.Text);
    });

    internal static byte[] Answered(in Digest32 id, BigInteger? charged, Digest32? transaction) => Line("answered", id, json =>
    {
        json.WriteString("charged", charged is { } amount ? EvmAmount.Text(amount) : null);
        json.WriteString("transaction", transaction?.ToString());
    });

    internal static byte[] Event(string name, in Digest32 id) => Line(name, id, static _ => { });

    /// <summary>Applies a line to what is known; false if it isn't one of ours, or doesn't fit what came before.</summary>
    internal static bool TryApply(ReadOnlyMemory<byte> line, Dictionary<Digest32, PaymentRecord> records)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement json = document.RootElement;
            if (!Digest32.TryParseHex(Text(json, "id"), out Digest32 id))
            {
                return false;
            }

            string happened = Text(json, "event");
            if (happened == "signed")
            {
                return Read(json, id) is { } record && records.TryAdd(id, record);
            }

            if (!records.TryGetValue(id, out PaymentRecord? known))
            {
                return false;
            }

            PaymentRecord? next = happened switch
            {
                "again" => known with { State = PaymentState.Unknown },
                "refused" => known with { State = PaymentState.Refused },
                "forgotten" => known with { State = PaymentState.Forgotten },
                "answered" => known with
                {
                    State = PaymentState.Answered,
                    Charged = EvmAmount.TryParse(json.GetProperty("charged").GetString(), out BigInteger charged) ? charged : null,
                    Transaction = Digest32.TryParseHex(json.GetProperty("transaction").GetString(), out Digest32 transaction) ? transaction : null,
                },
                _ => null,
            };
            records[id] = next ?? known;
            return next is not null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static PaymentRecord? Read(JsonElement json, in Digest32 id) =>
        Digest32.TryParseHex(Text(json, "request"), out Digest32 request)
        && EvmAddress.TryParse(Text(json, "payer"), out EvmAddress payer)
        && RequirementsReader.TryReadText(Text(json, "offer")) is { } offer
            ? new PaymentRecord
            {
                Id = id,
                Request = request,
                Address = Text(json, "address"),
                SignedAt = json.GetProperty("signedAt").GetInt64(),
                ValidBefore = json.GetProperty("validBefore").GetInt64(),
                Payer = payer,
                Offer = offer,
                Version = json.GetProperty("version").GetInt32(),
                Header = Text(json, "header"),
            }
            : null;

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    private static byte[] Line(string happened, in Digest32 id, Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("event", happened);
            json.WriteString("id", id.ToString());
            members(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
