using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>The same proof for something else, and lies about inputs and outputs.</summary>
public sealed class StatementAttackTests
{
    private static readonly ProofCase Case = ProofCase.Hand(3);
    private static readonly ProofCase Single = ProofCase.Hand(1);
    private static readonly byte[] Proof = Case.Prover.Prove(Case.Statement, Case.Columns);
    private static readonly byte[] SingleProof = Single.Prover.Prove(Single.Statement, Single.Columns);

    [Fact]
    public void EveryHolderFindsHisRun()
    {
        for (int run = 0; run < 3; run++)
        {
            Assert.Equal("zk/ok", Holder(run, run, Case.Inputs[run], Case.Outputs[run], ProofCase.Salt(run)));
        }
    }

    [Fact]
    public void AnotherInput() => Assert.Equal("zk/run-path", Holder(0, 0, Changed(Case.Inputs[0]), Case.Outputs[0], ProofCase.Salt(0)));

    [Fact]
    public void AnotherOutput() => Assert.Equal("zk/run-path", Holder(0, 0, Case.Inputs[0], Changed(Case.Outputs[0]), ProofCase.Salt(0)));

    [Fact]
    public void AnotherSalt() => Assert.Equal("zk/run-path", Holder(0, 0, Case.Inputs[0], Case.Outputs[0], new byte[16]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void AnotherIndex(int index)
    {
        RunOpening opening = Case.Tree!.Open(0, ProofCase.Salt(0)) with { Index = index };
        Assert.Equal("zk/run-path", Holder(opening, Case.Inputs[0], Case.Outputs[0]));
    }

    [Fact]
    public void APathOfAnotherLength()
    {
        RunOpening opening = Case.Tree!.Open(0, ProofCase.Salt(0));
        Assert.Equal("zk/run-path", Holder(opening with { Path = opening.Path[..32] }, Case.Inputs[0], Case.Outputs[0]));
        Assert.Equal("zk/run-path", Holder(opening with { Path = new byte[96] }, Case.Inputs[0], Case.Outputs[0]));
        Assert.Equal("zk/run-path", Holder(opening with { Path = default }, Case.Inputs[0], Case.Outputs[0]));
        Assert.Equal("zk/run-path", Holder(opening with { Salt = new byte[17] }, Case.Inputs[0], Case.Outputs[0]));
    }

    /// <summary>The fourth leaf of three runs is 32 zero bytes, and no run.</summary>
    [Fact]
    public void TheFillingOfTheTreeIsNoRun()
    {
        RunOpening opening = Case.Tree!.Open(3, ProofCase.Salt(3));
        Assert.Equal("zk/run-path", Holder(opening, Case.Inputs[0], Case.Outputs[0]));
    }

    [Fact]
    public void LengthsOtherThanTheProgramsAreRefused()
    {
        RunOpening opening = Case.Tree!.Open(0, ProofCase.Salt(0));
        Assert.Equal("zk/statement", Holder(opening, Case.Inputs[0][1..], Case.Outputs[0]));
        Assert.Equal("zk/statement", Holder(opening, [.. Case.Inputs[0], 0], Case.Outputs[0]));
        Assert.Equal("zk/statement", Holder(opening, Case.Inputs[0], []));
    }

    /// <summary>A statement whose runs are in another order than the columns: each holder finds that his run isn't at his index.</summary>
    [Fact]
    public void RunsInAnotherOrder()
    {
        (ProofStatement swapped, RunTree? tree) = ProofCase.State(
            [Case.Inputs[1], Case.Inputs[0], Case.Inputs[2]], [Case.Outputs[1], Case.Outputs[0], Case.Outputs[2]]);
        Assert.Equal(ProofOutcome.Failed, Case.Verifier.Verify(swapped, Proof).Outcome);
        byte[] proof = Case.Prover.Prove(swapped, Case.Columns);
        ProofVerdict verdict = Case.Verifier.Verify(swapped, proof);
        Assert.Equal(ProofOutcome.Passed, verdict.Outcome);
        ProofVerdict holder = Case.Verifier.VerifyRun(
            swapped.Digest.Span, verdict.Runs!, tree!.Open(0, ProofCase.Salt(0)), Case.Inputs[1], Case.Outputs[1]);
        Assert.Equal("zk/run-values", holder.Code);
    }

    /// <summary>A statement that names an input that wasn't run, or an output that wasn't computed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AStatementThatNamesWhatWasntRun(bool isInput)
    {
        short[][] inputs = [isInput ? Changed(Case.Inputs[0]) : Case.Inputs[0], Case.Inputs[1], Case.Inputs[2]];
        short[][] outputs = [isInput ? Case.Outputs[0] : Changed(Case.Outputs[0]), Case.Outputs[1], Case.Outputs[2]];
        (ProofStatement statement, RunTree? tree) = ProofCase.State(inputs, outputs);
        ProofVerdict verdict = Case.Verifier.Verify(statement, Case.Prover.Prove(statement, Case.Columns));
        ProofVerdict holder = Case.Verifier.VerifyRun(
            statement.Digest.Span, verdict.Runs!, tree!.Open(0, ProofCase.Salt(0)), inputs[0], outputs[0]);
        Assert.Equal("zk/run-values", holder.Code);
    }

    /// <summary>The value of run 0 forged to fit another input, run 1 compensating: τ is drawn later and tells them apart.</summary>
    [Fact]
    public void AValueForgedAndCompensatedInAnotherRun() => Case.Rejected("zk/witness-value", new()
    {
        Values = (_, _, v) =>
        {
            v[0] += Ext4.From(5);
            v[1] -= Ext4.From(5);
        },
    });

    /// <summary>Why τ comes after the values: whoever knew it could compensate.</summary>
    [Fact]
    public void Ablation_WithTauKnownACompensatedValueGivesTheSameClaim()
    {
        Ext4[] tau = [new(3, 1, 4, 1), new(5, 9, 2, 6)];
        Ext4[] weights = PointTables.Of(tau)[..3];
        Ext4[] v = [new(1, 2, 3, 4), new(5, 6, 7, 8), new(9, 10, 11, 12)];
        Ext4 honest = Sums.Dot(weights, v);
        v[0] += Ext4.From(5);
        v[1] -= Ext4.From(5) * weights[0] * weights[1].Invert();
        Assert.Equal(honest, Sums.Dot(weights, v));
    }

    [Fact]
    public void OneRunWithAnotherInputOrOutput()
    {
        ProofStatement input = ProofStatement.One(Changed(Single.Inputs[0]), Single.Outputs[0]);
        ProofStatement output = ProofStatement.One(Single.Inputs[0], Changed(Single.Outputs[0]));
        Assert.Equal(ProofOutcome.Failed, Single.Verifier.Verify(input, SingleProof).Outcome);
        Assert.Equal(ProofOutcome.Failed, Single.Verifier.Verify(output, SingleProof).Outcome);
        Assert.Equal("zk/witness-value", Single.Verifier.Verify(input, Single.Prover.Prove(input, Single.Columns)).Code);
        Assert.Equal("zk/witness-value", Single.Verifier.Verify(output, Single.Prover.Prove(output, Single.Columns)).Code);
    }

    /// <summary>The boundary between inputs and outputs isn't in the bytes that are absorbed: the program's lengths fix it.</summary>
    [Fact]
    public void InputsAndOutputsCutElsewhere()
    {
        short[] all = [.. Single.Inputs[0], .. Single.Outputs[0]];
        ProofStatement cut = ProofStatement.One(all.AsMemory(0, 35), all.AsMemory(35));
        Assert.Equal("zk/statement", Single.Verifier.Verify(cut, SingleProof).Code);
        Assert.Equal("zk/statement", Single.Verifier.Verify(ProofStatement.One(all, default), SingleProof).Code);
    }

    [Fact]
    public void InputsOutOfTheirRange()
    {
        short[] large = [.. Single.Inputs[0]];
        large[0] = 8;
        Assert.Equal("zk/statement", Single.Verifier.Verify(ProofStatement.One(large, Single.Outputs[0]), SingleProof).Code);
    }

    [Fact]
    public void AnotherNumberOfRuns()
    {
        Assert.Equal("zk/statement", Case.Verifier.Verify(Single.Statement, Proof).Code);
        Assert.Equal("zk/statement", Case.Verifier.Verify(ProofStatement.Many(2, Case.Statement.Digest), Proof).Code);
        Assert.Equal("zk/statement", Single.Verifier.Verify(Case.Statement, SingleProof).Code);
    }

    /// <summary>A proof for three runs under the verifier for four: the circuit differs, so does the length.</summary>
    [Fact]
    public void AProofOfAnotherNumberOfRuns()
    {
        ProofCase four = ProofCase.Hand(4);
        Assert.Equal(ProofOutcome.Failed, four.Verifier.Verify(four.Statement, Proof).Outcome);
        Assert.Equal(ProofOutcome.Failed, Case.Verifier.Verify(Case.Statement, four.Prover.Prove(four.Statement, four.Columns)).Outcome);
    }

    [Fact]
    public void AnotherKey()
    {
        ProofVerifier other = new(Case.Shape, Case.Prover.Root, new byte[32]);
        Assert.Equal(ProofOutcome.Failed, other.Verify(Case.Statement, Proof).Outcome);
    }

    private static short[] Changed(short[] elements)
    {
        short[] changed = [.. elements];
        changed[0] = (short)(changed[0] == 7 ? 6 : changed[0] + 1);
        return changed;
    }

    private static string Holder(int index, int leaf, short[] inputs, short[] outputs, byte[] salt) =>
        Holder(Case.Tree!.Open(leaf, salt) with { Index = index }, inputs, outputs);

    private static string Holder(RunOpening opening, short[] inputs, short[] outputs)
    {
        ProofVerdict verdict = Case.Verifier.Verify(Case.Statement, Proof);
        Assert.Equal(ProofOutcome.Passed, verdict.Outcome);
        return Case.Verifier.VerifyRun(Case.Statement.Digest.Span, verdict.Runs!, opening, inputs, outputs).Code;
    }
}
