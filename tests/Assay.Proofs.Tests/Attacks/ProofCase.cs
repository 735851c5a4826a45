using Assay.Proofs.Circuits;
using Assay.Proofs.Layouts;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>A circuit with weights, columns and a statement: what an attacker starts from.</summary>
internal sealed class ProofCase
{
    private ProofCase(
        ProofVerifier verifier, ReferenceProver prover, IReadOnlyList<int[]> matrices, long[][] columns, short[][] inputs, short[][] outputs)
    {
        Verifier = verifier;
        Prover = prover;
        Matrices = [.. matrices];
        Columns = columns;
        Inputs = inputs;
        Outputs = outputs;
        (Statement, Tree) = State(inputs, outputs);
    }

    public ProofShape Shape => Verifier.Shape;

    public Circuit Circuit => Shape.Circuit;

    public int[][] Matrices { get; }

    public long[][] Columns { get; }

    public short[][] Inputs { get; }

    public short[][] Outputs { get; }

    public ReferenceProver Prover { get; }

    public ProofVerifier Verifier { get; }

    /// <summary>The key's bytes; empty for the circuit made by hand.</summary>
    public byte[] Key { get; private init; } = [];

    public ProofStatement Statement { get; }

    public RunTree? Tree { get; }

    /// <summary>The circuit made by hand.</summary>
    public static ProofCase Hand(int batch)
    {
        Circuit circuit = HandCircuit.Make(batch);
        int[][] matrices = HandCircuit.Matrices(1);
        (long[][] columns, short[][] inputs, short[][] outputs) = HandCircuit.Run(circuit, matrices, 2);
        ProofShape shape = ProofShape.Of(circuit, 3, 1).Shape!;
        ReferenceProver prover = new(shape, matrices, root => root);
        return new(new(shape, prover.Root, prover.Root), prover, matrices, columns, inputs, outputs);
    }

    /// <summary>One of the small programs.</summary>
    public static ProofCase Small(string name, int batch)
    {
        ProofSetup setup = ProofSetup.Small(name, batch);
        (long[][] columns, short[][] inputs, short[][] outputs) = setup.Run(Runs(setup));
        return new(setup.Verifier, setup.Prover, setup.Matrices, columns, inputs, outputs) { Key = setup.Key.Bytes.ToArray() };
    }

    /// <summary>One of the small programs with a lie in its witness: what follows is consistent with it, and so is the statement.</summary>
    public static ProofCase Lying(ProofSetup setup, Action<WitnessStep, long[][]> lie)
    {
        (long[][] columns, short[][] inputs, short[][] outputs) = setup.Lie(Runs(setup), lie);
        return new(setup.Verifier, setup.Prover, setup.Matrices, columns, inputs, outputs);
    }

    private static short[][][] Runs(ProofSetup setup) =>
        [.. Enumerable.Range(0, setup.Circuit.Batch).Select(run => ProofPrograms.Inputs(setup.Model, 100 + run))];

    public static byte[] Salt(int run) => [.. Enumerable.Repeat((byte)(run + 1), RunTree.SaltBytes)];

    /// <summary>The statement of runs, and their tree if there are several.</summary>
    public static (ProofStatement Statement, RunTree? Tree) State(short[][] inputs, short[][] outputs)
    {
        if (inputs.Length == 1)
        {
            return (ProofStatement.One(inputs[0], outputs[0]), null);
        }

        RunTree tree = RunTree.Of(
            [.. inputs.Select((x, run) => ((ReadOnlyMemory<byte>)Salt(run), (ReadOnlyMemory<short>)x, (ReadOnlyMemory<short>)outputs[run]))]);
        return (ProofStatement.Many(inputs.Length, tree.Root), tree);
    }

    /// <summary>Proves with lies and verifies.</summary>
    public ProofVerdict Try(ProverHooks hooks) => Verifier.Verify(Statement, Prover.Prove(Statement, Columns, hooks));

    /// <summary>Asserts that a lie is rejected by one check.</summary>
    public void Rejected(string code, ProverHooks hooks)
    {
        ProofVerdict verdict = Try(hooks);
        Assert.Equal(code, verdict.Code);
        Assert.Equal(ProofOutcome.Failed, verdict.Outcome);
    }

    /// <summary>Asserts that something that needn't be honest is no lie.</summary>
    public void Accepted(ProverHooks hooks)
    {
        ProofVerdict verdict = Try(hooks);
        Assert.Equal("zk/ok", verdict.Code);
    }

    /// <summary>The circuit made by hand with a y that isn't x's, everything that follows from it consistent, the statement
    /// too.</summary>
    public ProofCase WithWrongLookup()
    {
        long[] y = [.. Columns[1]];
        y[0] = y[0] == 7 ? 6 : y[0] + 1;
        long[][] columns = HandCircuit.Fill(Circuit, Matrices, Columns[0], y);
        return new(Verifier, Prover, Matrices, columns, Inputs, HandCircuit.Runs(y, Circuit.Batch));
    }
}
