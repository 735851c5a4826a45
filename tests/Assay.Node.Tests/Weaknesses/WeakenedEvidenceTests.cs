using System.Text;
using System.Text.Json;
using Assay.Files;
using Assay.Node.Tests.Chatting;
using Assay.Node.Tests.Keys;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification;

namespace Assay.Node.Tests.Weaknesses;

/// <summary>W16, W17, W19 and W21 of docs/weaknesses.md: evidence that says less than what happened.</summary>
public sealed class WeakenedEvidenceTests
{
    private const string Asked = """
        {"model":"echo","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAECAw=="}}]}],
        "temperature":0.25,"top_p":0.5,"frequency_penalty":-1.5,"presence_penalty":1,"max_tokens":20,"stop":["\n","END"],"logit_bias":{"50":-1},"seed":77,
        "tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object"}}}],"tool_choice":"auto","response_format":{"type":"text"},"user":"me"}
        """;

    [Fact]
    public async Task W16_AStreamIsKeptWhole_FromItsFirstEventToItsLast()
    {
        string[] pieces = [.. Enumerable.Range(0, 200).Select(static index => $"{index} ")];
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend((plan, cancellation) => ScriptedBackend.Say(plan, pieces, cancellation)));
        Talk talk = await Talk.AskAsync(node, ChatNode.Streamed());
        Assert.Contains(talk.Bundle.Attachments, item => item.Content.Span.SequenceEqual(talk.Answer));
        Assert.Equal(string.Concat(pieces), Encoding.UTF8.GetString(Assert.Single(talk.Bundle.Output.Parts)!.Data.Span));
        Assert.Equal(Outcome.Met, talk.Judge().Outcome);

