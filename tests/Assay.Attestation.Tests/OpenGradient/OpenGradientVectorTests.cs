using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Attestation.Tests.OpenGradient;

/// <summary>All golden vectors of spec/vectors/attestation/opengradient.json.</summary>
public sealed class OpenGradientVectorTests
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "attestation", "opengradient.json"))).RootElement;

    /// <summary>A vector's name, its endpoint, and a body from which the enclave would make its canonical text.</summary>
    public static TheoryData<string, OpenGradientEndpoint, string> Bodies => new()
    {
        { "basic", OpenGradientEndpoint.Chat, """{"model":"gpt-4.1","temperature":0.7,"messages":[{"role":"user","content":"Hello!","name":"me"}],"stream":true,"n":1,"seed":7,"user":"u"}""" },
        { "default_temp", OpenGradientEndpoint.Chat, """{"model":"gpt-4.1","messages":[{"role":"user","content":"Hello!"}],"tools":[],"stop":null,"response_format":{}}""" },
        { "int_temp_1", OpenGradientEndpoint.Chat, """{"messages":[{"content":"Hello!","role":"user"}],"temperature":1,"model":"gpt-4.1"}""" },
        { "unicode", OpenGradientEndpoint.Chat, "{\"model\":\"gpt-4.1\",\"max_tokens\":100,\"temperature\":0.00001,\"messages\":[{\"role\":\"user\",\"content\":\"Gr\u00fc\u00dfe \U0001F60A \\u2028 \u007f \\/ \\\" \\\\ \\n\"}]}" },
        { "small_floats", OpenGradientEndpoint.Chat, """{"model":"m","temperature":1e-7,"messages":[{"role":"user","content":"x"}]}""" },
        {
            "tools", OpenGradientEndpoint.Chat,
            """
            {"model":"gpt-5","temperature":0,"stop":["\n"],"tool_choice":"auto","tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}],
             "messages":[{"role":"developer","content":"s"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"},"index":0}]},
             {"role":"tool","content":"r","tool_call_id":"c1","name":"f"}]}
            """
        },
        {
            "multimodal", OpenGradientEndpoint.Chat,
            """
            {"model":"gpt-5","messages":[{"role":"user","content":[{"type":"text","text":"Summarize"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
             {"type":"file","file":{"filename":"contract.pdf","file_data":"data:application/pdf;base64,AAAA"}}]}]}
            """
        },
        { "completion", OpenGradientEndpoint.Completion, """{"prompt":"Hi","model":"claude-sonnet-4-6","top_p":0.5}""" },
        { "websearch", OpenGradientEndpoint.WebSearch, """{"query":"news today","num_results":6}""" },
    };

    public static TheoryData<string> Names => [.. Vectors.GetProperty("requests").EnumerateArray().Select(vector => Text(vector, "name"))];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_has_its_canonical_text(string name, OpenGradientEndpoint endpoint, string body)
    {
        string? text = OpenGradientRequest.TryCanonical(Encoding.UTF8.GetBytes(body), endpoint, out string? error);
        Assert.Null(error);
        Assert.Equal(Text(Vector(name), "canonical"), text);
    }

    [Fact]
    public void Each_request_of_the_vectors_has_a_body_here() =>
        Assert.Equal(((IEnumerable<object[]>)Names).Select(static row => (string)row[0]).Order(), ((IEnumerable<object[]>)Bodies).Select(static row => (string)row[0]).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_canonical_text_is_its_own_canonical_form_and_has_its_hashes(string name)
    {
        JsonElement vector = Vector(name);
        string canonical = Text(vector, "canonical");
        Assert.Equal(canonical, OpenGradientRequest.TryCanonical(Encoding.UTF8.GetBytes(canonical), OpenGradientEndpoint.WebSearch, out _));
        Digest32 request = OpenGradientHashes.OfText(canonical);
        Digest32 output = OpenGradientHashes.OfText(Text(vector, "output"));
        Assert.Equal(Text(vector, "requestHash"), request.ToString());
        Assert.Equal(Text(vector, "outputHash"), output.ToString());
        Assert.Equal(Text(vector, "msgHash"), OpenGradientHashes.OfMessage(request, output, vector.GetProperty("timestamp").GetInt64()).ToString());
    }

    [Fact]
    public void Heartbeat()
    {
        JsonElement vector = Vectors.GetProperty("heartbeat");
        Assert.Equal(Text(vector, "msgHash"), OpenGradientHashes.OfHeartbeat(Digest(vector, "teeId"), vector.GetProperty("timestamp").GetInt64()).ToString());
    }

    [Fact]
    public void Key_configuration()
    {
        JsonElement vector = Vectors.GetProperty("ohttpConfig");
        Assert.Equal(Text(vector, "domain"), OpenGradientHashes.OfText("OPENGRADIENT_TEE_OHTTP_CONFIG_V1").ToString());
        Assert.Equal(Text(vector, "hash"), OpenGradientHashes.OfOhttpConfig(
            Digest(vector, "teeId"),
            vector.GetProperty("keyId").GetByte(),
            vector.GetProperty("kemId").GetUInt16(),
            vector.GetProperty("kdfId").GetUInt16(),
            vector.GetProperty("aeadId").GetUInt16(),
            Convert.FromHexString(Text(vector, "publicKey")),
            Convert.FromHexString(Text(vector, "keyConfig"))).ToString());
    }

    [Fact]
    public void A_batch()
    {
        JsonElement vector = Vectors.GetProperty("merkle");
        ImmutableArray<Digest32> leaves = [.. vector.GetProperty("values").EnumerateArray().Select(value => OpenGradientHashes.OfLeaf(
            Digest(value[0]), Digest(value[1]), Digest(value[2]), Convert.FromHexString(value[3].GetString()![2..]), long.Parse(value[4].GetString()!, CultureInfo.InvariantCulture)))];
        Assert.Equal(vector.GetProperty("leaves").EnumerateArray().Select(static value => Digest(value)), leaves);
        Digest32 root = Digest(vector, "root");
        Assert.Equal(root, OpenGradientHashes.RootOf(leaves));
        Assert.Equal(root, OpenGradientHashes.RootOf(leaves.Reverse()));
        Assert.Equal(root, OpenGradientHashes.RootOf(leaves[0], [.. vector.GetProperty("proof0").EnumerateArray().Select(static value => Digest(value))]));
        Assert.NotEqual(root, OpenGradientHashes.RootOf(leaves[1], [.. vector.GetProperty("proof0").EnumerateArray().Select(static value => Digest(value))]));
        Assert.NotEqual(root, OpenGradientHashes.RootOf(leaves[..2]));
        Assert.Null(OpenGradientHashes.RootOf([]));
        Assert.Equal(leaves[0], OpenGradientHashes.RootOf([leaves[0]]));
    }

    [Fact]
    public void A_build_is_the_hash_of_three_registers_in_order()
    {
        byte[][] registers = [.. Enumerable.Range(1, 3).Select(i => Enumerable.Repeat((byte)i, 48).ToArray())];
        Assert.Equal(Keccak256.HashData([.. registers[0], .. registers[1], .. registers[2]]), OpenGradientHashes.OfRegisters(registers[0], registers[1], registers[2]));
        Assert.NotEqual(OpenGradientHashes.OfRegisters(registers[0], registers[1], registers[2]), OpenGradientHashes.OfRegisters(registers[1], registers[0], registers[2]));
    }

    private static JsonElement Vector(string name) => Vectors.GetProperty("requests").EnumerateArray().Single(vector => Text(vector, "name") == name);

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    private static Digest32 Digest(JsonElement parent, string name) => Digest(parent.GetProperty(name));

    private static Digest32 Digest(JsonElement value) => Digest32.From(Convert.FromHexString(value.GetString()!.Replace("0x", "", StringComparison.Ordinal)));
}
