using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;
using Assay.Proofs.Verifying;
using Assay.Prover.Hashing;
using Assay.Prover.Lookups;
using Assay.Prover.Proving;
using Assay.Prover.Simd;
using Assay.Prover.Sumchecks;
using Assay.Prover.Threading;
using Assay.Prover.Witness;

namespace Assay.Prover;

/// <summary>Proves that a model's program maps inputs to outputs (spec/proof-system.md). The same bytes on every machine, with any
/// number of threads.</summary>
/// <remarks>Thread-safe: one proof is made at a time, others wait. Memory is kept from proof to proof; the first proof of a number
/// of runs takes longer.</remarks>
public sealed unsafe class ModelProver : IDisposable
{
    private readonly ProvingKey _key;
    private readonly VectorPath _path;
    private readonly WorkerTeam _team;
    private readonly ExtensionKernels _kernels;
    private readonly NativeArena _arena = new();
    private readonly WitnessScratch _scratch = new();
    private readonly Lock _lock = new();
    private LayerWeights?[] _weights = [];
    private ProofSession? _session;

    /// <param name="key">The proving key, which must live as long as this.</param>
    /// <param name="options">Threads and kernels.</param>
    public ModelProver(ProvingKey key, ModelProverOptions? options = null)
    {
        options ??= new ModelProverOptions();
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Threads, 256);
        _key = key;
        _path = VectorPaths.Resolve(options.Path);
        _kernels = _path switch
        {
            VectorPath.Vector512 when ExtensionKernels.Supported().Contains(FieldPath.Avx512) => ExtensionKernels.For(FieldPath.Avx512),
            VectorPath.Vector512 or VectorPath.Vector256 when ExtensionKernels.Supported().Contains(FieldPath.Avx2) => ExtensionKernels.For(FieldPath.Avx2),
            _ => ExtensionKernels.For(FieldPath.Portable),
        };
        _team = new(options.Threads);
    }

    /// <summary>The proving key.</summary>
    public ProvingKey Key => _key;

    /// <summary><c>avx512</c>, <c>avx2</c> or <c>portable</c>: the instructions that the kernels use on this machine.</summary>
    public string InstructionSet => _kernels.Path switch
    {
        FieldPath.Avx512 => "avx512",
        FieldPath.Avx2 => "avx2",
        _ => "portable",
    };

    /// <summary>Proves some runs in one proof.</summary>
    /// <param name="inputs">All inputs in the program's order, each [runs, shape], in their ranges.</param>
    /// <param name="batch">Runs, 1 or more.</param>
    /// <param name="salts">16 bytes for each run, known to its holder only; not used for one run.</param>
    /// <param name="progress">Told of each phase when it begins.</param>
    /// <param name="cancellation">Heeded between phases.</param>
    /// <exception cref="ArgumentException">Lengths or ranges of the inputs don't fit.</exception>
    /// <exception cref="ProofRefusedException">The key has no proof for these inputs, or none for so many runs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Proof Prove(
        ReadOnlyMemory<short> inputs,
        int batch = 1,
        ReadOnlyMemory<byte> salts = default,
        IProgress<ProofPhase>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        CheckInputs(inputs.Span, batch, salts.Length);
        lock (_lock)
        {
            return Prove(Session(batch), inputs, salts, new PhaseClock(progress, cancellation));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _session?.Dispose();
            foreach (LayerWeights? weights in _weights)
            {
                weights?.Dispose();
            }

            _scratch.Dispose();
            _team.Dispose();
            _arena.Dispose();
        }
    }

    private Proof Prove(ProofSession session, ReadOnlyMemory<short> inputs, ReadOnlyMemory<byte> salts, PhaseClock clock)
    {
        ProofShape shape = session.Shape;
        Circuit circuit = shape.Circuit;
        clock.Begin(ProofPhase.Witness);
        FillWitness(session, inputs.Span);
        short[] outputs = Outputs(session);
        (ProofStatement statement, ImmutableArray<RunOpening> runs) = Statement(circuit, inputs, outputs, salts);

        ProverChannel channel = new(checked((int)ProofSize.UpperBound(shape)));
        Transcript transcript = channel.Transcript;
        transcript.Absorb("key", _key.Key.Digest.Bytes);
        byte[] count = new byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(count, circuit.Batch);
        transcript.Absorb("batch", count);
        transcript.Absorb("io", circuit.Batch > 1
            ? statement.Digest.Span
            : [.. MemoryMarshal.AsBytes(statement.Inputs.Span), .. MemoryMarshal.AsBytes(statement.Outputs.Span)]);

        clock.Begin(ProofPhase.Commit);
        session.Commitment.Commit(session.Witness);
        channel.Send("witness", session.Commitment.Root);

        clock.Begin(ProofPhase.Lookups);
        Grinding.Grind(channel, "lookup.nonce", shape.LookupGrinding);
        Ext4[] lookup = transcript.Draw("lookup", 2);
        Ext4[] lookupPoint = Lookups(session, channel, lookup[0], lookup[1]);

        clock.Begin(ProofPhase.Sums);
        PoolPoints points = PoolPoints.Draw(transcript, shape);
        Ext4 theta = transcript.Draw("theta");
        Ext4 gamma = circuit.Instances.IsEmpty ? Ext4.Zero : transcript.Draw("gamma");
        if (circuit.Batch > 1)
        {
            channel.Send("values", RunPoints.Values(circuit, session.Pointers, points, theta, _kernels, _arena));
        }

        Ext4[] tau = transcript.Draw("tau", Bits.Ceiling(circuit.Batch));
        List<IReadOnlyList<Term>> claims = [ProverClaims.Lookups(shape, lookupPoint, lookup[1]), ProverClaims.Runs(circuit, points, theta, tau)];
        foreach (Identity identity in circuit.Identities)
        {
            claims.Add(RelationClaims.Of(circuit, identity, points).Terms);
        }

        Ext4[] index = circuit.Instances.IsEmpty
            ? []
            : new InstanceSums(shape, _key.Weights, _kernels, _arena, _team).Prove(channel, session.Pointers, points, gamma, claims);

        clock.Begin(ProofPhase.Reduce);
        Ext4 lambda = transcript.Draw("lambda");
        Ext4[] eta = shape.HasWeights ? transcript.Draw("eta", shape.MatrixBits) : [];
        Ext4[] r = Reduce(session, channel, claims, lambda, lookupPoint);

        clock.Begin(ProofPhase.Folds);
        SendFolds(session, channel, r, eta, points, index);

        clock.Begin(ProofPhase.Open);
        Grinding.Grind(channel, "nonce", CodeQueries.GrindingBits);
        int[] witnessPositions = transcript.Positions("open.witness", shape.WitnessCode, shape.WitnessQueries);
        int[] weightPositions = shape.HasWeights ? transcript.Positions("open.weights", shape.WeightCode, shape.WeightQueries) : [];
        session.Commitment.Open(witnessPositions, channel);
        _key.Weights?.Open(weightPositions, channel);
        return new(channel.Proof, statement, outputs, runs, clock.Finish());
    }

    private void FillWitness(ProofSession session, ReadOnlySpan<short> inputs)
    {
        fixed (short* x = inputs)
        {
            _scratch.Inputs = x;
            session.Plan.Run(session.Pointers, _scratch, _team);
            _scratch.Inputs = null;
        }

        session.Plan.Multiplicities.Count(session.Pointers, _team);
        session.CopyCells(_team);
    }

    private Ext4[] Lookups(ProofSession session, ProverChannel channel, Ext4 alpha, Ext4 beta) =>
        LogUpGkr.Prove(_kernels, _arena, _team, channel, session.Lookups, session.Columns, alpha, beta);

    /// <summary>Step 7.</summary>
    private Ext4[] Reduce(ProofSession session, ProverChannel channel, List<IReadOnlyList<Term>> claims, Ext4 lambda, Ext4[] lookupPoint)
    {
        // Claim 0, on multiplicities, is written straight into the table.
        List<(Term Term, Ext4 Power)> terms = [];
        Ext4 power = lambda;
        foreach (IReadOnlyList<Term> claim in claims)
        {
            foreach (Term term in claim)
            {
                terms.Add((term, power));
            }

            power *= lambda;
        }

        using ExtensionArray functional = new(_arena, session.Shape.Witness.Cells);
        new FunctionalTable(session.Shape, _kernels, _arena, _team).Fill(terms, lookupPoint, functional);
        using ProductTables tables = new(_kernels, _arena, _team, session.Cells, functional, session.Shape.Witness.Bits);
        return ProductSumcheck.Prove(channel, "reduce.round", "reduce.r", [(tables, Ext4.One)], session.Shape.Witness.Bits);
    }

    /// <summary>Step 8.</summary>
    private void SendFolds(ProofSession session, ProverChannel channel, Ext4[] r, Ext4[] eta, PoolPoints points, Ext4[] index)
    {
        ProofShape shape = session.Shape;
        Ext4[] folded = new Ext4[1 << shape.RowBits];
        session.Commitment.Fold(session.Witness, PointTables.Of(r.AsSpan(shape.RowBits)).AsSpan(0, shape.Rows), folded);
        channel.Send("fold.witness", folded);
        if (_key.Weights is { } weights)
        {
            folded = new Ext4[1 << (shape.A + shape.B)];
            weights.FoldTiles(WeightFold.Coefficients(shape, eta, points, index), folded, _team);
            channel.Send("fold.weights", folded);
        }
    }

    private ProofSession Session(int batch)
    {
        if (_session?.Shape.Circuit.Batch == batch)
        {
            return _session;
        }

        _session?.Dispose();
        _session = null;
        ProofVerifier verifier = ProofVerifier.Create(_key.Key, batch, out ProofError? error) ?? throw new ProofRefusedException(error!);
        if (!verifier.Budget.IsEnough)
        {
            throw new ProofRefusedException(new("zk/budget", $"Proofs of {batch} runs would have {verifier.Budget.TotalBits:F1} bits."));
        }

        if (_weights.Length == 0)
        {
            _weights = new LayerWeights?[verifier.Shape.Circuit.Matrices.Length];
        }

        return _session = new(_key, verifier.Shape, _weights, _arena, _team, _path);
    }

    private static short[] Outputs(ProofSession session)
    {
        Circuit circuit = session.Shape.Circuit;
        List<short> outputs = [];
        foreach (int column in circuit.Outputs)
        {
            int count = session.Columns.Length(column) / circuit.Batch;
            for (int run = 0; run < circuit.Batch; run++)
            {
                for (int i = 0; i < count; i++)
                {
                    outputs.Add((short)session.Pointers[column][((long)i * circuit.Batch) + run]);
                }
            }
        }

        return [.. outputs];
    }

    private (ProofStatement Statement, ImmutableArray<RunOpening> Runs) Statement(
        Circuit circuit, ReadOnlyMemory<short> inputs, short[] outputs, ReadOnlyMemory<byte> salts)
    {
        if (circuit.Batch == 1)
        {
            return (ProofStatement.One(inputs, outputs), []);
        }

        TensorType[] given = [.. circuit.Program.Inputs.Select(static input => input.Type)];
        TensorType[] made = [.. circuit.Program.Outputs.Select(output => circuit.Program.TypeOf(output.Value))];
        const int RunsOfPart = 64;
        byte[] leaves = new byte[Blake3.DigestBytes * circuit.Batch];
        _team.Run(
            new TeamAction(part =>
            {
                for (int run = part * RunsOfPart; run < Math.Min(circuit.Batch, (part + 1) * RunsOfPart); run++)
                {
                    RunTree.Leaf(
                        salts.Span.Slice(run * RunTree.SaltBytes, RunTree.SaltBytes),
                        Run(given, inputs, circuit.Batch, run).Span,
                        Run(made, outputs, circuit.Batch, run).Span,
                        leaves.AsSpan(run * Blake3.DigestBytes, Blake3.DigestBytes));
                }
            }),
            (circuit.Batch + RunsOfPart - 1) / RunsOfPart);
        RunTree tree = RunTree.Over(leaves);
        return (ProofStatement.Many(circuit.Batch, tree.Root), [.. Enumerable.Range(0, circuit.Batch).Select(run => tree.Open(run, salts.Slice(run * RunTree.SaltBytes, RunTree.SaltBytes)))]);
    }

    /// <summary>The elements of one run.</summary>
    private static ReadOnlyMemory<short> Run(TensorType[] types, ReadOnlyMemory<short> all, int batch, int run)
    {
        if (types.Length == 1)
        {
            return all.Slice(run * types[0].Count, types[0].Count);
        }

        List<short> elements = [];
        int start = 0;
        foreach (TensorType type in types)
        {
            elements.AddRange(all.Span.Slice(start + (run * type.Count), type.Count));
            start += type.Count * batch;
        }

        return elements.ToArray();
    }

    private void CheckInputs(ReadOnlySpan<short> inputs, int batch, int salts)
    {
        int start = 0;
        foreach (ProgramInput input in _key.Model.Program.Inputs)
        {
            int count = checked(input.Type.Count * batch);
            if (inputs.Length - start < count)
            {
                throw new ArgumentException($"{inputs.Length} elements are too few for {batch} runs.", nameof(inputs));
            }

            foreach (short element in inputs.Slice(start, count))
            {
                if (element < input.Type.Lo || element > input.Type.Hi)
                {
                    throw new ArgumentException($"{element} isn't {input.Type} of input {input.Name}.", nameof(inputs));
                }
            }

            start += count;
        }

        if (start != inputs.Length || (batch > 1 && salts != RunTree.SaltBytes * batch))
        {
            throw new ArgumentException($"{inputs.Length} elements and {salts} bytes of salts for {batch} runs.", nameof(inputs));
        }
    }
}
