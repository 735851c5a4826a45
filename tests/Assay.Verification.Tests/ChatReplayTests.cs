using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>A chat that is asked again: by the receipt's own parameters and seed, under its conditions, or not at all.</summary>
public sealed class ChatReplayTests : IDisposable
{
    private static readonly byte[] Body = """{"model":"m","messages":[{"role":"user","content":"hello"}],"temperature":0.5}"""u8.ToArray();
    private static readonly IReadOnlyList<TensorValue> Parts = [TensorValue.OfText("choice/0/content", "world")];

    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void TheSameWords_EstablishModelAndComputation()
    {
        FixedReplayer replayer = new(Ran("world", "stop"));
        Verdict verdict = Verify(replayer);

        ChatReplayRequest asked = Assert.Single(replayer.Requests);
        Assert.Equal((0.5, 7UL, 9), (asked.Applied.Temperature, asked.Applied.Seed, asked.Applied.MaxTokens));
        Assert.Equal("hello", asked.Request.Messages[0].Text);
        Assert.Equal("llama.cpp/x", asked.Backend);
        Assert.True(verdict.Checks.Single(static check => check.Code == CheckCodes.ReplayOutput).Result == CheckResult.Pass);
        Assert.Equal(QuestionStatus.Established, verdict.Questions.Single(static question => question.Question == Question.ComputedRight).Status);
    }

    [Theory]
    [InlineData("word", "stop")]
    [InlineData("world", "length")]
    public void OtherWordsOrAnotherEnd_RefuteIt(string text, string end)
    {
        Verdict verdict = Verify(new FixedReplayer(Ran(text, end)));
        Assert.Equal(DetailCodes.ReplayOutputDiffers, Detail(verdict));
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Equal(QuestionStatus.Refuted, verdict.Questions.Single(static question => question.Question == Question.ComputedRight).Status);
    }

    [Fact]
    public void OtherConditions_ShowNothing()
    {
        Verdict verdict = Verify(new FixedReplayer(new ReplayResult.NotAvailable(DetailCodes.ReplayConditions)));
        Assert.Equal(DetailCodes.ReplayConditions, Detail(verdict));
        Assert.Equal(QuestionStatus.Asserted, verdict.Questions.Single(static question => question.Question == Question.ComputedRight).Status);
    }

    [Fact]
    public void WithoutAReplayerOfChats_NothingIsAsked()
    {
        Assert.Equal(DetailCodes.ReplayNotAsked, Detail(Verify(null)));
    }

    [Theory]
    [InlineData("model.model_id", DetailCodes.Redacted)]
    [InlineData("request.sampling", DetailCodes.Redacted)]
    [InlineData("execution.backend", DetailCodes.Redacted)]
    [InlineData("attachments.request", DetailCodes.NoWireBytes)]
    [InlineData("outputs", DetailCodes.Redacted)]
    public void WithoutWhatItNeeds_NothingIsAsked(string missing, string detail)
    {
        FixedReplayer replayer = new(Ran("world", "stop"));
        string[] keep = [.. ClaimRegistry.Fields.Select(static field => field.Name).Append("outputs").Append("attachments.request").Where(name => name != missing)];
        byte[] redacted = Bundle.TryDecode(Receipt(), out _)!.Redact(keep, out _, out _)!.Encode();
        Verdict verdict = Verifier.Verify(_world.Input(redacted) with { ChatReplayer = replayer });
        Assert.Empty(replayer.Requests);
        Assert.Equal(detail, Detail(verdict));
    }

    private static ReplayResult.Ran Ran(string text, string end) => new ReplayResult.Ran([TensorValue.OfText("choice/0/content", text)], null) { FinishReasons = [end] };

    private static string? Detail(Verdict verdict) => verdict.Checks.Single(static check => check.Code == CheckCodes.ReplayOutput).Detail;

    private Verdict Verify(FixedReplayer? replayer) => Verifier.Verify(_world.Input(Receipt()) with { ChatReplayer = replayer });

    private byte[] Receipt()
    {
        ClaimValues claims = _world.Answer(VerificationLevel.Signed) with
        {
            RequestProtocol = WellKnown.OpenAiChat,
            RequestWireDigest = Digest32.Sha256(Body),
            RequestInputs = null,
            RequestSampling = """{"max_tokens":9,"temperature":0.5}""",
            RequestSeed = 7,
            RequestMutations = ["defaulted max_tokens 9", "defaulted seed 7"],
            ModelName = "m",
            ModelStatement = null,
            ExecutionSemantics = WellKnown.LlamaSampler,
            ExecutionBackend = "llama.cpp/x",
            ExecutionSaturated = null,
            OutputWireDigest = null,
            OutputFinishReason = ["stop"],
            OutputParts = 1,
        };
        _world.RestartSalts();
        SaltedTree claimsTree = _world.Claims.BuildClaims(claims), outputTree = _world.Claims.BuildOutput(Parts);
        ReceiptEnvelope envelope = BatchSigner.Sign([_world.Statement(claims, claimsTree, outputTree)], _world.Signer)[0];
        byte[] entry = new LogEntry.ForReceipt(envelope.Digest, VerificationLevel.Signed, SizeBucket.Undisclosed).Encode();
        return Bundle.Create(envelope, _world.KeySet, claimsTree.Section, outputTree.Section, [Body], _world.LogProofOf(entry)).Encode();
    }

    private sealed class FixedReplayer(ReplayResult result) : IChatReplayer
    {
        internal List<ChatReplayRequest> Requests { get; } = [];

        public ReplayResult Replay(ChatReplayRequest request)
        {
            Requests.Add(request);
            return result;
        }
    }
}
