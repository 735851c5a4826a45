using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using Assay.Proofs.Layouts;

namespace Assay.Testing.Proofs;

/// <summary>A model small enough that the reference prover proves it in a moment: y = (Wx + b) / 8, clamped, in steps of 1/4.</summary>
public sealed class ProvenModel
{
    private const int LimbBits = 8;
    private const int TileIndexBits = 3;
    private const int TileRowBits = 2;

    // More than any accumulator can be beyond the result's range.
    private static readonly ImmutableArray<TailChoice> Choices = [new TailChoice.Direct([64], [64])];

    private readonly ExactModel _proved;

    /// <summary>A model with its proof key.</summary>
    /// <param name="seed">Other seeds: other weights.</param>
    /// <param name="rootSeed">Whose weights the key's root commits to; an honest key: the same.</param>
    public ProvenModel(int seed = 1, int? rootSeed = null)
    {
        Model = Create(seed);
        _proved = Create(rootSeed ?? seed);
        Key = KeyOf(ProverOf(1).Root);
    }

    /// <summary>The model.</summary>
    public ExactModel Model { get; }

    /// <summary>Its proof key.</summary>
    public ProofKey Key { get; }

    /// <summary>What comes out, one array for each run.</summary>
    public short[][] Outputs(IReadOnlyList<short[]> inputs) => [.. inputs.Select(run => ReferenceInterpreter.Run(_proved, [run])[0])];

    /// <summary>Proves runs.</summary>
    /// <param name="inputs">Four integers from -16 to 15 for each run.</param>
    /// <param name="salts">16 bytes for each run; not looked at for one.</param>
    public (byte[] Proof, ReadOnlyMemory<byte> Digest, ImmutableArray<RunOpening> Openings) Prove(IReadOnlyList<short[]> inputs, IReadOnlyList<byte[]> salts)
    {
        short[][] outputs = Outputs(inputs);
        ReferenceProver prover = ProverOf(inputs.Count);
        long[][] witness = ReferenceWitness.Of(_proved, CircuitOf(inputs.Count), [.. inputs.Select(static run => new[] { run })]);
        if (inputs.Count == 1)
        {
            return (prover.Prove(ProofStatement.One(inputs[0], outputs[0]), witness), default, []);
        }

        RunTree tree = RunTree.Of([.. inputs.Select((run, i) => ((ReadOnlyMemory<byte>)salts[i], (ReadOnlyMemory<short>)run, (ReadOnlyMemory<short>)outputs[i]))]);
        return (prover.Prove(ProofStatement.Many(inputs.Count, tree.Root), witness), tree.Root, [.. Enumerable.Range(0, inputs.Count).Select(i => tree.Open(i, salts[i]))]);
    }

    private static ExactModel Create(int seed)
    {
        ExactProgram program = ExactProgram.Create(
            [new ProgramInput("x", new TensorType([4], -16, 15), null, [0.0], [4.0], OutOfRange.Clamp)],
            [new WeightTensor(WeightType.I8, [3, 4]), new WeightTensor(WeightType.I32, [3])],
            [],
            [new LinearOperation(0, 0, 1, [3, 3, 3], TwoLimbs: false, new TensorType([3], -16, 15))],
            [new ProgramOutput("y", 1, 0.25)],
            out ProgramError? error) ?? throw new InvalidOperationException(error!.ToString());
        int[] weights = [.. Enumerable.Range(0, 12).Select(i => (((i * 5) + (seed * 7)) % 13) - 6)];
        byte[] blob = [.. WeightsBlob.Pack(WeightType.I8, weights), .. WeightsBlob.Pack(WeightType.I32, [seed, -20, 30])];
        WeightsBlob packed = WeightsBlob.Create(program, blob, out error) ?? throw new InvalidOperationException(error!.ToString());
        return ExactModel.Create(program, packed, out error) ?? throw new InvalidOperationException(error!.ToString());
    }

    private ProofKey KeyOf(byte[] root) =>
        ProofKey.Create(Model.Program, Model.Weights.Root(), LimbBits, Choices, TileIndexBits, TileRowBits, Digest32.From(root));

    private Circuit CircuitOf(int batch) =>
        CircuitBuilder.Build(Model.Program, Choices, LimbBits, batch, out ProofError? error) ?? throw new InvalidOperationException(error!.ToString());

    private ReferenceProver ProverOf(int batch)
    {
        Circuit circuit = CircuitOf(batch);
        (ProofShape? shape, ProofError? error) = ProofShape.Of(circuit, TileIndexBits, TileRowBits);
        return new ReferenceProver(shape ?? throw new InvalidOperationException(error!.ToString()), RelationEvaluator.Matrices(_proved, circuit), root => KeyOf(root).Digest.Bytes.ToArray());
    }
}
