using System.Text;
using Assay.Chat;
using Assay.Primitives;
using Assay.Node.Tests.Chatting;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Weaknesses;

/// <summary>One question to a node, its answer, and what a verifier says of them.</summary>
internal sealed class Talk
{
    private readonly NodeFixture _node;

    private Talk(NodeFixture node, string request, byte[] answer, HttpResponseMessage response, Bundle bundle) =>
        (_node, Request, Answer, Response, Bundle) = (node, request, answer, response, bundle);

    internal string Request { get; }

    /// <summary>The body, or a stream's transcript.</summary>
    internal byte[] Answer { get; }

    internal HttpResponseMessage Response { get; }

    internal Bundle Bundle { get; }

    internal static async Task<Talk> AskAsync(NodeFixture node, string request = ChatNode.Hello, params (string Name, string Value)[] headers)
    {
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(request, headers: headers);
        Assert.True(status == 200, body);
        bool isStream = response.Content.Headers.ContentType!.MediaType == "text/event-stream";
        return new Talk(node, request, isStream ? body.Split('\n').Transcript() : Encoding.UTF8.GetBytes(body), response, await node.BundleAsync(response));
    }

    internal string? Text(ClaimField field) => Bundle.Claims.Text(field);

    /// <summary>Judges the receipt with bytes as somebody has them; by default those that were sent and received.</summary>
    internal Verdict Judge(string? request = null, byte[]? answer = null, VerificationLevel? require = null, TrustFile? trust = null, DateTimeOffset? now = null) => Verifier.Verify(new VerificationInput
    {
        Bundle = Bundle.Encode(),
        Trust = trust ?? _node.Trust,
        Now = now ?? TimeProvider.System.GetUtcNow(),
        Require = require,
        RequestBytes = Encoding.UTF8.GetBytes(request ?? Request),
        ResponseBytes = answer ?? Answer,
    });

    /// <summary>Judges it with the answer altered, and says what <c>response/outputs</c> calls that.</summary>
    internal string? Altered(string before, string after)
    {
        string text = Encoding.UTF8.GetString(Answer);
        Assert.Contains(before, text, StringComparison.Ordinal);
        return Detail(Judge(answer: Encoding.UTF8.GetBytes(text.Replace(before, after, StringComparison.Ordinal))), CheckCodes.ResponseOutputs);
    }

    /// <summary>Judges it with the request altered, and says what <c>request/inputs</c> calls that.</summary>
    internal string? Asked(string before, string after)
    {
        Assert.Contains(before, Request, StringComparison.Ordinal);
        return Detail(Judge(Request.Replace(before, after, StringComparison.Ordinal)), CheckCodes.RequestInputs);
    }

    internal static CheckOutcome Check(Verdict verdict, string code) => verdict.Checks.Single(check => check.Code == code);

    // Only of something that was refused for it.
    private static string? Detail(Verdict verdict, string code)
    {
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        CheckOutcome check = Check(verdict, code);
        Assert.Equal(CheckResult.Fail, check.Result);
        return check.Detail;
    }

    internal static ChatAnswer Read(byte[] answer) => ChatAnswerReader.TryRead(ChatKind.Chat, answer, out _)!;
}
