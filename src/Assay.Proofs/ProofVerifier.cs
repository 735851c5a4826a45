using System.Buffers.Binary;
using Assay.Proofs.Claims;
using Assay.Proofs.Circuits;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Keys;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;
using Assay.Proofs.Verifying;

namespace Assay.Proofs;

/// <summary>Checks proofs of one key and one number of runs (spec/proof-system.md). Whatever the proof's bytes are: no exceptions,
/// memory and time bounded by the public description.</summary>
public sealed class ProofVerifier
{
    internal static readonly ProofError Malformed = new("zk/encoding", "The proof isn't well formed: a number isn't canonical, or bytes are missing.");

    private readonly byte[] _weightsRoot;
    private readonly byte[] _keyDigest;

    internal ProofVerifier(ProofShape shape, ReadOnlySpan<byte> weightsRoot, ReadOnlySpan<byte> keyDigest)
    {
        Shape = shape;
        Budget = SecurityBudget.Of(shape);
        _weightsRoot = weightsRoot.ToArray();
        _keyDigest = keyDigest.ToArray();
    }

    /// <summary>All public sizes.</summary>
    public ProofShape Shape { get; }

    /// <summary>The budget of every proof of this shape.</summary>
    public SecurityBudget Budget { get; }

    /// <summary>The verifier for a key and a number of runs, or why there is none. Worth keeping: it lays the circuit out.</summary>
    /// <param name="batch">Runs, 1 or more.</param>
    /// <param name="error">Null exactly when a verifier is returned.</param>
    public static ProofVerifier? Create(ProofKey key, int batch, out ProofError? error)
    {
        Circuit? circuit = CircuitBuilder.Build(key.Program, key.Choices, key.LimbBits, batch, out error);
        if (circuit is null)
        {
            return null;
        }

        if (circuit.Matrices.IsEmpty && (key.TileIndexBits != 0 || key.TileRowBits != 0 || key.Root.Bytes.IndexOfAnyExcept((byte)0) >= 0))
        {
            error = new(ProofErrorCodes.Key, "A key without weight matrices has tiles of one cell and a root of zeros.");
            return null;
        }

        (ProofShape? shape, error) = ProofShape.Of(circuit, key.TileIndexBits, key.TileRowBits);
        return shape is null ? null : new(shape, key.Root.Bytes, key.Digest.Bytes);
    }

    /// <summary>Checks a proof of a statement under a key.</summary>
    public static ProofVerdict Verify(ProofKey key, ProofStatement statement, ReadOnlyMemory<byte> proof)
    {
        ProofVerifier? verifier = Create(key, statement.Batch, out ProofError? error);
        return verifier is null ? new(ProofOutcome.NotEvaluated, error!.Code, error.Message) : verifier.Verify(statement, proof);
    }

    /// <summary>Checks a proof of a statement.</summary>
    public ProofVerdict Verify(ProofStatement statement, ReadOnlyMemory<byte> proof)
    {
        if (!Budget.IsEnough)
        {
            return new(ProofOutcome.Failed, "zk/budget", $"Proofs of this shape have {Budget.TotalBits:F1} bits, fewer than {SecurityBudget.LeastBits}.");
        }

        if ((StatementRules.Check(Shape.Circuit, statement) ?? CheckLength(proof.Length)) is ProofError refused)
        {
            return Failed(refused);
        }

        VerifierChannel channel = new(proof);
        ClaimLedger ledger = new();
        ProofError? error = Run(channel, ledger, statement, out RunBinding? runs);
        if (error is null && !channel.IsConsumed)
        {
            error = Malformed;
        }

        if (error is null && !ledger.IsSettled)
        {
            error = new("zk/claims", "A claim wasn't used up exactly once.");
        }

        return error is not null ? Failed(error)
            : new(ProofOutcome.Passed, "zk/ok", $"Proved to {Budget.TotalBits:F1} bits.") { SecurityBits = Budget.TotalBits, Runs = runs };
    }

    /// <summary>The check of a holder of one of many runs, after the proof itself passed (spec/proof-system.md, section 8).</summary>
    /// <param name="digest">D, of the statement that passed.</param>
    /// <param name="runs">From the verdict.</param>
    /// <param name="inputs">All inputs of the run in the program's order.</param>
    /// <param name="outputs">All outputs.</param>
    public ProofVerdict VerifyRun(
        ReadOnlySpan<byte> digest, RunBinding runs, RunOpening opening, ReadOnlyMemory<short> inputs, ReadOnlyMemory<short> outputs)
    {
        if (StatementRules.Check(Shape.Circuit.Program, inputs.Span, outputs.Span) is ProofError refused)
        {
            return Failed(refused);
        }

        if (!RunTree.Check(digest, Shape.Circuit.Batch, opening, inputs.Span, outputs.Span))
        {
            return Failed(new("zk/run-path", "The run isn't the one at this index of the statement."));
        }

        return RunValues.At(Shape.Circuit, runs, inputs.Span, outputs.Span) == runs.Values[opening.Index]
            ? new(ProofOutcome.Passed, "zk/ok", $"Run {opening.Index} of {Shape.Circuit.Batch}: proved to {Budget.TotalBits:F1} bits.") { SecurityBits = Budget.TotalBits }
            : Failed(new("zk/run-values", "The proof is about other inputs or outputs of this run."));
    }

    private static ProofVerdict Failed(ProofError error) => new(ProofOutcome.Failed, error.Code, error.Message);

