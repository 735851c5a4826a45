using System.Net;
using System.Numerics;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain.Tests;

public sealed class ChainClientTests
{
    private const string Hash = "0x1111111111111111111111111111111111111111111111111111111111111111";
    private const string Block = "0x2222222222222222222222222222222222222222222222222222222222222222";
    private const string Token = "0x036cbd53842c5426634e7929541ec2318f3dcf7e";
    private const string Log = $$"""{"address":"{{Token}}","topics":["{{Hash}}"],"data":"0x01","removed":false,"transactionHash":"{{Hash}}","blockNumber":"0x10"}""";
    private const string Receipt = $$"""{"transactionHash":"{{Hash}}","status":"0x1","blockNumber":"0x10","blockHash":"{{Block}}","to":"{{Token}}","logs":[{{Log}}]}""";
    private const string Transaction = $$"""{"hash":"{{Hash}}","blockNumber":"0x10","blockHash":"{{Block}}","to":"{{Token}}","input":"0xa9059cbb"}""";

    public static TheoryData<string> NoAnswers =>
    [
        "", "null", "[]", "5", "\"0x1\"", "{", "<html>502</html>",
        """{"jsonrpc":"2.0","id":ID}""",
        """{"jsonrpc":"2.0","id":ID,"result":"0x1","error":{"code":1,"message":"x"}}""",
        """{"jsonrpc":"2.0","id":ID,"result":"0x1","result":"0x2"}""",
        """{"jsonrpc":"1.0","id":ID,"result":"0x1"}""",
        """{"id":ID,"result":"0x1"}""",
        """{"jsonrpc":"2.0","id":999999,"result":"0x1"}""",
        """{"jsonrpc":"2.0","id":"ID","result":"0x1"}""",
        """{"jsonrpc":"2.0","id":null,"result":"0x1"}""",
        """{"jsonrpc":"2.0","id":ID,"result":null}""",
        """{"jsonrpc":"2.0","id":ID,"result":1}""",
        """{"jsonrpc":"2.0","id":ID,"result":"1"}""",
        """{"jsonrpc":"2.0","id":ID,"result":"0x"}""",
        """{"jsonrpc":"2.0","id":ID,"result":"0x01"}""",
        """{"jsonrpc":"2.0","id":ID,"result":"0xg"}""",
        """{"jsonrpc":"2.0","id":ID,"result":"0x-1"}""",
        """{"jsonrpc":"2.0","id":ID,"result":"0x1ffffffffffffffff"}""",
        """{"jsonrpc":"2.0","id":ID,"result":"\ud800"}""",
        """{"jsonrpc":"2.0","id":ID,"error":null}""",
        """{"jsonrpc":"2.0","id":ID,"error":{"code":"x","message":"y"}}""",
        """{"jsonrpc":"2.0","id":ID,"error":{"code":1}}""",
        """{"jsonrpc":"2.0","id":ID,"result":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}""",
    ];

    [Theory]
    [MemberData(nameof(NoAnswers))]
    public async Task What_is_no_answer_is_unavailable(string text)
    {
        RpcReply<ulong> reply = await ScriptedServer.Client((_, _, id) => ScriptedServer.Json(text.Replace("ID", $"{id}"))).BlockNumberAsync(default);
        Assert.Equal(RpcOutcome.Unavailable, reply.Outcome);
        Assert.DoesNotContain("secret", reply.Why, StringComparison.Ordinal);
        Assert.False(reply.TryGet(out _));
        Assert.Throws<InvalidOperationException>(() => reply.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Huge_answers_are_left_unread(bool saysSo)
    {
        RpcReply<ulong> reply = await ScriptedServer.Client((_, _, _) => new StreamContent(new Endless()) { Headers = { ContentLength = saysSo ? long.MaxValue : null } }).BlockNumberAsync(default);
        Assert.Contains("65,536", reply.Why, StringComparison.Ordinal);
        Assert.Equal(RpcOutcome.Unavailable, reply.Outcome);
    }

    [Fact]
    public async Task Slow_answers_are_unavailable_and_cancelling_is_the_callers()
    {
        ChainClient client = ScriptedServer.Client((_, _, _) => new StreamContent(new Silent()));
        Assert.Equal(RpcOutcome.Unavailable, (await client.BlockNumberAsync(default)).Outcome);
        using CancellationTokenSource cancelled = new(10);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.BlockNumberAsync(cancelled.Token));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Redirect)]
    public async Task A_proxys_status_is_unavailable(HttpStatusCode status) =>
        Assert.Equal(RpcOutcome.Unavailable, (await ScriptedServer.Client((_, _, id) => ScriptedServer.Json($$"""{"jsonrpc":"2.0","id":{{id}},"result":"0x1"}"""), status).BlockNumberAsync(default)).Outcome);

