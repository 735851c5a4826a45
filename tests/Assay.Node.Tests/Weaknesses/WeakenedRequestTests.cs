using System.Net.Http.Headers;
using System.Text;
using Assay.Files;
using Assay.Node.Attesting;
using Assay.Node.Keys;
using Assay.Node.Tests.Chatting;
using Assay.Node.Tests.Keys;
using Assay.Ohttp;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Weaknesses;

/// <summary>W9 to W14 and W18 of docs/weaknesses.md: a request that gets less than it asks for, with an ordinary answer.</summary>
public sealed class WeakenedRequestTests
{
    [Theory]
    [InlineData("echo@replay", null, 422)]
    [InlineData("echo@zk", null, 422)]
    [InlineData("echo@tee", null, 422)]
    [InlineData("echo@individual", null, 400)]
    [InlineData("echo", "tee", 422)]
    [InlineData("echo", "batch", 400)]
    [InlineData("echo", "", 400)]
    [InlineData("echo@signed", "tee", 400)]
    public async Task W09_ALevelThatCantBeHad_OrIsntKnown_IsRefusedBeforeWork(string model, string? header, int expected)
    {
        ScriptedBackend backend = new();
        await using NodeFixture node = await ChatNode.StartAsync(backend);
        (string, string)[] headers = header is null ? [] : [("Assay-Verification", header)];
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(ChatNode.Hello.Replace("\"echo\"", $"\"{model}\"", StringComparison.Ordinal), headers: headers);
        Assert.Equal(expected, status);
        Assert.StartsWith("verification_", body.Code(), StringComparison.Ordinal);
        Assert.Equal(0, backend.Ended);
        Assert.False(response.Headers.Contains("Assay-Receipt"));
    }

    [Theory]
    [InlineData("Assay-Level", "tee", null)]
    [InlineData("assay-settle", "individual", null)]
    [InlineData("Assay-Verifcation", "tee", null)]
    [InlineData(null, null, ",\"level\":\"tee\"")]
    [InlineData(null, null, ",\"Verification\":\"tee\"")]
    [InlineData(null, null, ",\"require\":{\"by\":[\"tee\"]}")]
    public async Task W10_AWishThatNobodyWouldLookAt_IsRefused(string? header, string? value, string? member)
    {
        ScriptedBackend backend = new();
        await using NodeFixture node = await ChatNode.StartAsync(backend);
        (string, string)[] headers = header is null ? [] : [(header, value!)];
        (int status, string body, _) = await node.AskAsync(ChatNode.Hello[..^1] + member + "}", headers: headers);
        Assert.Equal((400, header is null ? "chat/unknown-member" : "header_unknown"), (status, body.Code()));
        (status, body, _) = await node.AskAsync(path: "/v1/chat/completions?verification=tee");
        Assert.Equal((400, "query_unknown"), (status, body.Code()));
        Assert.Equal(0, backend.Ended);
    }

    [Fact]
    public async Task W11_AChatThatCantBeSeenInto_IsRefused_NotAnsweredWithoutAReceipt()
    {
        ScriptedBackend backend = new();
        await using NodeFixture node = await ChatNode.StartAsync(backend, options: static options => options with { Attest = AttestMode.Simulator });
        OhttpKeyConfig config = OhttpKeyConfig.TryDecode(node.Host.Attestation!.Current!.KeyConfig.Span, out _)!;
        using OhttpExchange exchange = OhttpExchange.TrySeal(config, new BinaryRequest
        {
            Method = "POST",
            Scheme = "http",
            Authority = "",
            Path = "/v1/chat/completions",
            Fields = [new BinaryField("content-type", "application/json")],
            Content = Encoding.UTF8.GetBytes(ChatNode.Hello),
        }.Encode())!;
        using ReadOnlyMemoryContent content = new(exchange.Request) { Headers = { ContentType = new MediaTypeHeaderValue(OhttpExchange.RequestType) } };
        using HttpResponseMessage response = await node.Http.PostAsync(new Uri(node.Host.Address, ".well-known/assay/ohttp"), content);
        BinaryResponse inner = BinaryResponse.TryDecode(exchange.TryOpen(await response.Content.ReadAsByteArrayAsync()), 1 << 20)!;
        Assert.Equal((404, "ohttp/target"), (inner.Status, Encoding.UTF8.GetString(inner.Content.Span).Json().GetProperty("code").GetString()));
        Assert.Equal(0, backend.Ended);
    }

