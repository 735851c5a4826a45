using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests;

public sealed class ReplayTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Replay_SameOutputs_EstablishesModelAndComputation()
    {
        FixedReplayer replayer = new(new ReplayResult.Ran(World.Outputs, 0));
        Verdict verdict = Verify(replayer);

        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.Equal((QuestionStatus.Established, Basis.Replay), Answer(verdict, Question.Model));
        Assert.Equal((QuestionStatus.Established, Basis.Replay), Answer(verdict, Question.ComputedRight));
        Assert.DoesNotContain(verdict.NotCovered, static r => r.Code == "replay/not-done");
        ReplayRequest request = Assert.Single(replayer.Requests);
        Assert.Equal(World.Model, request.Model);
        Assert.Equal("digits", request.ModelName);
        Assert.True(TensorValue.AllSame(World.Inputs, request.Inputs));
    }

    [Fact]
    public void Replay_ReplayerThatDoesNotCount_IsEnough() =>
        Assert.Equal(Outcome.Met, Verify(new FixedReplayer(new ReplayResult.Ran(World.Outputs, null))).Outcome);

    [Fact]
    public void Replay_OtherOutputs_Refutes()
    {
        IReadOnlyList<TensorValue>[] others =
        [
            [World.Tensor("scores", [1, 3], 0.25f, 0.5f, 2f), World.Outputs[1]],
            [World.Tensor("scores", [3], 0.25f, 0.5f, -2f), World.Outputs[1]],
            [World.Tensor("score", [1, 3], 0.25f, 0.5f, -2f), World.Outputs[1]],
            [World.Outputs[1], World.Outputs[0]],
            [World.Outputs[0]],
        ];
        foreach (IReadOnlyList<TensorValue> outputs in others)
        {
            Verdict verdict = Verify(new FixedReplayer(new ReplayResult.Ran(outputs, 0)));

            Assert.Equal((Outcome.Untrusted, CheckCodes.ReplayOutput), (verdict.Outcome, verdict.Reason));
            Assert.Equal(DetailCodes.ReplayOutputDiffers, Detail(verdict, CheckCodes.ReplayOutput));
            Assert.Equal((QuestionStatus.Refuted, null), Answer(verdict, Question.ComputedRight));
            Assert.Equal((QuestionStatus.Refuted, null), Answer(verdict, Question.Model));
            Assert.Equal((QuestionStatus.Established, Basis.Signature), Answer(verdict, Question.Altered));
        }
    }

    [Fact]
    public void Replay_RefusedInput_Refutes()
    {
        Verdict verdict = Verify(new FixedReplayer(new ReplayResult.Refused()));

        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Equal(DetailCodes.ReplayRefusedInput, Detail(verdict, CheckCodes.ReplayOutput));
        Assert.Equal((QuestionStatus.Refuted, null), Answer(verdict, Question.ComputedRight));
    }

    [Fact]
    public void Replay_OtherCountOfClampedElements_Refutes()
    {
        Verdict verdict = Verify(new FixedReplayer(new ReplayResult.Ran(World.Outputs, 1)));

        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Equal(DetailCodes.ReplaySaturatedDiffers, Detail(verdict, CheckCodes.ReplayOutput));
    }

    [Fact]
    public void Replay_NameOfAnotherModel_RefutesTheModelOnly()
    {
        Verdict verdict = Verify(new FixedReplayer(new ReplayResult.OtherModel(new ModelId(Digest32.Sha256("mine"u8)))));

        Assert.Equal((Outcome.Untrusted, CheckCodes.ReplayModel), (verdict.Outcome, verdict.Reason));
        Assert.Equal((QuestionStatus.Refuted, null), Answer(verdict, Question.Model));
        Assert.Equal((QuestionStatus.Asserted, Basis.Operator), Answer(verdict, Question.ComputedRight));
        Assert.Contains(Digest32.Sha256("mine"u8).ToString()[..16], verdict.Questions[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Replay_NotAvailable_LeavesItAsserted()
    {
        Verdict verdict = Verify(new FixedReplayer(new ReplayResult.NotAvailable(DetailCodes.ReplayUnavailable)));

        Assert.Equal(Outcome.PolicyNotMet, verdict.Outcome);
        Assert.Equal(DetailCodes.ReplayUnavailable, Detail(verdict, CheckCodes.ReplayModel));
        Assert.Equal((QuestionStatus.Asserted, Basis.Operator), Answer(verdict, Question.ComputedRight));
    }

    [Fact]
    public void Replay_OfAFloatModel_IsNotTriedAndNothingCallsItExact()
    {
        byte[] bundle = _world.Parts(_world.Answer(VerificationLevel.Signed) with { ExecutionSemantics = WellKnown.FloatOnnxRuntime, ExecutionSaturated = null }).Encode();
        FixedReplayer replayer = new(new ReplayResult.Ran(World.Outputs, 0));
        foreach (IReplayer? asked in new IReplayer?[] { null, replayer })
        {
            Verdict verdict = Verifier.Verify(_world.Input(bundle) with { Replayer = asked });
            Assert.Empty(replayer.Requests);
            Assert.Equal(Outcome.Met, verdict.Outcome);
            Assert.Equal(asked is null ? DetailCodes.ReplayNotAsked : DetailCodes.ReplaySemanticsUnknown, Detail(verdict, CheckCodes.ReplayModel));
            Assert.Equal((QuestionStatus.Asserted, Basis.Operator), Answer(verdict, Question.ComputedRight));
            Assert.Contains("replay/not-done", verdict.NotCovered.Select(static r => r.Code));
            string text = VerdictText.Render(verdict, allChecks: true);
            Assert.DoesNotContain("assay verify --replay", text, StringComparison.Ordinal);
            Assert.DoesNotContain("byte for byte", text, StringComparison.Ordinal);
            Assert.Contains("Running it again can't check it", verdict.Questions[0].Sentence, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("model.model_id")]
    [InlineData("request.inputs")]
    [InlineData("execution.semantics")]
    [InlineData("outputs")]
    public void Replay_WithoutWhatItNeeds_IsNotTried(string missing)
    {
        Bundle bundle = Bundle.TryDecode(_world.Parts(_world.Answer(VerificationLevel.Replay)).Encode(), out _)!;
        string[] keep = [.. ClaimRegistry.Fields.Select(static f => f.Name).Append("outputs").Where(f => f != missing)];
        FixedReplayer replayer = new(new ReplayResult.Ran(World.Outputs, 0));
        Verdict verdict = Verifier.Verify(_world.Input(bundle.Redact(keep, out _, out _)!.Encode()) with { Replayer = replayer });

        Assert.Empty(replayer.Requests);
        Assert.Equal(Outcome.PolicyNotMet, verdict.Outcome);
        Assert.Equal(DetailCodes.Redacted, Detail(verdict, CheckCodes.ReplayOutput));
    }

    [Fact]
    public void Replay_OfFloatSemantics_IsNotTried()
    {
        FixedReplayer replayer = new(new ReplayResult.Ran(World.Outputs, 0));
        byte[] bundle = _world.Parts(_world.Answer(VerificationLevel.Replay) with { ExecutionSemantics = "fp32" }).Encode();
        Verdict verdict = Verifier.Verify(_world.Input(bundle) with { Replayer = replayer });

        Assert.Empty(replayer.Requests);
        Assert.Equal(DetailCodes.ReplaySemanticsUnknown, Detail(verdict, CheckCodes.ReplayModel));
    }

    [Fact]
    public void Replay_AfterAFailure_IsNotTried()
    {
        FixedReplayer replayer = new(new ReplayResult.Ran(World.Outputs, 0));
        byte[] bundle = _world.Parts().Also(static p => p.Outputs[0] = Forge.Flip(p.Outputs[0], -1)).Encode();
        Verdict verdict = Verifier.Verify(_world.Input(bundle) with { Replayer = replayer });

        Assert.Empty(replayer.Requests);
        Assert.Equal(DetailCodes.ReplayEarlierFailure, Detail(verdict, CheckCodes.ReplayModel));
        Assert.Equal(QuestionStatus.NotEvaluated, Answer(verdict, Question.ComputedRight).Status);
    }

    private Verdict Verify(FixedReplayer replayer) =>
        Verifier.Verify(_world.Input(_world.Parts(_world.Answer(VerificationLevel.Replay)).Encode()) with { Replayer = replayer });

    private static (QuestionStatus Status, Basis? By) Answer(Verdict verdict, Question question)
    {
        QuestionResult result = verdict.Questions.Single(q => q.Question == question);
        return (result.Status, result.By);
    }

    private static string? Detail(Verdict verdict, string check) => verdict.Checks.Single(c => c.Code == check).Detail;
}
