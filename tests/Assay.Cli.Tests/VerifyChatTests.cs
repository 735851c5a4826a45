using System.Text;
using System.Text.Json;
using Assay.Testing;

namespace Assay.Cli.Tests;

/// <summary><c>assay verify</c>, <c>explain</c> and <c>disclose</c> of conversations, with the vectors that all verifiers are held to.</summary>
public sealed class VerifyChatTests : IDisposable
{
    private const string At = "2026-11-21T12:00:00Z";

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-verify-chat").FullName;
    private readonly JsonElement _vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Vectors, "index.json"))).RootElement.GetProperty("vectors");

    private static string Vectors => Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "chat-receipts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ASavedStream_IsTheAnswer_InAnyFraming_AndWhatIsMissingIsSaid()
    {
        // The transcript that was cut short, and the one with another finish, are files of the vectors.
        string altered = Encoding.UTF8.GetString(File.ReadAllBytes(Response("chat-stream-finish")));
        string good = altered.Replace("\"finish_reason\":\"length\"", "\"finish_reason\":\"tool_calls\"", StringComparison.Ordinal);
        string framed = ": ping\r\n\r\n" + string.Concat(good.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static item => $"data: {item}\r\n\r\n"));
        CliRunner.Result met = await VerifyAsync("chat-streamed", ["--response", Write("good.sse", framed)]);
        Assert.Equal(0, met.ExitCode);
        Assert.Contains("Stream   7 events, and [DONE]", met.Output, StringComparison.Ordinal);
        Assert.Contains("Request and answer are the ones it names", Flat(met.Output), StringComparison.Ordinal);

        CliRunner.Result cut = await VerifyAsync("chat-streamed", ["--response", Write("cut.sse", framed[..framed.IndexOf("data: [DONE]", StringComparison.Ordinal)])]);
        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("breaks off, without [DONE]", cut.Output, StringComparison.Ordinal);
        Assert.Contains("chat/stream-cut", cut.Output, StringComparison.Ordinal);

        CliRunner.Result other = await VerifyAsync("chat-whole", ["--stream", Write("other.sse", framed.Replace("chatcmpl-", "chatcmpl-00", StringComparison.Ordinal).Replace(IdOf(good), new string('f', 32), StringComparison.Ordinal))]);
        Assert.Equal(3, other.ExitCode);
        Assert.Contains("another answer's", other.Output, StringComparison.Ordinal);

        // Named as what it is, a part, it contradicts nothing.
        CliRunner.Result part = await VerifyAsync("chat-streamed", ["--stream", Path.Combine(_folder, "cut.sse")]);
        Assert.Equal(3, part.ExitCode);
        Assert.Contains("The stream was cut", part.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Untrusted", part.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("covers all of it", part.Output, StringComparison.Ordinal);

        Assert.Equal(3, (await VerifyAsync("chat-streamed", ["--stream", Write("bad.sse", "data: 1\ndata: 2\n\n")])).ExitCode);
    }

    [Fact]
    public async Task WhatWasAltered_IsNamed()
    {
        CliRunner.Result message = await VerifyAsync("chat-altered-system-prompt", ["--request", Request("chat-altered-system-prompt")]);
        Assert.Equal(1, message.ExitCode);
        Assert.Contains("The bytes aren't the ones that the receipt names. The system prompt in the request isn't the one that the receipt names.", Flat(message.Output), StringComparison.Ordinal);
        CliRunner.Result upstream = await VerifyAsync("chat-upstream-other-model", []);
        Assert.Equal(1, upstream.ExitCode);
        Assert.Contains("Upstream https://api.example.com:443, which says that kjv2 answered", upstream.Output, StringComparison.Ordinal);
        CliRunner.Result renamed = await VerifyAsync("chat-upstream-renamed-other", []);
        Assert.Contains("and was asked for as big-model there. An upstream answered", Flat(renamed.Output), StringComparison.Ordinal);
        CliRunner.Result parameter = await VerifyAsync("chat-signed-parameter", []);
        Assert.Contains("the receipt doesn't say so. It is parameter temperature. [chat/parameter-differs]", Flat(parameter.Output), StringComparison.Ordinal);
        CliRunner.Result json = await VerifyAsync("chat-changed-and-said", ["--json"]);
        Assert.Equal(["changed max_tokens 8", "changed seed 8"], JsonDocument.Parse(json.Output).RootElement.GetProperty("receipt").GetProperty("mutations").EnumerateArray().Select(static item => item.GetString()));
        CliRunner.Result changed = await VerifyAsync("chat-changed-and-said", []);
        Assert.Contains("By node  changed max_tokens 8", changed.Output, StringComparison.Ordinal);
        Assert.Contains("By node  changed seed 8", changed.Output, StringComparison.Ordinal);
        CliRunner.Result aborted = await VerifyAsync("chat-aborted", []);
        Assert.Equal(3, aborted.ExitCode);
        Assert.Contains("The answer was broken off. This receipt is evidence of what was sent until then, and meets no policy.", Flat(aborted.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneTurn_IsDisclosedAlone()
    {
        string copy = Path.Combine(_folder, "turn.receipt");
        Assert.Equal(0, (await CliRunner.RunAsync(["disclose", Bundle("chat-whole"), "--keep", "messages.0,model,request.protocol", "--out", copy])).ExitCode);
        CliRunner.Result explained = await CliRunner.RunAsync(["explain", copy]);
        Assert.Matches("messages.0 +present +system: .*Answer in one line", explained.Output);
        Assert.Matches("messages.1 +sealed", explained.Output);
        Assert.DoesNotContain("What is this", explained.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await VerifyAsync("chat-whole", [], copy)).ExitCode);
        CliRunner.Result unknown = await CliRunner.RunAsync(["disclose", Bundle("chat-whole"), "--keep", "messages.2", "--out", copy]);
        Assert.Equal(4, unknown.ExitCode);
        Assert.Contains("This receipt has messages.0 to messages.1.", Flat(unknown.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_isnt_there_to_ask_again_is_said_so()
    {
        CliRunner.Result run = await VerifyAsync("chat-whole", ["--replay", Path.Combine(_folder, "missing.gguf")]);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("there is no file or folder", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("program.cbor' not found", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCantBeCompared_MeetsNothing_AndWhatToAskForIsSaid()
    {
        CliRunner.Result both = await VerifyAsync("chat-one-turn-not-comparable", ["--request", Request("chat-one-turn-not-comparable"), "--response", Response("chat-one-turn-not-comparable")]);
        Assert.Equal(2, both.ExitCode);
        Assert.Contains(
            "leaves out what the request and the answer that you gave would be compared with: ask for one that shows request.wire_digest and output.wire_digest.",
            Flat(both.Output),
            StringComparison.Ordinal);
        CliRunner.Result unsigned = await VerifyAsync("chat-no-digest-signed", ["--request", Request("chat-no-digest-signed")]);
        Assert.Equal(2, unsigned.ExitCode);
        Assert.Contains("The node signed no digest of the request, and nothing else in this copy can be compared with what you gave.", Flat(unsigned.Output), StringComparison.Ordinal);
        Assert.Equal(0, (await VerifyAsync("chat-no-digest-signed", [])).ExitCode);
    }

    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string IdOf(string transcript) => transcript.Split("chatcmpl-")[1][..32];

    private static string Bundle(string name) => Path.Combine(Vectors, name + ".receipt");

    private string Request(string name) => Path.Combine(Vectors, Vector(name).GetProperty("request").GetString()!);

    private string Response(string name) => Path.Combine(Vectors, Vector(name).GetProperty("response").GetString()!);

    private JsonElement Vector(string name) => _vectors.EnumerateArray().Single(vector => vector.GetProperty("name").GetString() == name);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private Task<CliRunner.Result> VerifyAsync(string vector, string[] options, string? bundle = null) =>
        CliRunner.RunAsync(["verify", bundle ?? Bundle(vector), "--trust", Write("trust.txt", Vector(vector).GetProperty("trust").GetString()!), "--at", At, .. options]);
}