        // The first, one in between, the last before the end: each is missed.
        foreach (string piece in new[] { "\"0 \"", "\"100 \"", "\"199 \"" })
        {
            byte[] without = Encoding.UTF8.GetBytes(string.Concat(Encoding.UTF8.GetString(talk.Answer).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains(piece, StringComparison.Ordinal)).Select(static line => line + "\n")));
            Assert.True(without.Length < talk.Answer.Length);
            Assert.Equal("chat/content-differs", Talk.Check(talk.Judge(answer: without), "response/outputs").Detail);
        }
    }

    [Fact]
    public async Task W17_WhatTheReceiptSaysWasApplied_IsWhatWasSent_AndNothingElseWas()
    {
        await using UpstreamNode behind = await UpstreamNode.StartAsync(UpstreamNode.Say("a", "b"));
        Talk talk = await Talk.AskAsync(behind.Node, Asked);
        Assert.True(behind.Seen.TryDequeue(out ScriptedExchange? sent));
        JsonElement asked = Asked.Json(), there = Encoding.UTF8.GetString(sent.Body).Json(), applied = talk.Text(ClaimRegistry.RequestSampling)!.Json();
        string[] parameters = ["frequency_penalty", "logit_bias", "max_tokens", "presence_penalty", "stop", "temperature", "tool_choice", "top_p"];
        Assert.Equal(parameters, applied.EnumerateObject().Select(static member => member.Name));
        foreach (string name in parameters)
        {
            Assert.True(JsonElement.DeepEquals(asked.GetProperty(name), there.GetProperty(name)), name);
            Assert.True(JsonElement.DeepEquals(asked.GetProperty(name), applied.GetProperty(name)), name);
        }

        Assert.Equal(77UL, talk.Bundle.Claims.UInt(ClaimRegistry.RequestSeed));
        Assert.Equal(77, there.GetProperty("seed").GetInt32());
        Assert.Equal(["dropped user", "changed model \"far-1\""], talk.Bundle.Claims.Texts(ClaimRegistry.RequestMutations)!);

        // Nothing was put in: messages, tools and form are the caller's own text, and there is no other member.
        Assert.Equal(asked.GetProperty("messages").EnumerateArray().Select(static message => message.GetRawText()), there.GetProperty("messages").EnumerateArray().Select(static message => message.GetRawText()));
        Assert.Equal(asked.GetProperty("tools").GetRawText(), there.GetProperty("tools").GetRawText());
        Assert.Equal(asked.GetProperty("response_format").GetRawText(), there.GetProperty("response_format").GetRawText());
        string[] known = [.. parameters, "messages", "model", "response_format", "seed", "stream", "stream_options", "tools"];
        Assert.Equal(known.Order(StringComparer.Ordinal), there.EnumerateObject().Select(static member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Digest32.Sha256(sent.Body).ToString(), talk.Text(ClaimRegistry.PartiesGateway)!.Json().GetProperty("sent").GetString());

        // Each that was asked for otherwise than it was applied is noticed.
        foreach ((string before, string after) in new[] { ("\"temperature\":0.25", "\"temperature\":0.5"), ("\"END\"", "\"END.\""), ("\"max_tokens\":20", "\"max_tokens\":21"), ("\"tool_choice\":\"auto\"", "\"tool_choice\":\"required\""), ("\"logit_bias\":{\"50\":-1}", "\"logit_bias\":{\"50\":-2}") })
        {
            Assert.Equal("chat/parameter-differs", talk.Asked(before, after));
        }

        Assert.Equal("chat/seed-differs", talk.Asked("\"seed\":77", "\"seed\":78"));
        Assert.Equal("chat/tools-differ", talk.Asked("\"look\"", "\"see\""));
        Assert.Equal("chat/format-differs", talk.Asked("{\"type\":\"text\"}", "{\"type\":\"json_object\"}"));
        Assert.Equal("chat/system-prompt-differs", talk.Asked("Be brief.", "Be long."));
        Assert.Equal("chat/message-differs", talk.Asked("What is this?", "What was this?"));
        Assert.Equal("chat/attachment-differs", talk.Asked("AAECAw==", "AAECBA=="));
    }

    [Fact]
    public async Task W17_AParameterThatWouldDoNothing_IsRefused()
    {
        ScriptedBackend backend = new();
        await using NodeFixture node = await ChatNode.StartAsync(backend);
        foreach ((string member, string code) in new[] { ("\"min_p\":0.1", "chat/unsupported-parameter"), ("\"thinking_budget\":1", "chat/unknown-member"), ("\"force_temperature\":1", "chat/unknown-member"), ("\"web_search\":true", "chat/unknown-member"), ("\"store\":true", "chat/unsupported-parameter") })
        {
            (int status, string body, _) = await node.AskAsync(ChatNode.Hello[..^1] + "," + member + "}");
            Assert.Equal((400, code), (status, body.Code()));
        }

        Assert.Equal(0, backend.Ended);
    }

    [Fact]
    public async Task W19_WhoAnswered_HowItEnded_AndWhatItCounted_AreSigned()
    {
        await using UpstreamNode behind = await UpstreamNode.StartAsync(UpstreamNode.Say("The answer"));
        Talk talk = await Talk.AskAsync(behind.Node);
        JsonElement word = talk.Text(ClaimRegistry.PartiesGateway)!.Json();
        Assert.Equal((behind.Origin(0), "far-1", "fp_far", "req_1"), (Word("origin"), Word("model"), Word("fingerprint"), Word("request_id")));
        Assert.Equal(["stop"], talk.Bundle.Claims.Texts(ClaimRegistry.OutputFinishReason)!);
        Assert.Equal("""{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}""", talk.Text(ClaimRegistry.OutputUsage));

        // What is known of it only by its own word is said to be that.
        Assert.Contains(talk.Judge().NotCovered, static remark => remark.Code == "chat/upstream");
        Assert.Equal("chat/content-differs", talk.Altered("The answer", "The answes"));
        Assert.Equal("chat/finish-differs", talk.Altered("\"finish_reason\":\"stop\"", "\"finish_reason\":\"length\""));
        Assert.Equal("chat/usage-differs", talk.Altered("\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9", "\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10"));
        Assert.Equal("chat/model-differs", talk.Altered("\"model\":\"echo\"", "\"model\":\"echo-2\""));
        Assert.Equal("chat/id-differs", talk.Altered("\"id\":\"chatcmpl-", "\"id\":\"chatcmpl-0"));

        string? Word(string name) => word.GetProperty(name).GetString();
    }

    [Fact]
    public async Task W19_AnotherModelThanTheOneThatWasAskedFor_IsntPassedOn()
    {
        await using UpstreamNode behind = await UpstreamNode.StartAsync(static exchange => exchange.StreamAsync(UpstreamNode.Piece("a", "far-1-mini"), UpstreamNode.End(model: "far-1-mini")));
        (int status, string body, HttpResponseMessage response) = await behind.Node.AskAsync();
        Assert.Equal((502, "upstream/model-differs"), (status, body.Code()));
        Assert.False(response.Headers.Contains("Assay-Receipt"));
    }

    [Fact]
    public async Task W19_TwoFilesOfOneName_AreTwoRequests()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        Talk one = await Talk.AskAsync(node, File("AAECAw=="));
        Talk other = await Talk.AskAsync(node, File("AAECBA=="));
        Assert.NotEqual(Assert.Single(one.Bundle.Claims.Digests(ClaimRegistry.RequestAttachments)!), Assert.Single(other.Bundle.Claims.Digests(ClaimRegistry.RequestAttachments)!));
        Assert.Equal("chat/attachment-differs", one.Asked("AAECAw==", "AAECBA=="));

        static string File(string data) => $$"""{"model":"echo","messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,{{data}}"} }]}]}""";
    }

    [Fact]
    public async Task W21_TheReceiptNamesWhoseKeyAsked()
    {
        await using NodeFixture node = await ChatNode.StartAsync(options: static options =>
        {
            string file = Path.Combine(options.Folder, "api-keys.json");
            OwnerOnlyFile.Write(file, ApiKeySamples.File());
            return options with { KeyFile = file };
        });
        Talk talk = await Talk.AskAsync(node, ChatNode.Hello, ("Authorization", "Bearer " + ApiKeySamples.Secret));
        Assert.Equal("team", talk.Text(ClaimRegistry.PartiesApiKey));
        Assert.Equal("test.example/log", talk.Text(ClaimRegistry.PartiesNode));
    }
}
