using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Assay.Attestation;
using Assay.Client;
using Assay.Node.Tests.Attesting;
using Assay.Ohttp;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Confidential;

/// <summary>Confidential requests, from the client's own policy to the gateway and back, with everything in between in hostile hands.</summary>
public sealed class ConfidentialTests
{
    private const string Ohttp = ".well-known/assay/ohttp";

    [Fact]
    public async Task AQuestion_TravelsEncrypted_AndItsReceiptSaysSo()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        Relay relay = new();
        (AssayClient client, ConfidentialHandler handler) = Client(node, relay, Simulated.PolicyOf(node));
        Answer answer = await client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None);
        (AttachedEndorsement item, Appraisal appraisal) = Simulated.Appraised(answer.Bundle, Simulated.PolicyOf(node));
        Assert.Equal([Question.Model, Question.ComputedRight, Question.OperatorRead], item.Endorsement.Questions.Order());
        Assert.Equal(AppraisalOutcome.Accepted, appraisal.Outcome);
        Assert.Equal(AppraisalOutcome.Accepted, handler.Appraisal!.Outcome);
        AttestationTrust mine = new() { Policies = [Simulated.PolicyOf(node)] };
        Assert.Equal(Outcome.Met, client.Check(answer, new CheckOptions { Trust = node.Trust, Require = VerificationLevel.Tee, Attestation = mine }).Outcome);

        // Evidence, question, bundle: the last two say nothing but their padded lengths.
        Assert.Equal([".well-known/assay/attestation", Ohttp, Ohttp], relay.Sent.Select(static sent => sent.Path));
        foreach (byte[] seen in relay.Sent.Where(static sent => sent.Path == Ohttp).SelectMany(static sent => new[] { sent.Request, sent.Response }))
        {
            string text = Encoding.Latin1.GetString(seen);
            Assert.DoesNotContain("tiny", text, StringComparison.Ordinal);
            Assert.DoesNotContain("inputs", text, StringComparison.Ordinal);
            Assert.DoesNotContain(answer.ReceiptSecret!, text, StringComparison.Ordinal);
            Assert.DoesNotContain(answer.ReceiptId.ToString(), text, StringComparison.Ordinal);
        }

        // What came in the clear has no such word in it.
        Answer open = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None);
        Assert.DoesNotContain(Question.OperatorRead, Simulated.Appraised(open.Bundle, Simulated.PolicyOf(node)).Item.Endorsement.Questions);
    }

    [Fact]
    public async Task WhatLiesOnTheDisk_AndWhatOthersFetch_SaysNothing()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        (AssayClient client, _) = Client(node, new Relay(), Simulated.PolicyOf(node));
        Answer secret = await client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None);
        Answer open = await node.Client.AskAsync("tiny", [NodeFixture.Input(2, 2)], VerificationLevel.Tee, CancellationToken.None);
        bool isOpenThere = false;
        foreach (string path in Directory.EnumerateFiles(node.Folder, "*", SearchOption.AllDirectories).Where(static path => Path.GetFileName(path) != "lock"))
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            isOpenThere |= bytes.AsSpan().IndexOf(open.Request) >= 0;
            Assert.Equal(-1, bytes.AsSpan().IndexOf(secret.Request));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(secret.Response));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret.ReceiptSecret!)));
        }

        Assert.True(isOpenThere, "a request in the clear is what this search finds");

        // Without the secret, or with another's: no field, no attachment.
        Bundle seen = Bundle.TryDecode(await node.Client.GetAsync($"v1/receipts/{secret.ReceiptId}/bundle", CancellationToken.None), out _)!;
        Assert.Null(seen.Output.AllParts);
        Assert.Empty(seen.Attachments);
        Assert.Equal(404, (await node.SendAsync(HttpMethod.Get, $"v1/receipts/{secret.ReceiptId}/bundle", null, ("Assay-Receipt-Secret", open.ReceiptSecret!))).Status);
    }

    [Fact]
    public async Task WhatWouldShowItToOthers_IsRefused()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        OhttpKeyConfig config = OhttpKeyConfig.TryDecode(node.Host.Attestation!.Current!.KeyConfig.Span, out _)!;
        Assert.Equal((422, "verification_unsatisfiable"), await InsideAsync(node, config, QuestionOf("/v2/models/tiny@zk/infer")));
    }

    [Fact]
    public async Task NothingIsSent_UnlessTheCallersOwnPolicyAccepts()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        await using NodeFixture plain = await NodeFixture.StartAsync();
        await RefusedAsync(ConfidentialErrors.NotAccepted, node, Simulated.Production);
        await RefusedAsync(ConfidentialErrors.NotAccepted, node, Simulated.Another(NodeVersion.Build).PolicyOfItsOwn());
        await RefusedAsync(ConfidentialErrors.NotAccepted, node);
        await RefusedAsync(ConfidentialErrors.NoEvidence, plain, Simulated.Production);

        // Evidence of another moment, or of another node, with a key that isn't this one's.
        Relay old = new();
        (AssayClient first, _) = Client(node, old, Simulated.PolicyOf(node));
        await first.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None);
        byte[] evidence = old.Sent[0].Response;
        Relay replaying = new() { Evidence = _ => evidence };
        (AssayClient second, _) = Client(node, replaying, Simulated.PolicyOf(node));
        NodeException refused = await Assert.ThrowsAsync<NodeException>(() => second.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None));
        Assert.Equal(ConfidentialErrors.NotAccepted, refused.Code);
        Assert.DoesNotContain(replaying.Sent, static sent => sent.Path == Ohttp);

        // Any changed byte of it. (A stride: the whole is thousands of bytes, most of them signed.)
        for (int i = 0; i < evidence.Length; i += 97)
        {
            int at = i;
            Relay changing = new()
            {
                Evidence = bytes =>
                {
                    bytes[Math.Min(at, bytes.Length - 1)] ^= 1;
                    return bytes;
                },
            };
            (AssayClient third, _) = Client(node, changing, Simulated.PolicyOf(node));
            refused = await Assert.ThrowsAsync<NodeException>(() => third.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None));
            Assert.True(refused.Code is ConfidentialErrors.NotAccepted or ConfidentialErrors.NoEvidence, $"{i}: {refused.Code}");
        }
    }

    [Fact]
    public async Task ARelay_CanOnlyGetInTheWay()
    {
        await using NodeFixture node = await Simulated.StartAsync();

        // The question changed: opened by nobody; a second attempt with fresh evidence fares the same, and says why.
        NodeException refused = await AskAsync(node, new Relay { Question = Flip });
        Assert.Equal((422, OhttpErrors.Open), (refused.Status, refused.Code));

        // The answer changed, or the answer to another question, or one in the clear.
        Assert.Equal(ConfidentialErrors.Answer, (await AskAsync(node, new Relay { Answer = Flip })).Code);
        Relay recording = new();
        (AssayClient client, _) = Client(node, recording, Simulated.PolicyOf(node));
        await client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None);
        byte[] another = recording.Sent[1].Response;
        Assert.Equal(ConfidentialErrors.Answer, (await AskAsync(node, new Relay { Answer = _ => another })).Code);
        Assert.Equal(ConfidentialErrors.Answer, (await AskAsync(node, new Relay { Answer = static _ => "{\"outputs\":[]}"u8.ToArray() })).Code);

        // The question sent once more: it's opened once.
        (int status, string body) = await PostAsync(node, recording.Sent[1].Request);
        Assert.Equal(409, status);
        Assert.Contains(OhttpErrors.Replay, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKeyThatIsReplaced_OpensNothingMore_AndSendersFetchTheNext()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        Relay relay = new();
        (AssayClient client, _) = Client(node, relay, Simulated.PolicyOf(node));
        await client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None);
        using OhttpExchange exchange = OhttpExchange.TrySeal(OhttpKeyConfig.TryDecode(node.Host.Attestation!.Current!.KeyConfig.Span, out _)!, "x"u8)!;
        Assert.Null(await node.Host.Attestation.RenewAsync(CancellationToken.None));
        (int status, string body) = await PostAsync(node, exchange.Request.ToArray());
        Assert.Equal(422, status);
        Assert.Contains(OhttpErrors.KeyUnknown, body, StringComparison.Ordinal);
        relay.Sent.Clear();
        Answer answer = await client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None);
        Assert.NotNull(answer.ReceiptSecret);
        Assert.Equal([Ohttp, ".well-known/assay/attestation", Ohttp, Ohttp], relay.Sent.Select(static sent => sent.Path));
    }

    [Fact]
    public async Task TheGateway_RefusesWhatIsNot_ForIt()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        await using NodeFixture plain = await NodeFixture.StartAsync();
        Assert.Equal(404, (await PostAsync(plain, [1])).Status);
        Assert.Equal(400, (await PostAsync(node, [1])).Status);
        Assert.Equal(415, (await node.SendAsync(HttpMethod.Post, Ohttp, "{}")).Status);
        OhttpKeyConfig config = OhttpKeyConfig.TryDecode(node.Host.Attestation!.Current!.KeyConfig.Span, out _)!;
        Assert.Equal((400, OhttpErrors.Message), await InsideAsync(node, config, "not a message"u8.ToArray()));
        foreach ((string method, string path) in new[] { ("GET", "/v1/models"), ("POST", "/v1/advise"), ("GET", "/v2/models/tiny/infer"), ("POST", "/v1/receipts/a/bundle"), ("POST", "/"), ("POST", "/.well-known/assay/ohttp"), ("POST", "/v2/models/tiny/infer/") })
        {
            Assert.Equal((404, OhttpErrors.Target), await InsideAsync(node, config, new BinaryRequest { Method = method, Scheme = "http", Authority = "", Path = path }.Encode()));
        }

        Assert.Equal((404, "receipt_not_found"), await InsideAsync(node, config, new BinaryRequest { Method = "GET", Scheme = "http", Authority = "", Path = "/v1/receipts/a/bundle" }.Encode()));
        Assert.Equal((404, "model_not_found"), await InsideAsync(node, config, QuestionOf("/v2/models/other/infer")));
        Assert.Equal((400, "query_unknown"), await InsideAsync(node, config, QuestionOf("/v2/models/tiny/infer?a=b")));
        Assert.Equal((400, "header_unknown"), await InsideAsync(node, config, QuestionOf("/v2/models/tiny/infer", new BinaryField("assay-wish", "all"))));
    }

    [Fact]
    public async Task WhatCannotGoEncrypted_DoesNotGo()
    {
        await using NodeFixture node = await Simulated.StartAsync();
        Relay relay = new();
        (AssayClient client, _) = Client(node, relay, Simulated.PolicyOf(node));
        NodeException refused = await Assert.ThrowsAsync<NodeException>(() => client.PostAsync("v1/advise", "{}"u8.ToArray(), CancellationToken.None));
        Assert.Equal(ConfidentialErrors.Target, refused.Code);
        Assert.Empty(relay.Sent);
        Assert.NotEmpty(await client.GetAsync(".well-known/assay", CancellationToken.None));
    }

    private static byte[] Flip(byte[] bytes)
    {
        bytes[^1] ^= 1;
        return bytes;
    }

    private static byte[] QuestionOf(string path, params BinaryField[] fields) => new BinaryRequest
    {
        Method = "POST",
        Scheme = "http",
        Authority = "",
        Path = path,
        Fields = [new BinaryField("content-type", "application/json"), .. fields],
        Content = Encoding.UTF8.GetBytes($"{{{Simulated.Inputs}}}"),
    }.Encode();

    private static (AssayClient Client, ConfidentialHandler Handler) Client(NodeFixture node, Relay relay, params AttestationPolicy[] policies)
    {
        ConfidentialHandler handler = new(relay, node.Host.Address, new ConfidentialOptions { Attestation = new AttestationTrust { Policies = policies } }, TimeProvider.System);
        return (new AssayClient(new HttpClient(handler), node.Host.Address, TimeProvider.System), handler);
    }

    private static async Task RefusedAsync(string code, NodeFixture node, params AttestationPolicy[] policies)
    {
        Relay relay = new();
        (AssayClient client, ConfidentialHandler handler) = Client(node, relay, policies);
        NodeException refused = await Assert.ThrowsAsync<NodeException>(() => client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None));
        Assert.Equal((0, code), (refused.Status, refused.Code));
        Assert.Equal(".well-known/assay/attestation", Assert.Single(relay.Sent).Path);
        Assert.Empty(relay.Sent[0].Request);
        Assert.Null(handler.Appraisal);
    }

    private static async Task<NodeException> AskAsync(NodeFixture node, Relay relay)
    {
        (AssayClient client, _) = Client(node, relay, Simulated.PolicyOf(node));
        return await Assert.ThrowsAsync<NodeException>(() => client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Tee, CancellationToken.None));
    }

    private static async Task<(int Status, string Body)> PostAsync(NodeFixture node, byte[] body)
    {
        using ByteArrayContent content = new(body) { Headers = { ContentType = new MediaTypeHeaderValue(OhttpExchange.RequestType) } };
        using HttpResponseMessage response = await node.Http.PostAsync(new Uri(node.Host.Address, Ohttp), content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<(int Status, string Code)> InsideAsync(NodeFixture node, OhttpKeyConfig config, byte[] message)
    {
        using OhttpExchange exchange = OhttpExchange.TrySeal(config, message)!;
        using ReadOnlyMemoryContent content = new(exchange.Request) { Headers = { ContentType = new MediaTypeHeaderValue(OhttpExchange.RequestType) } };
        using HttpResponseMessage response = await node.Http.PostAsync(new Uri(node.Host.Address, Ohttp), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        BinaryResponse inner = BinaryResponse.TryDecode(exchange.TryOpen(await response.Content.ReadAsByteArrayAsync()), 1 << 20)!;
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(inner.Content);
        return (inner.Status, json.RootElement.GetProperty("code").GetString()!);
    }
}
