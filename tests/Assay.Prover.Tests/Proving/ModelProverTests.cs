using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Prover.Registration;
using Assay.Prover.Simd;
using Assay.Testing;
using Assay.Testing.Proofs;

namespace Assay.Prover.Tests.Proving;

public sealed class ModelProverTests
{
    private static bool IsDeep => Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1";

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 3)]
    public void ProofsAreTheReferencesAndPass(bool wide, int batch)
    {
        int proved = 0;
        for (int seed = 0; seed < (IsDeep ? 3000 : wide ? 75 : 50); seed++)
        {
            (ExactModel model, _) = wide ? RandomPrograms.GenerateWide(seed) : RandomPrograms.Generate(seed);
            if (ChoiceCompiler.Compile(model, out _) is not { } choices || Cells(choices.Circuit) > 15_000)
            {
                continue;
            }

            using ProvingKey? key = ProvingKey.Create(model, choices, 1, out ProofError? error);
            if (key is not null)
            {
                Check(key, batch, seed);
                proved++;
            }
        }

        Assert.True(proved > 3, $"Only {proved} programs have proofs.");
    }

    [Fact]
    public void SumsFarBelowTheRangeAreProved()
    {
        // lo*2^s is more than 32 bits: 8687 * 2^19.
        (ExactModel model, _) = RandomPrograms.Generate(1587);
        using ProvingKey key = ProvingKey.Create(model, ChoiceCompiler.Compile(model, out _)!, 1, out _)!;
        Check(key, 1, 1587);
    }

    [Fact]
    public void CancelledProofsEnd()
    {
        using ProvingKey key = Small();
        using ModelProver prover = new(key);
        using CancellationTokenSource source = new();
        short[] inputs = [.. RandomPrograms.InputsFor(key.Model, 0).SelectMany(static input => input)];
        List<ProofPhase> phases = [];
        CancelAt progress = new(ProofPhase.Sums, source, phases);

        Assert.Throws<OperationCanceledException>(() => prover.Prove(inputs, progress: progress, cancellation: source.Token));
        Assert.Equal([ProofPhase.Witness, ProofPhase.Commit, ProofPhase.Lookups, ProofPhase.Sums], phases);

        // The next one is whole.
        Proof proof = prover.Prove(inputs);
        Assert.Equal(ProofOutcome.Passed, ProofVerifier.Verify(key.Key, proof.Statement, proof.Bytes).Outcome);
        Assert.Equal(7, proof.Times.Count);
    }

    [Fact]
    public void WrongInputsAreRefused()
    {
        using ProvingKey key = Small();
        using ModelProver prover = new(key);
        short[] inputs = [.. RandomPrograms.InputsFor(key.Model, 0).SelectMany(static input => input)];
        Assert.Throws<ArgumentException>(() => prover.Prove(inputs.AsMemory(1)));
        Assert.Throws<ArgumentException>(() => prover.Prove((short[])[.. inputs, 0]));
        Assert.Throws<ArgumentException>(() => prover.Prove((short[])[.. inputs, .. inputs], 2, new byte[16]));
        Assert.Throws<ArgumentOutOfRangeException>(() => prover.Prove(inputs, 0));
        short beyond = (short)(key.Model.Program.Inputs[0].Type.Hi + 1);
        Assert.Throws<ArgumentException>(() => prover.Prove((short[])[beyond, .. inputs[1..]]));
    }

    /// <summary>A small model that has proofs.</summary>
    private static ProvingKey Small()
    {
        for (int seed = 0; ; seed++)
        {
            (ExactModel model, _) = RandomPrograms.Generate(seed);
            if (model.Program.Inputs[0].Type.Hi < short.MaxValue && ChoiceCompiler.Compile(model, out _) is { } choices && Cells(choices.Circuit) < 20_000)
            {
                return ProvingKey.Create(model, choices, 1, out _)!;
            }
        }
    }

    private static long Cells(Circuit circuit) =>
        circuit.Columns.Sum(static c => c.Dims.Aggregate(1L, static (a, b) => a * b));

    private static void Check(ProvingKey key, int batch, int seed)
    {
        short[][][] runs = [.. Enumerable.Range(0, batch).Select(run => RandomPrograms.InputsFor(key.Model, seed + (1000 * run)))];
        short[] inputs = [.. Enumerable.Range(0, key.Model.Program.Inputs.Length).SelectMany(input => runs.SelectMany(run => run[input]))];
        byte[] salts = new byte[batch * RunTree.SaltBytes];
        new Random(seed).NextBytes(salts);
        VectorPath path = (seed % 3) switch { 0 => VectorPath.Auto, 1 => VectorPath.Vector256, _ => VectorPath.Portable };
        using ModelProver prover = new(key, new ModelProverOptions { Threads = 1 + (seed % 2), Path = path });
        Proof proof = prover.Prove(inputs, batch, salts);

        ProofVerdict verdict = ProofVerifier.Verify(key.Key, proof.Statement, proof.Bytes);
        Assert.True(verdict.Outcome == ProofOutcome.Passed, $"seed {seed}: {verdict}");

        ProofVerifier verifier = ProofVerifier.Create(key.Key, batch, out _)!;
        ReferenceProver reference = new(verifier.Shape, RelationEvaluator.Matrices(key.Model, verifier.Shape.Circuit), _ => key.Key.Digest.Bytes.ToArray());
        Assert.Equal(key.Key.Root.Bytes.ToArray(), reference.Root);
        byte[] expected = reference.Prove(proof.Statement, ReferenceWitness.Of(key.Model, verifier.Shape.Circuit, runs));
        Assert.True(expected.AsSpan().SequenceEqual(proof.Bytes.Span), $"seed {seed}: the bytes differ from number {expected.AsSpan().CommonPrefixLength(proof.Bytes.Span)} on.");

        // The memory of the first proof is used again.
        Assert.True(proof.Bytes.Span.SequenceEqual(prover.Prove(inputs, batch, salts).Bytes.Span), $"seed {seed}: another proof the second time.");
        for (int run = 0; run < proof.Runs.Length; run++)
        {
            CheckRun(key, verifier, proof, verdict, runs[run], run);
        }
    }

    private static void CheckRun(ProvingKey key, ProofVerifier verifier, Proof proof, ProofVerdict verdict, short[][] inputs, int run)
    {
        List<short> outputs = [];
        int start = 0;
        foreach (ProgramOutput output in key.Model.Program.Outputs)
        {
            int count = key.Model.Program.TypeOf(output.Value).Count;
            outputs.AddRange(proof.Outputs.Span.Slice(start + (run * count), count));
            start += count * proof.Statement.Batch;
        }

        short[] mine = [.. inputs.SelectMany(static input => input)];
        Assert.Equal(ProofOutcome.Passed, verifier.VerifyRun(proof.Statement.Digest.Span, verdict.Runs!, proof.Runs[run], mine, outputs.ToArray()).Outcome);
    }

    private sealed class CancelAt(ProofPhase last, CancellationTokenSource source, List<ProofPhase> phases) : IProgress<ProofPhase>
    {
        public void Report(ProofPhase value)
        {
            phases.Add(value);
            if (value == last)
            {
                source.Cancel();
            }
        }
    }
}
