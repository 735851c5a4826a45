using Assay.Proofs.Circuits;
using Assay.Proofs.Layouts;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests;

public sealed class HandCircuitTests
{
    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(1, 4, 2)]
    [InlineData(3, 3, 0)]
    [InlineData(4, 7, 4)]
    public void AnHonestProofPassesAndAnyChangedColumnFails(int batch, int a, int b)
    {
        Circuit circuit = HandCircuit.Make(batch);
        ProofShape shape = ProofShape.Of(circuit, a, b).Shape!;
        int[][] matrices = HandCircuit.Matrices(1);
        ReferenceProver prover = new(shape, matrices, root => root);
        (long[][] columns, short[][] inputs, short[][] outputs) = HandCircuit.Run(circuit, matrices, 2);
        ProofStatement statement = batch == 1
            ? ProofStatement.One(inputs[0], outputs[0])
            : ProofStatement.Many(batch, RunTree.Of([.. inputs.Zip(outputs, (x, y) => ((ReadOnlyMemory<byte>)new byte[16], (ReadOnlyMemory<short>)x, (ReadOnlyMemory<short>)y))]).Root);
        ProofVerifier verifier = new(shape, prover.Root, prover.Root);
        byte[] proof = prover.Prove(statement, columns);
        ProofVerdict verdict = verifier.Verify(statement, proof);
        Assert.Equal("zk/ok: Proved to " + verifier.Budget.TotalBits.ToString("F1", System.Globalization.CultureInfo.InvariantCulture) + " bits.", verdict.Code + ": " + verdict.Message);
        for (int column = 0; column < columns.Length; column++)
        {
            int changed = column;
            byte[] lie = prover.Prove(statement, columns, new() { Columns = all => all[changed][^1]++ });
            Assert.Equal(ProofOutcome.Failed, verifier.Verify(statement, lie).Outcome);
        }
    }
}
