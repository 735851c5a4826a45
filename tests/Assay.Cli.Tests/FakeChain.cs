using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Cli.Tests;

/// <summary>A JSON-RPC server on loopback that has one block's transactions, as a file of chain facts says them.</summary>
internal sealed class FakeChain : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly JsonObject _chain;

    internal FakeChain(string factsFile)
    {
        _chain = JsonNode.Parse(File.ReadAllBytes(factsFile))!["chains"]![0]!.AsObject();
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = ServeAsync();
    }

    internal string Url { get; }

    internal string ChainId { get; set; } = "0x14a34";

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                JsonNode question = (await JsonNode.ParseAsync(context.Request.InputStream))!;
                JsonObject answer = new() { ["jsonrpc"] = "2.0", ["id"] = question["id"]!.DeepClone(), ["result"] = Answer(question) };
                byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(answer);
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(bytes);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private JsonNode? Answer(JsonNode question) => (string?)question["method"] switch
    {
        "eth_chainId" => ChainId,
        "eth_blockNumber" => "0x4d4",
        "eth_getTransactionReceipt" when Find(question) is { } found => new JsonObject
        {
            ["transactionHash"] = (string?)found["hash"],
            ["status"] = (bool)found["succeeded"]! ? "0x1" : "0x0",
            ["blockNumber"] = "0x4d2",
            ["blockHash"] = "0x" + new string('1', 64),
            ["to"] = ((string?)found["to"])?.ToLowerInvariant(),
            ["logs"] = new JsonArray([.. found["logs"]!.AsArray().Select(static log => new JsonObject
            {
                ["address"] = ((string?)log!["contract"])!.ToLowerInvariant(), ["topics"] = log["topics"]!.DeepClone(), ["data"] = (string?)log["data"],
            })]),
        },
        "eth_getTransactionByHash" when Find(question) is { } found => new JsonObject
        {
            ["hash"] = (string?)found["hash"],
            ["blockNumber"] = "0x4d2",
            ["blockHash"] = "0x" + new string('1', 64),
            ["to"] = ((string?)found["to"])?.ToLowerInvariant(),
            ["input"] = (string?)found["input"],
        },
        _ => null,
    };

    private JsonNode? Find(JsonNode question) => _chain["transactions"]!.AsArray().FirstOrDefault(transaction => (string?)transaction!["hash"] == (string?)question["params"]![0]);
}
