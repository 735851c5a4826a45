using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>Readers of the results that are more than one value. Null: the result can't be one.</summary>
internal static class ChainAnswers
{
    private static readonly BigInteger MaxFee = BigInteger.One << 128;

    /// <summary>A receipt; no hash: there is none.</summary>
    public sealed record Receipt(Digest32? Hash, bool Succeeded, ulong Block, Digest32 BlockHash, EvmAddress? To, ImmutableArray<ChainLog> Logs);

    /// <summary>A transaction; no hash: there is none; no block: it waits for one.</summary>
    public sealed record Content(Digest32? Hash, ulong? Block, Digest32? BlockHash, EvmAddress? To, ReadOnlyMemory<byte> Input);

    public static Receipt? ReceiptOf(JsonElement result)
    {
        if (result.ValueKind == JsonValueKind.Null)
        {
            return new Receipt(null, false, 0, default, null, []);
        }

        if (result.ValueKind != JsonValueKind.Object
            || RpcJson.Member(result, "transactionHash", RpcJson.Word) is not { } hash
            || RpcJson.Member(result, "status", RpcJson.Small) is not { } status || status > 1
            || RpcJson.Member(result, "blockNumber", RpcJson.Small) is not { } block
            || RpcJson.Member(result, "blockHash", RpcJson.Word) is not { } blockHash
            || !TryTo(result, out EvmAddress? to)
            || !result.TryGetProperty("logs", out JsonElement logs) || logs.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        ImmutableArray<ChainLog>.Builder all = ImmutableArray.CreateBuilder<ChainLog>();
        foreach (JsonElement element in logs.EnumerateArray())
        {
            if (RpcJson.Log(element) is not { } log)
            {
                return null;
            }

            all.Add(log);
        }

        return new Receipt(hash, status == 1, block, blockHash, to, all.ToImmutable());
    }

    public static Content? Transaction(JsonElement result)
    {
        if (result.ValueKind == JsonValueKind.Null)
        {
            return new Content(null, null, null, null, default);
        }

        if (result.ValueKind != JsonValueKind.Object || RpcJson.Member(result, "hash", RpcJson.Word) is not { } hash || !TryTo(result, out EvmAddress? to)
            || RpcJson.Member(result, "input", RpcJson.Bytes) is not { } input)
        {
            return null;
        }

        bool waits = !result.TryGetProperty("blockNumber", out JsonElement number) || number.ValueKind == JsonValueKind.Null;
        if (waits)
        {
            return new Content(hash, null, null, to, input);
        }

        return RpcJson.Small(number) is { } block && RpcJson.Member(result, "blockHash", RpcJson.Word) is { } blockHash ? new Content(hash, block, blockHash, to, input) : null;
    }

    public static FeeSuggestion? FeeHistory(JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Object
            || !result.TryGetProperty("baseFeePerGas", out JsonElement fees) || fees.ValueKind != JsonValueKind.Array || fees.GetArrayLength() == 0
            || Fee(fees[fees.GetArrayLength() - 1]) is not { } baseFee)
        {
            return null;
        }

        List<BigInteger> tips = [];
        if (result.TryGetProperty("reward", out JsonElement rewards) && rewards.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement block in rewards.EnumerateArray())
            {
                if (block.ValueKind != JsonValueKind.Array || block.GetArrayLength() != 1 || Fee(block[0]) is not { } tip)
                {
                    return null;
                }

                tips.Add(tip);
            }
        }

        tips.Sort();
        return Suggest(baseFee, tips.Count == 0 ? 0 : tips[tips.Count / 2]);
    }

    public static BigInteger? BaseFee(JsonElement result) => result.ValueKind == JsonValueKind.Object ? RpcJson.Member(result, "baseFeePerGas", Fee) : null;

    public static ulong? Time(JsonElement result) => result.ValueKind == JsonValueKind.Object ? RpcJson.Member(result, "timestamp", RpcJson.Small) : null;

    public static BigInteger? Fee(JsonElement result) => RpcJson.Number(result) is { } fee && fee <= MaxFee ? fee : null;

    public static FeeSuggestion Suggest(BigInteger baseFee, BigInteger tip) => new((2 * baseFee) + tip, tip);

    public static ImmutableArray<MinedLog>? Logs(JsonElement result, LogFilter filter)
    {
        if (result.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        ImmutableArray<MinedLog>.Builder all = ImmutableArray.CreateBuilder<MinedLog>();
        foreach (JsonElement element in result.EnumerateArray())
        {
            if (RpcJson.Log(element) is not { } log || RpcJson.Member(element, "transactionHash", RpcJson.Word) is not { } transaction
                || RpcJson.Member(element, "blockNumber", RpcJson.Small) is not { } block || !Fits(log, block, filter))
            {
                return null;
            }

            all.Add(new MinedLog(log, transaction, block));
        }

        return all.ToImmutable();
    }

    private static bool Fits(ChainLog log, ulong block, LogFilter filter) =>
        log.Contract == filter.Contract && block >= filter.FromBlock && block <= (filter.ToBlock ?? ulong.MaxValue) && log.Topics.Length >= filter.Topics.Length
        && filter.Topics.Zip(log.Topics).All(pair => pair.First is null || pair.First == pair.Second);

    private static bool TryTo(JsonElement element, out EvmAddress? to)
    {
        to = RpcJson.Member(element, "to", RpcJson.Address);
        return to is not null || !element.TryGetProperty("to", out JsonElement member) || member.ValueKind == JsonValueKind.Null;
    }
}