    /// <summary>All but the number of siblings is known before a byte is read.</summary>
    private ProofError? CheckLength(int length)
    {
        long least = ProofSize.WithoutSiblings(Shape);
        long most = ProofSize.UpperBound(Shape);
        return length >= least && length <= most && (length - least) % Hashing.Blake3.DigestBytes == 0
            ? null
            : new("zk/length", $"{length} bytes; proofs of this key and number of runs have {least} to {most}.");
    }

    private ProofError? Run(VerifierChannel channel, ClaimLedger ledger, ProofStatement statement, out RunBinding? runs)
    {
        runs = null;
        Transcript transcript = channel.Transcript;
        Circuit circuit = Shape.Circuit;
        transcript.Absorb("key", _keyDigest);
        byte[] batch = new byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(batch, circuit.Batch);
        transcript.Absorb("batch", batch);
        transcript.Absorb("io", StatementRules.Bytes(statement));
        byte[] witnessRoot = channel.ReceiveBytes("witness", Hashing.Blake3.DigestBytes);
        if (!channel.ReceiveGround("lookup.nonce", Shape.LookupGrinding))
        {
            return new("zk/work", "The work before the lookups is missing.");
        }

        Ext4[] lookup = transcript.Draw("lookup", 2);
        if (LookupVerifier.Run(Shape, channel, ledger, lookup[0], lookup[1]) is ProofError lookups)
        {
            return lookups;
        }

        PoolPoints points = PoolPoints.Draw(transcript, Shape);
        Ext4 theta = transcript.Draw("theta");
        Ext4 gamma = circuit.Instances.IsEmpty ? Ext4.Zero : transcript.Draw("gamma");
        Ext4[] values = circuit.Batch > 1
            ? channel.Receive("values", circuit.Batch)
            : [RunValues.At(circuit, points, theta, statement.Inputs.Span, statement.Outputs.Span)];
        Ext4[] tau = transcript.Draw("tau", Bits.Ceiling(circuit.Batch));
        ledger.Add(RelationClaims.Runs(circuit, points, theta, tau, values));
        foreach (Identity identity in circuit.Identities)
        {
            ledger.Add(RelationClaims.Of(circuit, identity, points));
        }

        if (ProductVerifier.Run(Shape, channel, ledger, points, gamma, out Ext4[] index) is ProofError products)
        {
            return products;
        }

        if (Openings(channel, ledger, points, index, witnessRoot) is ProofError openings)
        {
            return openings;
        }

        runs = circuit.Batch > 1 ? new([.. points.Points.Skip((int)Pool.P0)], theta, values) : null;
        return null;
    }

    private ProofError? Openings(VerifierChannel channel, ClaimLedger ledger, PoolPoints points, Ext4[] index, byte[] witnessRoot)
    {
        Transcript transcript = channel.Transcript;
        Ext4 lambda = transcript.Draw("lambda");
        Ext4[] eta = Shape.HasWeights ? transcript.Draw("eta", Shape.MatrixBits) : [];
        (List<(Claim Claim, Ext4 Power)> claims, Ext4 value) = ledger.Batch(lambda, Shape.Claims);
        Ext4[] r = new Ext4[Shape.Witness.Bits];
        for (int t = r.Length - 1; t >= 0; t--)
        {
            Ext4[] g = channel.Receive("reduce.round", 2);
            r[t] = transcript.Draw("reduce.r");
            value = Quadratic.At(r[t], g[0], value - g[0], g[1]);
        }

        Ext4[] folded = channel.Receive("fold.witness", 1 << Shape.RowBits);
        if (channel.Failed)
        {
            return Malformed;
        }

        TermEvaluation evaluation = new(Shape, r);
        Ext4 coefficient = Ext4.Zero;
        foreach ((Claim claim, Ext4 power) in claims)
        {
            coefficient += power * evaluation.Of(claim);
        }

        if (coefficient * Sums.Dot(PointTables.Of(r.AsSpan(0, Shape.RowBits)), folded) != value)
        {
            return new("zk/witness-value", "The folded witness doesn't have the value that all claims give.");
        }

        Ext4[] foldedWeights = [];
        if (Shape.HasWeights)
        {
            foldedWeights = channel.Receive("fold.weights", 1 << (Shape.A + Shape.B));
            Ext4 expected = WeightFold.Expected(Shape, eta, points, index, matrix => ledger.Use(ProductVerifier.WeightValue, matrix));
            if (Sums.Dot(WeightFold.Low(Shape, points, index), foldedWeights) != expected)
            {
                return new("zk/weights-value", "The folded weights don't have the value that the inner products give.");
            }
        }

        if (!channel.ReceiveGround("nonce", CodeQueries.GrindingBits))
        {
            return new("zk/work", "The work before the openings is missing.");
        }

        int[] witnessPositions = transcript.Positions("open.witness", Shape.WitnessCode, Shape.WitnessQueries);
        int[] weightPositions = Shape.HasWeights ? transcript.Positions("open.weights", Shape.WeightCode, Shape.WeightQueries) : [];
        Ext4[] rows = PointTables.Of(r.AsSpan(Shape.RowBits))[..Shape.Rows];
        ProofError? error = OpeningVerifier.Run(channel, "witness", witnessRoot, Shape.WitnessCode, witnessPositions, rows, folded);
        return error is not null || !Shape.HasWeights ? error : OpeningVerifier.Run(
            channel, "weights", _weightsRoot, Shape.WeightCode, weightPositions, WeightFold.Coefficients(Shape, eta, points, index), foldedWeights);
    }
}
