using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using Assay.Proofs.Layouts;

namespace Assay.Testing.Proofs;

/// <summary>A model registered for proofs by the reference: key, weights, witness, prover and verifier, for a number of runs.</summary>
public sealed class ProofSetup
{
    private ProofSetup(ExactModel model, ProofKey key, ProofVerifier verifier, ReferenceProver prover, IReadOnlyList<int[]> matrices)
    {
        Model = model;
        Key = key;
        Verifier = verifier;
        Prover = prover;
        Matrices = matrices;
    }

    public ExactModel Model { get; }

    public ProofKey Key { get; }

    public ProofVerifier Verifier { get; }

    public ReferenceProver Prover { get; }

    public IReadOnlyList<int[]> Matrices { get; }

    public Circuit Circuit => Verifier.Shape.Circuit;

    /// <summary>Registers a model.</summary>
    /// <param name="choices">One for each operation.</param>
    public static ProofSetup Of(ExactModel model, ImmutableArray<TailChoice> choices, int limbBits, int a, int b, int batch)
    {
        Circuit circuit = CircuitBuilder.Build(model.Program, choices, limbBits, batch, out ProofError? error)
            ?? throw new InvalidOperationException(error!.ToString());
        (a, b) = circuit.Matrices.IsEmpty ? (0, 0) : (a, b);
        ProofShape shape = ProofShape.Of(circuit, a, b).Shape!;
        IReadOnlyList<int[]> matrices = RelationEvaluator.Matrices(model, circuit);
        ProofKey? key = null;
        ReferenceProver prover = new(shape, matrices, root =>
        {
            key = ProofKey.Create(model.Program, model.Weights.Root(), limbBits, choices, a, b, Digest32.From(root));
            return key.Digest.Bytes.ToArray();
        });
        ProofVerifier verifier = ProofVerifier.Create(key!, batch, out error) ?? throw new InvalidOperationException(error!.ToString());
        return new(model, key!, verifier, prover, matrices);
    }

    /// <summary>Registers one of the small programs.</summary>
    public static ProofSetup Small(string name, int batch)
    {
        ExactModel model = ProofPrograms.Make(name);
        ImmutableArray<TailChoice> choices = CircuitBuilder.Choose(model.Program, SmallChooser.Choose, out ProofError? error);
        return error is null ? Of(model, choices, 8, 3, 2, batch) : throw new InvalidOperationException(error.ToString());
    }

    /// <summary>Columns, and what a statement of these runs says.</summary>
    /// <param name="runs">For each run an array for each input.</param>
    public (long[][] Columns, short[][] Inputs, short[][] Outputs) Run(IReadOnlyList<short[][]> runs) => (
        ReferenceWitness.Of(Circuit, Matrices, runs),
        [.. runs.Select(run => run.SelectMany(x => x).ToArray())],
        [.. runs.Select(run => ReferenceInterpreter.Run(Model, run).SelectMany(y => y).ToArray())]);

    /// <summary>Columns of a liar, and the statement that fits them: outputs are what the lie leads to.</summary>
    /// <param name="after">Lies after steps of the witness.</param>
    public (long[][] Columns, short[][] Inputs, short[][] Outputs) Lie(IReadOnlyList<short[][]> runs, Action<WitnessStep, long[][]> after)
    {
        long[][] columns = ReferenceWitness.Of(Circuit, Matrices, runs, after);
        return (columns, Runs(columns, Circuit.Inputs), Runs(columns, Circuit.Outputs));
    }

    private short[][] Runs(long[][] columns, ImmutableArray<int> of) =>
    [
        .. Enumerable.Range(0, Circuit.Batch).Select(run => of.SelectMany(
            column => columns[column].Where((_, i) => i % Circuit.Batch == run)).Select(value => (short)value).ToArray()),
    ];
}
