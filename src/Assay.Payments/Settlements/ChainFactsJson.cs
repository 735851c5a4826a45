using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>Chain facts as a file (spec/payment.md, "Chain facts"). Reading never throws for what the file says.</summary>
public static class ChainFactsJson
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 4 << 20;

    /// <summary>The profile of this layout.</summary>
    public const string Profile = "assay/chain-facts/v1";

    private const int MaxChains = 64;
    private const int MaxTopics = 4;

    /// <summary>Reads a file; null if it isn't one.</summary>
    public static ChainFacts? TryRead(ReadOnlyMemory<byte> utf8)
    {
        if (PaymentJson.TryParse(utf8, MaxLength) is not { } root || !Has(root, 2) || PaymentJson.Text(root, "profile") != Profile || Items(root, "chains") is not { Length: >= 1 and <= MaxChains } entries)
        {
            return null;
        }

        List<BigInteger> chains = [];
        List<ChainTransaction> transactions = [];
        foreach (JsonElement entry in entries)
        {
            if (!Has(entry, 2) || NamedNetworks.TryCaip2(PaymentJson.Text(entry, "network")) is not { } chain || chains.Contains(chain) || Items(entry, "transactions") is not { } items)
            {
                return null;
            }

            chains.Add(chain);
            HashSet<Digest32> hashes = [];
            foreach (JsonElement item in items)
            {
                if (Read(item, chain) is not { } transaction || !hashes.Add(transaction.Hash))
                {
                    return null;
                }

                transactions.Add(transaction);
            }
        }

        return new ChainFacts(chains, transactions);
    }

    /// <summary>The file.</summary>
    public static byte[] Write(ChainFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArrayBufferWriter<byte> buffer = new(4096);
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("profile", Profile);
            json.WriteStartArray("chains");
            foreach (BigInteger chain in facts.Chains)
            {
                json.WriteStartObject();
                json.WriteString("network", "eip155:" + EvmAmount.Text(chain));
                json.WriteStartArray("transactions");
                foreach (ChainTransaction transaction in facts.Transactions.Where(transaction => transaction.ChainId == chain))
                {
                    Write(json, transaction);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ChainTransaction transaction)
    {
        json.WriteStartObject();
        json.WriteString("hash", "0x" + transaction.Hash);
        json.WriteBoolean("succeeded", transaction.Succeeded);
        json.WriteString("to", transaction.To?.ToString());
        json.WriteString("input", Hex(transaction.Input.Span));
        json.WriteString("block", transaction.Block.ToString(CultureInfo.InvariantCulture));
        json.WriteString("confirmations", transaction.Confirmations.ToString(CultureInfo.InvariantCulture));
        json.WriteStartArray("logs");
        foreach (ChainLog log in transaction.Logs)
        {
            json.WriteStartObject();
            json.WriteString("contract", log.Contract.ToString());
            json.WriteStartArray("topics");
            foreach (Digest32 topic in log.Topics)
            {
                json.WriteStringValue("0x" + topic);
            }

            json.WriteEndArray();
            json.WriteString("data", Hex(log.Data.Span));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static ChainTransaction? Read(JsonElement item, BigInteger chain)
    {
        EvmAddress to = default;
        if (!Has(item, 7)
            || !PaymentJson.TryWord(item, "hash", out Digest32 hash)
            || !item.TryGetProperty("succeeded", out JsonElement succeeded) || succeeded.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            || !item.TryGetProperty("to", out JsonElement called) || (called.ValueKind != JsonValueKind.Null && !PaymentJson.TryAddress(item, "to", out to))
            || Bytes(item, "input") is not { } input
            || !TryNumber(item, "block", out ulong block)
            || !TryNumber(item, "confirmations", out ulong confirmations) || confirmations == 0
            || Items(item, "logs") is not { } entries)
        {
            return null;
        }

        ImmutableArray<ChainLog>.Builder logs = ImmutableArray.CreateBuilder<ChainLog>(entries.Length);
        foreach (JsonElement entry in entries)
        {
            if (ReadLog(entry) is not { } log)
            {
                return null;
            }

            logs.Add(log);
        }

        return new ChainTransaction(chain, hash, succeeded.GetBoolean(), called.ValueKind == JsonValueKind.Null ? null : to, input, block, confirmations, logs.ToImmutable());
    }

    private static ChainLog? ReadLog(JsonElement entry)
    {
        if (!Has(entry, 3) || !PaymentJson.TryAddress(entry, "contract", out EvmAddress contract) || Items(entry, "topics") is not { Length: <= MaxTopics } items || Bytes(entry, "data") is not { } data)
        {
            return null;
        }

        ImmutableArray<Digest32>.Builder topics = ImmutableArray.CreateBuilder<Digest32>(items.Length);
        foreach (JsonElement item in items)
        {
            if (item.ValueKind != JsonValueKind.String || item.GetString() is not { Length: 66 } text || !text.StartsWith("0x", StringComparison.Ordinal) || !Digest32.TryParseHex(text.AsSpan(2), out Digest32 topic))
            {
                return null;
            }

            topics.Add(topic);
        }

        return new ChainLog(contract, topics.ToImmutable(), data);
    }

    // All members are required, so as many as there are names means that there are no others.
    private static bool Has(JsonElement element, int members) => element.ValueKind == JsonValueKind.Object && element.GetPropertyCount() == members;

    private static JsonElement[]? Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : null;

    private static byte[]? Bytes(JsonElement parent, string name)
    {
        if (PaymentJson.Text(parent, name) is not { } text || !text.StartsWith("0x", StringComparison.Ordinal) || text.Length % 2 != 0)
        {
            return null;
        }

        byte[] bytes = new byte[(text.Length - 2) / 2];
        return Convert.FromHexString(text.AsSpan(2), bytes, out _, out _) == OperationStatus.Done ? bytes : null;
    }

    private static bool TryNumber(JsonElement parent, string name, out ulong number)
    {
        bool read = PaymentJson.TryAmount(parent, name, out BigInteger amount) && amount <= ulong.MaxValue;
        number = read ? (ulong)amount : 0;
        return read;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);
}