    [Fact]
    public async Task A_server_that_isnt_there_is_unavailable()
    {
        using HttpClient http = new();
        Assert.Equal(RpcOutcome.Unavailable, (await new ChainClient(http, new Uri("http://127.0.0.1:9/")).BlockNumberAsync(default)).Outcome);
    }

    [Theory]
    [InlineData("""{"code":3,"message":"execution reverted: no","data":"0x08c379a0000000000000000000000000000000000000000000000000000000000000002000000000000000000000000000000000000000000000000000000000000000026e6f000000000000000000000000000000000000000000000000000000000000"}""", RpcOutcome.Refused, "no")]
    [InlineData("""{"code":-32603,"message":"Error: VM Exception while processing transaction: reverted with reason string 'no'","data":{"message":"x","data":"0x12345678"}}""", RpcOutcome.Refused, "Error: VM")]
    [InlineData("""{"code":-32000,"message":"execution reverted"}""", RpcOutcome.Refused, "execution reverted")]
    [InlineData("""{"code":-32603,"message":"internal error"}""", RpcOutcome.Unavailable, "internal error")]
    [InlineData("""{"code":-32005,"message":"limit exceeded","data":"0x"}""", RpcOutcome.Unavailable, "limit exceeded")]
    public async Task A_contracts_no_isnt_a_servers_trouble(string error, RpcOutcome outcome, string reason)
    {
        ChainClient client = ScriptedServer.Client((_, _, id) => ScriptedServer.Json($$"""{"jsonrpc":"2.0","id":{{id}},"error":{{error}}}"""));
        RpcReply<ReadOnlyMemory<byte>> call = await client.CallAsync(default, default, null, default);
        RpcReply<ulong> gas = await client.EstimateGasAsync(null, default, default, 0, default);
        Assert.Equal((outcome, outcome), (call.Outcome, gas.Outcome));
        Assert.StartsWith(reason, call.Error!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_are_as_the_execution_api_has_them()
    {
        List<string> asked = [];
        ChainClient client = ScriptedServer.Client((method, parameters, id) =>
        {
            asked.Add(method + parameters.ToJsonString());
            return ScriptedServer.Json($$"""{"jsonrpc":"2.0","id":{{id}},"result":"0x10"}""");
        });
        EvmAddress address = EvmAddress.From(Convert.FromHexString(Token.AsSpan(2)));
        Assert.Equal(16, (await client.BalanceAsync(address, default)).Value);
        Assert.Equal(16UL, (await client.TransactionCountAsync(address, pending: true, default)).Value);
        Assert.Equal(new byte[] { 0x10 }, (await client.CodeAsync(address, default)).Value.ToArray());
        Assert.Equal(new byte[] { 0x10 }, (await client.CallAsync(address, new byte[] { 1 }, address, default)).Value.ToArray());
        Assert.Equal(16UL, (await client.EstimateGasAsync(null, new byte[] { 1 }, address, 255, default)).Value);
        Assert.Equal(
            [
                $$"""eth_getBalance["{{Token}}","latest"]""", $$"""eth_getTransactionCount["{{Token}}","pending"]""", $$"""eth_getCode["{{Token}}","latest"]""",
                $$"""eth_call[{"from":"{{Token}}","to":"{{Token}}","data":"0x01"},"latest"]""", $$"""eth_estimateGas[{"from":"{{Token}}","value":"0xff","data":"0x01"}]""",
            ], asked);
    }

    [Fact]
    public async Task A_transaction_is_joined_from_three_answers()
    {
        RpcReply<TransactionStatus> reply = await Joined(Receipt, Transaction, "\"0x12\"");
        ChainTransaction mined = reply.Value.Mined!;
        Assert.Equal((84532, true, 16UL, 3UL), (mined.ChainId, mined.Succeeded, mined.Block, mined.Confirmations));
        Assert.Equal("a9059cbb", Convert.ToHexStringLower(mined.Input.Span));
        Assert.Equal(Token, Assert.Single(mined.Logs).Contract.ToLowerString());

        // A server that lags behind itself.
        Assert.Equal(1UL, (await Joined(Receipt, Transaction, "\"0xf\"")).Value.Mined!.Confirmations);
        Assert.False((await Joined(Receipt.Replace("\"0x1\"", "\"0x0\"", StringComparison.Ordinal), Transaction, "\"0x12\"")).Value.Mined!.Succeeded);
        Assert.Equal(new TransactionStatus(false, null), (await Joined("null", "null", "\"0x12\"")).Value);
        Assert.Equal(new TransactionStatus(true, null), (await Joined("null", Transaction.Replace("\"0x10\"", "null", StringComparison.Ordinal), "\"0x12\"")).Value);
        Assert.Equal(new TransactionStatus(true, null), (await Joined("null", Transaction, "\"0x12\"")).Value);
    }

    [Theory]
    [InlineData("\"status\":\"0x1\"", "\"status\":\"0x2\"")]
    [InlineData("\"status\":\"0x1\",", "")]
    [InlineData("\"logs\":[", "\"logs\":[5,")]
    [InlineData("\"data\":\"0x01\"", "\"data\":\"0x1\"")]
    [InlineData("\"removed\":false", "\"removed\":true")]
    [InlineData("\"topics\":[", "\"topics\":[\"0x11\",")]
    [InlineData($"\"topics\":[\"{Hash}\"]", $"\"topics\":[\"{Hash}\",\"{Hash}\",\"{Hash}\",\"{Hash}\",\"{Hash}\"]")]
    [InlineData($"\"transactionHash\":\"{Hash}\",\"status\"", $"\"transactionHash\":\"{Block}\",\"status\"")]
    [InlineData($"\"blockHash\":\"{Block}\"", $"\"blockHash\":\"{Hash}\"")]
    [InlineData($"\"to\":\"{Token}\"", "\"to\":null")]
    [InlineData($"\"to\":\"{Token}\"", "\"to\":\"0x12\"")]
    public async Task Receipts_that_contradict_are_unavailable(string old, string changed)
    {
        string receipt = Receipt.Replace(old, changed, StringComparison.Ordinal);
        Assert.NotEqual(Receipt, receipt);
        Assert.Equal(RpcOutcome.Unavailable, (await Joined(receipt, Transaction, "\"0x12\"")).Outcome);
    }

    [Fact]
    public async Task Fees_are_twice_the_base_and_the_median_tip()
    {
        const string History = """{"oldestBlock":"0x1","baseFeePerGas":["0x1","0x64"],"gasUsedRatio":[0.5],"reward":[["0x5"],["0x1"],["0x9"]]}""";
        Assert.Equal(new FeeSuggestion(205, 5), (await ScriptedServer.Results(_ => History).FeesAsync(default)).Value);
        ChainClient old = ScriptedServer.Client((method, _, id) => ScriptedServer.Json(method switch
        {
            "eth_maxPriorityFeePerGas" => $$"""{"jsonrpc":"2.0","id":{{id}},"result":"0x7"}""",
            "eth_getBlockByNumber" => $$"""{"jsonrpc":"2.0","id":{{id}},"result":{"baseFeePerGas":"0xa"} }""",
            _ => $$"""{"jsonrpc":"2.0","id":{{id}},"error":{"code":-32601,"message":"method not found"} }""",
        }));
        Assert.Equal(new FeeSuggestion(27, 7), (await old.FeesAsync(default)).Value);
        foreach (string bad in (string[])["""{"baseFeePerGas":[]}""", """{"baseFeePerGas":["0xffffffffffffffffffffffffffffffffffffffff"]}""", """{"baseFeePerGas":["0x1"],"reward":[[]]}""", "5"])
        {
            Assert.Equal(RpcOutcome.Unavailable, (await ScriptedServer.Results(_ => bad).FeesAsync(default)).Outcome);
        }
    }

    [Fact]
    public async Task Events_that_werent_asked_for_are_no_answer()
    {
        EvmAddress token = EvmAddress.From(Convert.FromHexString(Token.AsSpan(2)));
        Assert.True(Digest32.TryParseHex(Hash.AsSpan(2), out Digest32 topic));
        LogFilter filter = new(token, [topic], 16, null);
        Assert.Equal(16UL, Assert.Single((await ScriptedServer.Results(_ => $"[{Log}]").LogsAsync(filter, default)).Value).Block);
        Assert.Equal(RpcOutcome.Unavailable, (await ScriptedServer.Results(_ => $"[{Log}]").LogsAsync(filter with { Contract = default }, default)).Outcome);
        Assert.Equal(RpcOutcome.Unavailable, (await ScriptedServer.Results(_ => $"[{Log}]").LogsAsync(filter with { Topics = [default(Digest32)] }, default)).Outcome);
        Assert.Equal(RpcOutcome.Unavailable, (await ScriptedServer.Results(_ => $"[{Log}]").LogsAsync(filter with { FromBlock = 17 }, default)).Outcome);
        Assert.Single((await ScriptedServer.Results(_ => $"[{Log}]").LogsAsync(filter with { Topics = [null] }, default)).Value);
    }

    private static async Task<RpcReply<TransactionStatus>> Joined(string receipt, string transaction, string number)
    {
        Assert.True(Digest32.TryParseHex(Hash.AsSpan(2), out Digest32 hash));
        ChainClient client = ScriptedServer.Results(method => method switch { "eth_getTransactionReceipt" => receipt, "eth_getTransactionByHash" => transaction, _ => number });
        return await client.TransactionAsync(new BigInteger(84532), hash, default);
    }

    /// <summary>Sends for ever.</summary>
    private sealed class Endless : Scripted
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)' ');
            return new(buffer.Length);
        }
    }

    /// <summary>Never sends.</summary>
    private sealed class Silent : Scripted
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }

    private abstract class Scripted : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
