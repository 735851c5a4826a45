using System.Text;
using System.Text.Json.Nodes;
using Assay.Client;
using Assay.Node.Serving;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;
using Microsoft.AspNetCore.Builder;

namespace Assay.Node.Tests;

/// <summary>The operator cheats with its real keys: each lie is caught, and named.</summary>
public sealed class CheatingTests
{
    private static readonly ProgramReplayer Replayer = new([TestModels.Tiny()]);

    [Fact]
    public async Task AnotherModelUnderTheSameId_IsRefutedByReplay()
    {
        await using NodeFixture node = await NodeFixture.StartAsync([ServedModels.Create(TestModels.Tiny(), new ModelTerms("tiny", "", null, true), "", "{}"u8.ToArray(), new ExactRunner(Negated()))]);
        Verdict verdict = await CheckAsync(node, VerificationLevel.Replay, Replayer);
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Equal(["replay/output"], Failed(verdict));
        Assert.Equal(QuestionStatus.Refuted, verdict.Questions.Single(static q => q.Question == Question.ComputedRight).Status);
    }

    [Fact]
    public async Task AnotherModelWithItsOwnId_IsNotTheOneYouHold()
    {
        ExactModel other = Negated();
        await using NodeFixture node = await NodeFixture.StartAsync([ServedModels.Create(other, new ModelTerms("tiny", "", null, true), "", "{}"u8.ToArray(), new ExactRunner(other))]);
        ProgramReplayer knowing = new([TestModels.Tiny()], [new("tiny", TestModels.Tiny().Id)]);
        Verdict verdict = await CheckAsync(node, VerificationLevel.Replay, knowing);
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Equal(["replay/model"], Failed(verdict));
    }

    [Fact]
    public async Task AnInputChangedOnTheWay_Shows()
    {
        await using NodeFixture node = await NodeFixture.StartAsync(before: static app => app.Use(async (context, next) =>
        {
            if (context.Request.Method == "POST")
            {
                JsonNode body = (await JsonNode.ParseAsync(context.Request.Body))!;
                body["inputs"]![0]!["data"]![0] = 7;
                byte[] altered = Encoding.UTF8.GetBytes(body.ToJsonString());
                context.Request.Body = new MemoryStream(altered);
                context.Request.ContentLength = altered.Length;
            }

            await next(context);
        }));
        Verdict verdict = await CheckAsync(node, VerificationLevel.Signed, null);
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Equal(["request/wire", "request/inputs"], Failed(verdict));
    }

    [Fact]
    public async Task AnOutputChangedAfterSigning_Shows()
    {
        await using NodeFixture node = await NodeFixture.StartAsync(before: static app => app.Use(async (context, next) =>
        {
            if (context.Request.Method != "POST")
            {
                await next(context);
                return;
            }

            Stream real = context.Response.Body;
            using MemoryStream captured = new();
            context.Response.Body = captured;
            await next(context);
            context.Response.Body = real;
            byte[] altered = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(captured.ToArray()).Replace("[5,-1]", "[6,-1]", StringComparison.Ordinal));
            context.Response.ContentLength = altered.Length;
            await real.WriteAsync(altered);
        }));
        Verdict verdict = await CheckAsync(node, VerificationLevel.Signed, null);
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Equal(["response/wire", "response/outputs"], Failed(verdict));
    }

    private static ExactModel Negated()
    {
        ExactModel honest = TestModels.Tiny();
        byte[] blob = honest.Weights.Memory.ToArray();
        blob[1] = unchecked((byte)-2);
        WeightsBlob weights = WeightsBlob.Create(honest.Program, blob, out ProgramError? error) ?? throw new InvalidOperationException(error!.ToString());
        return ExactModel.Create(honest.Program, weights, out error) ?? throw new InvalidOperationException(error!.ToString());
    }

    private static async Task<Verdict> CheckAsync(NodeFixture node, VerificationLevel level, IReplayer? replayer)
    {
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], level, CancellationToken.None);
        return node.Client.Check(answer, new CheckOptions { Trust = node.Trust, Replayer = replayer });
    }

    private static string[] Failed(Verdict verdict) => [.. verdict.Checks.Where(static c => c.Result == Primitives.CheckResult.Fail).Select(static c => c.Code)];
}