    [Fact]
    public async Task W12_AKeyThatWasRevoked_StopsWithoutARestart_AndAVerifierTrustsNobodyByDefault()
    {
        string file = "";
        await using NodeFixture node = await ChatNode.StartAsync(options: options =>
        {
            file = Path.Combine(options.Folder, "api-keys.json");
            OwnerOnlyFile.Write(file, ApiKeySamples.File());
            return options with { KeyFile = file };
        });
        (string, string) key = ("Authorization", "Bearer " + ApiKeySamples.Secret);
        Talk talk = await Talk.AskAsync(node, ChatNode.Hello, key);
        Assert.Equal(Outcome.Met, talk.Judge().Outcome);

        // Without a trust file nobody is trusted, and neither is anybody whom it doesn't name.
        await using NodeFixture other = await ChatNode.StartAsync();
        Assert.Equal(Outcome.Untrusted, talk.Judge(trust: other.Trust).Outcome);
        Assert.Equal(Outcome.Untrusted, Verifier.Verify(new VerificationInput { Bundle = talk.Bundle.Encode(), Now = TimeProvider.System.GetUtcNow() }).Outcome);

        // A list that can't be read doesn't open the node; one that can counts within a second.
        ApiKeyFileEditor.Revoke(file, "team", TimeProvider.System.GetUtcNow());
        int status = 200;
        for (int i = 0; i < 200 && status == 200; i++)
        {
            await Task.Delay(50);
            status = (await node.AskAsync(ChatNode.Streamed(), headers: key)).Status;
        }

        Assert.Equal(401, status);
        OwnerOnlyFile.Write(file, "{"u8.ToArray());
        await Task.Delay(1500);
        Assert.Equal(401, (await node.AskAsync(headers: key)).Status);
        Assert.Equal(401, (await node.AskAsync()).Status);
    }

    [Fact]
    public async Task W13_OutsideOfAnEnclave_NobodyIsToldThatItIsOne()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (int status, string body, _) = await node.AskAsync(headers: ("Assay-Verification", "tee"));
        Assert.Equal((422, "verification_unsatisfiable"), (status, body.Code()));
        Talk talk = await Talk.AskAsync(node);
        Assert.Equal("signed", talk.Response.Headers.GetValues("Assay-Level").Single());
        Assert.Empty(talk.Bundle.Endorsements);
        Verdict verdict = talk.Judge(require: VerificationLevel.Tee);
        Assert.Equal(Outcome.PolicyNotMet, verdict.Outcome);
        Assert.Equal(QuestionStatus.NotEvaluated, verdict.Questions.Single(static question => question.Question == Question.OperatorRead).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task W14_NoAnswer_AndNoEndOfAStream_LeavesBeforeItsReceiptIsDurable(bool isStream)
    {
        bool isBroken = false;
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously), goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using NodeFixture node = await ChatNode.StartAsync(beforeIssue: async _ =>
        {
            asked.TrySetResult();
            await goOn.Task;
            if (Volatile.Read(ref isBroken))
            {
                throw new IOException("the disk is full");
            }
        });
        Task<string> reading = ReadAsync(node, isStream);
        await asked.Task;
        Assert.NotSame(reading, await Task.WhenAny(reading, Task.Delay(150)));
        goOn.SetResult();
        Assert.Contains(isStream ? "data: [DONE]" : "Hello!", await reading, StringComparison.Ordinal);

        // And if it can't be made durable, there is none.
        Volatile.Write(ref isBroken, true);
        string broken = await ReadAsync(node, isStream);
        Assert.DoesNotContain(isStream ? "[DONE]" : "Hello!", broken, StringComparison.Ordinal);
        Assert.DoesNotContain(": assay-receipt", broken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task W18_WhoNamesNoLevel_GetsNone()
    {
        ScriptedBackend backend = new();
        await using NodeFixture node = await NodeFixture.StartAsync(chat: new Assay.Node.Chatting.ChatCatalog([ChatNode.Model(backend)]));
        (int status, string body, _) = await node.AskAsync();
        Assert.Equal((400, "verification_required"), (status, body.Code()));
        Assert.Equal(0, backend.Ended);

        // Where the operator set a default, the answer says that it was the operator's.
        await using NodeFixture other = await ChatNode.StartAsync();
        Talk talk = await Talk.AskAsync(other);
        Assert.Equal("node-default", talk.Response.Headers.GetValues("Assay-Level-Source").Single());
        Assert.Equal(LevelSource.NodeDefault, talk.Bundle.Envelope.Statement.LevelSource);
    }

    private static async Task<string> ReadAsync(NodeFixture node, bool isStream)
    {
        try
        {
            using HttpResponseMessage response = await node.OpenAsync(isStream ? ChatNode.Streamed() : ChatNode.Hello);
            (List<string> lines, _) = await response.LinesAsync();
            return string.Join('\n', lines);
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }
}
