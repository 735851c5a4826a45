using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>
/// Asks a chain's server (Ethereum's execution API). What it says is its word: nothing here proves it. Whatever it does, also slow, huge or
/// nonsensical answers, is a reply; nothing throws but cancellation. Safe for use by many at once.
/// </summary>
public sealed class ChainClient
{
    private const int FeeBlocks = 5;

    private readonly JsonRpcChannel _channel;

    /// <summary>A client.</summary>
    /// <param name="http">Sends; its own timeout should be no shorter than the options'.</param>
    /// <param name="rpc">The server's address. It may hold a key: it doesn't appear in any reply.</param>
    /// <param name="options">Bounds; null: the defaults.</param>
    public ChainClient(HttpClient http, Uri rpc, ChainClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(rpc);
        _channel = new JsonRpcChannel(http, rpc, options ?? new ChainClientOptions());
    }

    /// <summary>The chain's number (<c>eth_chainId</c>).</summary>
    public Task<RpcReply<BigInteger>> ChainIdAsync(CancellationToken cancellation) => AskAsync("eth_chainId", Nothing, RpcJson.Number, cancellation);

    /// <summary>The newest block's number (<c>eth_blockNumber</c>).</summary>
    public Task<RpcReply<ulong>> BlockNumberAsync(CancellationToken cancellation) => AskAsync("eth_blockNumber", Nothing, RpcJson.Small, cancellation);

    /// <summary>When a block was made, in Unix seconds (<c>eth_getBlockByNumber</c>).</summary>
    public Task<RpcReply<ulong>> BlockTimeAsync(ulong block, CancellationToken cancellation) =>
        AskAsync("eth_getBlockByNumber", json => WriteBlock(json, RpcJson.Text(block)), ChainAnswers.Time, cancellation);

    /// <summary>
    /// What a call would give, on the newest block (<c>eth_call</c>). Refused: the contract reverted. Any other error of the server is
    /// unavailable, since it says nothing of the contract.
    /// </summary>
    public async Task<RpcReply<ReadOnlyMemory<byte>>> CallAsync(EvmAddress to, ReadOnlyMemory<byte> data, EvmAddress? from, CancellationToken cancellation) =>
        OnlyReverts(await AskAsync(
            "eth_call",
            json =>
            {
                WriteCall(json, to, data, from, default);
                json.WriteStringValue("latest");
            },
            RpcJson.Bytes,
            cancellation).ConfigureAwait(false));

    /// <summary>The gas that a transaction would take (<c>eth_estimateGas</c>). Refused: it would revert.</summary>
    public async Task<RpcReply<ulong>> EstimateGasAsync(EvmAddress? to, ReadOnlyMemory<byte> data, EvmAddress from, BigInteger value, CancellationToken cancellation) =>
        OnlyReverts(await AskAsync("eth_estimateGas", json => WriteCall(json, to, data, from, value), RpcJson.Small, cancellation).ConfigureAwait(false));

    /// <summary>The code at an address, empty for accounts with a key (<c>eth_getCode</c>).</summary>
    public Task<RpcReply<ReadOnlyMemory<byte>>> CodeAsync(EvmAddress address, CancellationToken cancellation) => AskAsync("eth_getCode", At(address, "latest"), RpcJson.Bytes, cancellation);

    /// <summary>What an account has, in wei (<c>eth_getBalance</c>).</summary>
    public Task<RpcReply<BigInteger>> BalanceAsync(EvmAddress address, CancellationToken cancellation) => AskAsync("eth_getBalance", At(address, "latest"), RpcJson.Number, cancellation);

    /// <summary>How many transactions an account made: in blocks, or also those that wait for one (<c>eth_getTransactionCount</c>).</summary>
    public Task<RpcReply<ulong>> TransactionCountAsync(EvmAddress address, bool pending, CancellationToken cancellation) =>
        AskAsync("eth_getTransactionCount", At(address, pending ? "pending" : "latest"), RpcJson.Small, cancellation);

