using Xunit.Abstractions;

namespace Assay.Verification.Tests;

public sealed class VerifierTests(ITestOutputHelper output) : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Verify_TrueReceipt_IsMet()
    {
        Verdict verdict = Verifier.Verify(_world.Input(_world.Parts().Encode()));

        output.WriteLine(VerdictText.Render(verdict, allChecks: true));
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.Equal(
            [QuestionStatus.Asserted, QuestionStatus.Established, QuestionStatus.Asserted, QuestionStatus.NotEvaluated, QuestionStatus.Established, QuestionStatus.NotEvaluated],
            verdict.Questions.Select(static q => q.Status));
    }
}
