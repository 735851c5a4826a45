using System.Text.Json.Nodes;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain.Tests;

/// <summary>A chain in memory, with geth's rules for nonces and its words for their faults. Blocks are made when a test says so, or by each transaction.</summary>
internal sealed class FakeChain
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(EvmAddress, ulong), SignedTransaction> _pool = [];
    private readonly Dictionary<Digest32, (SignedTransaction Transaction, ulong Block)> _mined = [];
    private readonly Dictionary<EvmAddress, ulong> _counts = [];

    public bool MinesAtOnce { get; set; } = true;

    /// <summary>Answers a broadcast in the server's place: an error's message, "lost" to take and lose it, "unavailable"; null: as a chain does.</summary>
    public Func<SignedTransaction, string?> Fault { get; set; } = _ => null;

    public ulong Height { get; private set; } = 1;

    public long ChainId { get; set; } = 31337;

    public int Broadcasts { get; private set; }

    public ChainClient Client() => ScriptedServer.Client(Answer);

    public ulong Count(EvmAddress account)
    {
        lock (_lock)
        {
            return _counts.GetValueOrDefault(account);
        }
    }

    public bool IsMined(SignedTransaction transaction)
    {
        lock (_lock)
        {
            return _mined.ContainsKey(transaction.Hash);
        }
    }

    /// <summary>The server is started again: what waited is gone.</summary>
    public void LosePool()
    {
        lock (_lock)
        {
            _pool.Clear();
        }
    }

    public void Mine()
    {
        lock (_lock)
        {
            Height++;
            foreach (EvmAddress account in _pool.Keys.Select(key => key.Item1).Distinct().ToArray())
            {
                while (_pool.Remove((account, _counts.GetValueOrDefault(account)), out SignedTransaction? next))
                {
                    _mined[next.Hash] = (next, Height);
                    _counts[account] = next.Transaction.Nonce + 1;
                }
            }
        }
    }

    /// <summary>Takes a transaction, also another program's with the same key; or says why not.</summary>
    public string? Send(SignedTransaction transaction)
    {
        lock (_lock)
        {
            ulong nonce = transaction.Transaction.Nonce, count = _counts.GetValueOrDefault(transaction.Sender);
            if (nonce < count)
            {
                return $"nonce too low: next nonce {count}, tx nonce {nonce}";
            }

            if (!_pool.TryAdd((transaction.Sender, nonce), transaction))
            {
                return _pool[(transaction.Sender, nonce)].Hash == transaction.Hash ? "already known" : "replacement transaction underpriced";
            }
        }

        if (MinesAtOnce)
        {
            Mine();
        }

        return null;
    }

    private HttpContent Answer(string method, JsonArray parameters, long id)
    {
        string result = method == "eth_sendRawTransaction" ? Broadcast(parameters[0]!.GetValue<string>()) : Result(method, parameters);
        return result == "unavailable" ? ScriptedServer.Json("oops") : ScriptedServer.Json($$"""{"jsonrpc":"2.0","id":{{id}},{{result}}}""");
    }

    private string Broadcast(string hex)
    {
        Assert.True(SignedTransaction.TryDecode(Convert.FromHexString(hex.AsSpan(2)), out SignedTransaction? transaction));
        lock (_lock)
        {
            Broadcasts++;
        }

        string? refusal = Fault(transaction) is not { } fault ? Send(transaction) : fault == "lost" ? null : fault;
        return refusal switch
        {
            null => $"\"result\":\"0x{transaction.Hash}\"",
            "unavailable" => refusal,
            _ => $"\"error\":{{\"code\":-32000,\"message\":\"{refusal}\"}}",
        };
    }

    private string Result(string method, JsonArray parameters)
    {
        lock (_lock)
        {
            Assert.True(Digest32.TryParseHex(method.StartsWith("eth_getTransactionBy", StringComparison.Ordinal) || method == "eth_getTransactionReceipt" ? parameters[0]!.GetValue<string>().AsSpan(2) : new string('0', 64), out Digest32 hash));
            bool isMined = _mined.TryGetValue(hash, out (SignedTransaction Transaction, ulong Block) mined);
            SignedTransaction? known = isMined ? mined.Transaction : _pool.Values.FirstOrDefault(waiting => waiting.Hash == hash);
            string place = isMined ? $"\"blockNumber\":\"0x{mined.Block:x}\",\"blockHash\":\"0x{new string('7', 64)}\",\"to\":\"{known!.Transaction.To!.Value.ToLowerString()}\"," : "";
            return "\"result\":" + method switch
            {
                "eth_chainId" => $"\"0x{ChainId:x}\"",
                "eth_blockNumber" => $"\"0x{Height:x}\"",
                "eth_estimateGas" => "\"0x5208\"",
                "eth_feeHistory" => """{"baseFeePerGas":["0x3b9aca00"],"reward":[["0x1"]]}""",
                "eth_getTransactionCount" => $"\"0x{Pending(parameters):x}\"",
                "eth_getTransactionReceipt" => isMined ? $"{{{place}\"transactionHash\":\"0x{hash}\",\"status\":\"0x1\",\"logs\":[]}}" : "null",
                "eth_getTransactionByHash" => known is null ? "null" : $"{{{place}\"hash\":\"0x{hash}\",\"input\":\"0x\"}}",
                _ => throw new InvalidOperationException(method),
            };
        }
    }

    private ulong Pending(JsonArray parameters)
    {
        Assert.True(EvmAddress.TryParse(parameters[0]!.GetValue<string>(), out EvmAddress account));
        ulong count = _counts.GetValueOrDefault(account);
        while (parameters[1]!.GetValue<string>() == "pending" && _pool.ContainsKey((account, count)))
        {
            count++;
        }

        return count;
    }
}