    /// <summary>Sends a signed transaction (<c>eth_sendRawTransaction</c>). <see cref="TransactionSender"/> knows what the errors mean.</summary>
    public Task<RpcReply<Digest32>> SendRawAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) =>
        AskAsync("eth_sendRawTransaction", json => json.WriteStringValue(RpcJson.Text(raw.Span)), RpcJson.Word, cancellation);

    /// <summary>What new transactions should offer (<c>eth_feeHistory</c>; where the server has none, <c>eth_maxPriorityFeePerGas</c> and the newest block).</summary>
    public async Task<RpcReply<FeeSuggestion>> FeesAsync(CancellationToken cancellation)
    {
        RpcReply<FeeSuggestion> history = await _channel.AskAsync("eth_feeHistory", WriteFeeHistory, ChainAnswers.FeeHistory, cancellation).ConfigureAwait(false);
        if (history.Outcome != RpcOutcome.Refused)
        {
            return history;
        }

        RpcReply<BigInteger> tip = await AskAsync("eth_maxPriorityFeePerGas", Nothing, ChainAnswers.Fee, cancellation).ConfigureAwait(false);
        RpcReply<BigInteger> fee = await AskAsync("eth_getBlockByNumber", static json => WriteBlock(json, "latest"), ChainAnswers.BaseFee, cancellation).ConfigureAwait(false);
        return !tip.TryGet(out BigInteger perGas) ? tip.AsUnavailable<FeeSuggestion>()
            : !fee.TryGet(out BigInteger baseFee) ? fee.AsUnavailable<FeeSuggestion>()
            : new RpcReply<FeeSuggestion>(ChainAnswers.Suggest(baseFee, perGas));
    }

    /// <summary>
    /// A transaction as the chain has it (<c>eth_getTransactionReceipt</c>, <c>eth_getTransactionByHash</c>, <c>eth_blockNumber</c>, which
    /// must agree with each other). A reply with <see cref="TransactionStatus.Mined"/> null says that it is in no block.
    /// </summary>
    /// <param name="chainId">The chain that the server is one of: it goes into the value.</param>
    /// <param name="hash">The transaction's hash.</param>
    /// <param name="cancellation">Ends the question.</param>
    public async Task<RpcReply<TransactionStatus>> TransactionAsync(BigInteger chainId, Digest32 hash, CancellationToken cancellation)
    {
        void ByHash(Utf8JsonWriter json) => json.WriteStringValue(RpcJson.Text(hash.Bytes));
        Task<RpcReply<ChainAnswers.Content>> asking = _channel.AskAsync("eth_getTransactionByHash", ByHash, ChainAnswers.Transaction, cancellation);
        RpcReply<ChainAnswers.Receipt> receipt = await _channel.AskAsync("eth_getTransactionReceipt", ByHash, ChainAnswers.ReceiptOf, cancellation).ConfigureAwait(false);
        RpcReply<ChainAnswers.Content> transaction = await asking.ConfigureAwait(false);
        if (!receipt.TryGet(out ChainAnswers.Receipt? mined) || !transaction.TryGet(out ChainAnswers.Content? content))
        {
            return receipt.Outcome == RpcOutcome.Answered ? transaction.AsUnavailable<TransactionStatus>() : receipt.AsUnavailable<TransactionStatus>();
        }

        // One may be from before it was mined, and the other from after.
        if (mined.Hash is null || content.Hash is null || content.Block is null)
        {
            return new RpcReply<TransactionStatus>(new TransactionStatus(mined.Hash is not null || content.Hash is not null, null));
        }

        // After the receipt, so that its block is counted.
        RpcReply<ulong> newest = await BlockNumberAsync(cancellation).ConfigureAwait(false);
        if (!newest.TryGet(out ulong height))
        {
            return newest.AsUnavailable<TransactionStatus>();
        }

        if (mined.Hash != hash || content.Hash != hash || mined.Block != content.Block || mined.BlockHash != content.BlockHash || mined.To != content.To)
        {
            return new RpcReply<TransactionStatus>(RpcOutcome.Unavailable, null, "the server's receipt and transaction contradict each other");
        }

        ulong confirmations = height > mined.Block ? height - mined.Block + 1 : 1;
        ChainTransaction value = new(chainId, hash, mined.Succeeded, content.To, content.Input, mined.Block, confirmations, mined.Logs);
        return new RpcReply<TransactionStatus>(new TransactionStatus(true, value));
    }

    /// <summary>Events by their topics (<c>eth_getLogs</c>), in the chain's order; one that wasn't asked for makes the answer unavailable.</summary>
    public async Task<RpcReply<ImmutableArray<MinedLog>>> LogsAsync(LogFilter filter, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await AskAsync("eth_getLogs", json => WriteFilter(json, filter), result => ChainAnswers.Logs(result, filter), cancellation).ConfigureAwait(false);
    }

    private async Task<RpcReply<T>> AskAsync<T>(string method, Action<Utf8JsonWriter> parameters, Func<JsonElement, T?> read, CancellationToken cancellation)
        where T : struct
    {
        RpcReply<object> reply = await _channel.AskAsync<object>(method, parameters, element => read(element), cancellation).ConfigureAwait(false);
        return reply.TryGet(out object? value) ? new RpcReply<T>((T)value) : reply.As<T>();
    }

    private static RpcReply<T> OnlyReverts<T>(RpcReply<T> reply) => reply is { Outcome: RpcOutcome.Refused, Error.IsRevert: false } ? reply.AsUnavailable<T>() : reply;

    private static void Nothing(Utf8JsonWriter json)
    {
    }

    private static Action<Utf8JsonWriter> At(EvmAddress address, string block) => json =>
    {
        json.WriteStringValue(address.ToLowerString());
        json.WriteStringValue(block);
    };

    private static void WriteCall(Utf8JsonWriter json, EvmAddress? to, ReadOnlyMemory<byte> data, EvmAddress? from, BigInteger value)
    {
        json.WriteStartObject();
        if (from is { } sender)
        {
            json.WriteString("from", sender.ToLowerString());
        }

        if (to is { } contract)
        {
            json.WriteString("to", contract.ToLowerString());
        }

        if (!value.IsZero)
        {
            json.WriteString("value", RpcJson.Text(value));
        }

        json.WriteString("data", RpcJson.Text(data.Span));
        json.WriteEndObject();
    }

    private static void WriteFeeHistory(Utf8JsonWriter json)
    {
        json.WriteStringValue(RpcJson.Text(FeeBlocks));
        json.WriteStringValue("latest");
        json.WriteStartArray();
        json.WriteNumberValue(50);
        json.WriteEndArray();
    }

    private static void WriteBlock(Utf8JsonWriter json, string block)
    {
        json.WriteStringValue(block);
        json.WriteBooleanValue(false);
    }

    private static void WriteFilter(Utf8JsonWriter json, LogFilter filter)
    {
        json.WriteStartObject();
        json.WriteString("address", filter.Contract.ToLowerString());
        json.WriteString("fromBlock", RpcJson.Text(filter.FromBlock));
        json.WriteString("toBlock", filter.ToBlock is { } last ? RpcJson.Text(last) : "latest");
        json.WriteStartArray("topics");
        foreach (Digest32? topic in filter.Topics)
        {
            if (topic is { } word)
            {
                json.WriteStringValue(RpcJson.Text(word.Bytes));
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
