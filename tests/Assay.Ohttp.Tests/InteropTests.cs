using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Testing;

namespace Assay.Ohttp.Tests;

/// <summary>Against HPKE and Binary HTTP that aren't ours: @hpke/core and bhttp-js in Node.</summary>
public sealed class InteropTests
{
    [OracleFact(Oracle.NodePackages)]
    public void They_send_and_we_answer()
    {
        using OhttpGateway gateway = new(9);
        JsonElement sent = Run(new { send = Convert.ToHexStringLower(gateway.Config.Encode()), url = "https://node.example/v2/models/a/infer", body = "{\"a\":1}" });
        using OhttpOpened opened = gateway.TryOpen(Convert.FromHexString(sent.GetProperty("request").GetString()!), out string? error)!;
        Assert.Null(error);
        BinaryRequest request = BinaryRequest.TryDecode(opened.Request, 1000)!;
        Assert.Equal(("POST", "https", "/v2/models/a/infer"), (request.Method, request.Scheme, request.Path));
        Assert.Equal("application/json", request.Field("content-type"));
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(request.Content.Span));
        byte[] answer = opened.Seal(new BinaryResponse { Status = 201, Fields = [new BinaryField("content-type", "text/x")], Content = "seven"u8.ToArray() }.Encode());
        JsonElement read = Run(new { open = Convert.ToHexStringLower(answer), secret = sent.GetProperty("secret").GetString(), enc = sent.GetProperty("enc").GetString() });
        Assert.Equal((201, "text/x", "seven"), (read.GetProperty("status").GetInt32(), read.GetProperty("type").GetString(), read.GetProperty("body").GetString()));
    }

    [OracleFact(Oracle.NodePackages)]
    public void We_send_and_they_answer()
    {
        using ECDiffieHellman key = DhKem.Generate();
        ECParameters parameters = key.ExportParameters(includePrivateParameters: true);
        OhttpKeyConfig config = new(3, DhKem.Serialize(key), [HpkeAead.Aes128Gcm]);
        BinaryRequest request = new()
        {
            Method = "POST", Scheme = "https", Authority = "node.example", Path = "/v2/models/a/infer",
            Fields = [new BinaryField("content-type", "application/json")], Content = "{\"b\":2}"u8.ToArray(),
        };
        using OhttpExchange exchange = OhttpExchange.TrySeal(config, request.Encode())!;
        JsonElement read = Run(new
        {
            receive = Convert.ToHexStringLower(exchange.Request.Span),
            x = Convert.ToHexStringLower(parameters.Q.X!),
            y = Convert.ToHexStringLower(parameters.Q.Y!),
            d = Convert.ToHexStringLower(parameters.D!),
            body = "eight",
        });
        Assert.Equal("POST", read.GetProperty("method").GetString());
        Assert.Equal("https://node.example/v2/models/a/infer", read.GetProperty("url").GetString());
        Assert.Equal("application/json", read.GetProperty("type").GetString());
        Assert.Equal("{\"b\":2}", read.GetProperty("body").GetString());
        byte[]? answer = exchange.TryOpen(Convert.FromHexString(read.GetProperty("response").GetString()!));
        Assert.NotNull(answer);
        BinaryResponse response = BinaryResponse.TryDecode(answer, 1000)!;
        Assert.Equal((200, "eight"), (response.Status, Encoding.UTF8.GetString(response.Content.Span)));
    }

    private static JsonElement Run(object input) => JsonDocument.Parse(Oracles.RunNode("ohttp.mjs", JsonSerializer.Serialize(input))).RootElement;
}
