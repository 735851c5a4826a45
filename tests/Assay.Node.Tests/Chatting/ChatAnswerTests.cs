using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Chatting;

public sealed class ChatAnswerTests
{
    [Fact]
    public async Task Whole_HasOpenAIsShape_AndAReceiptThatHolds()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (int status, string body, HttpResponseMessage response) = await node.AskAsync();
        Assert.Equal(200, status);
        JsonElement answer = body.Json();
        string id = response.Headers.GetValues("Assay-Receipt").Single();
        Assert.Equal("chatcmpl-" + id, answer.GetProperty("id").GetString());
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.Equal("echo", answer.GetProperty("model").GetString());
        Assert.Matches("^fp_[0-9a-f]{16}$", answer.GetProperty("system_fingerprint").GetString());
        JsonElement choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal(0, choice.GetProperty("index").GetInt32());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").ValueKind);
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.Equal("Hello!", choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("message").GetProperty("refusal").ValueKind);
        Assert.Equal("""{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}""", answer.GetProperty("usage").GetRawText());
        Assert.Equal("req_" + id, response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("signed", response.Headers.GetValues("Assay-Level").Single());

        Bundle bundle = await node.BundleAsync(response);
        DisclosedClaims claims = bundle.Claims;
        ChatRequest request = ChatRequestReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(ChatNode.Hello), out _)!;
        Assert.Equal(WellKnown.OpenAiChat, claims.Text(ClaimRegistry.RequestProtocol));
        Assert.Equal(Digest32.Sha256(Encoding.UTF8.GetBytes(body)), claims.Digest(ClaimRegistry.OutputWireDigest));
        Assert.Equal(ChatDigests.SystemPrompt(request.Messages), claims.Digest(ClaimRegistry.RequestSystemPrompt));
        Assert.Equal("""{"max_tokens":4000,"n":1}""", claims.Text(ClaimRegistry.RequestSampling));
        Assert.Equal(ReceiptPhase.Final, bundle.Envelope.Statement.Phase);
        Assert.Equal("choice/0/content", Assert.Single(bundle.Output.Parts)!.Name);
        Assert.Equal("Hello!", Encoding.UTF8.GetString(bundle.Output.Parts[0]!.Data.Span));

        // What isn't stored comes back: each message, sealed.
        SealedMessage[] messages = [.. bundle.Attachments.Select(static item => SealedMessage.TryDecode(item.Content)).OfType<SealedMessage>()];
        Assert.Equal(["system", "user"], messages.Select(static message => message.Role).Order());
        Assert.Equal(4, bundle.Attachments.Count);

        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle.Encode(), Trust = node.Trust, Now = TimeProvider.System.GetUtcNow() });
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.DoesNotContain(verdict.Checks, static check => check.Result == CheckResult.Fail);
    }
}
