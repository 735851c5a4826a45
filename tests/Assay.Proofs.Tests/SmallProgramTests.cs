using Assay.Proofs.Tests.Attacks;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests;

public sealed class SmallProgramTests
{
    public static TheoryData<string, int> Programs
    {
        get
        {
            TheoryData<string, int> data = [];
            foreach (string name in ProofPrograms.Names)
            {
                data.Add(name, 1);
                data.Add(name, 3);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void EveryProgramIsProvedAndVerified(string name, int batch)
    {
        ProofCase proofCase = ProofCase.Small(name, batch);
        Assert.Null(RelationChecker.Check(proofCase.Circuit, proofCase.Matrices, proofCase.Columns));
        byte[] proof = proofCase.Prover.Prove(proofCase.Statement, proofCase.Columns);
        ProofVerdict verdict = proofCase.Verifier.Verify(proofCase.Statement, proof);
        Assert.Equal("zk/ok", verdict.Code);
        Assert.True(verdict.SecurityBits >= 100, $"{verdict.SecurityBits}");
        for (int run = 0; run < batch && batch > 1; run++)
        {
            Assert.Equal("zk/ok", proofCase.Verifier.VerifyRun(
                proofCase.Statement.Digest.Span, verdict.Runs!, proofCase.Tree!.Open(run, ProofCase.Salt(run)), proofCase.Inputs[run], proofCase.Outputs[run]).Code);
        }
    }
}
