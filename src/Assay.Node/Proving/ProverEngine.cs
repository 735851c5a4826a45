using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Keys;
using Assay.Prover;
using Assay.Prover.Registration;
using Assay.Receipts;

namespace Assay.Node.Proving;

/// <summary>Proves with <see cref="ModelProver"/>. Nothing large is made before the first proof: then weights are committed to, and the key is compared with the registered one.</summary>
internal sealed class ProverEngine : IProofEngine
{
    private readonly ExactModel _model;
    private readonly ProofKey _key;
    private readonly ConcurrentDictionary<int, ProofForecast?> _forecasts = new();
    private ProvingKey? _proving;
    private ModelProver? _prover;
    private volatile string? _unusable;

    private ProverEngine(ExactModel model, ProofKey key, int maximumBatch)
    {
        _model = model;
        _key = key;
        MaximumBatch = maximumBatch;
    }

    /// <inheritdoc/>
    public ExactProgram Program => _key.Program;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Key => _key.Bytes;

    /// <inheritdoc/>
    public int MaximumBatch { get; private set; }

    /// <summary>An engine for a model with a registered key; else why there is none, in words with a code.</summary>
    /// <param name="model">The model.</param>
    /// <param name="keyBytes">The key's bytes.</param>
    /// <param name="mostBatch">Most runs that are wanted in a proof.</param>
    /// <param name="mostMemory">Most bytes that a proof may take.</param>
    /// <param name="why">Null exactly when an engine is returned.</param>
    internal static ProverEngine? TryOpen(ExactModel model, ReadOnlySpan<byte> keyBytes, int mostBatch, long mostMemory, out string? why)
    {
        ProofKey? key = ProofKey.Read(keyBytes, out ProofError? error);
        why = error is not null ? $"its proof key can't be read ({error.Code})"
            : key!.ModelId != model.Id ? "its proof key is another model's (zk/key)"
            : null;
        if (why is not null)
        {
            return null;
        }

        ProverEngine engine = new(model, key!, 0);
        if (engine.Find(1, out error) is not { } one)
        {
            why = error is null ? "proofs of one run have too few bits (zk/budget)" : $"{error.Message} ({error.Code})";
            return null;
        }

        if (one.MemoryBytes > mostMemory)
        {
            why = $"a proof takes {one.MemoryBytes >> 20} MiB, and this node allows {mostMemory >> 20} (zk/memory)";
            return null;
        }

        // Cost and error grow with the batch, so the largest that fits is found by halving.
        int least = 1;
        int most = mostBatch;
        while (least < most)
        {
            int middle = (least + most + 1) / 2;
            bool fits = engine.Find(middle, out _) is { } forecast && forecast.MemoryBytes <= mostMemory;
            (least, most) = fits ? (middle, most) : (least, middle - 1);
        }

        engine.MaximumBatch = least;
        return engine;
    }

    /// <inheritdoc/>
    public string? Unusable => _unusable;

    /// <inheritdoc/>
    public TimeSpan? Prepare(CancellationToken cancellation)
    {
        if (Open() is not null)
        {
            return null;
        }

        // The first one is mostly the runtime's work.
        short[] lowest = [.. Program.Inputs.SelectMany(static input => Enumerable.Repeat(input.Type.Lo, input.Type.Count))];
        long began = 0;
        for (int i = 0; i < 2; i++)
        {
            began = Stopwatch.GetTimestamp();
            _prover!.Prove(lowest, cancellation: cancellation);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <inheritdoc/>
    public ProofForecast Forecast(int batch) => Find(batch, out _) ?? throw new ArgumentOutOfRangeException(nameof(batch));

    /// <inheritdoc/>
    public ProvedRuns? Prove(IReadOnlyList<short[]> inputs, IReadOnlyList<short[]> outputs, out string? error, CancellationToken cancellation)
    {
        if ((error = Open()) is not null)
        {
            return null;
        }

        int batch = inputs.Count;
        byte[] salts = RandomNumberGenerator.GetBytes(RunTree.SaltBytes * batch);
        Proof proof;
        try
        {
            proof = _prover!.Prove(Together(inputs, [.. Program.Inputs.Select(static input => input.Type.Count)]), batch, salts, null, cancellation);
        }
        catch (ProofRefusedException refused)
        {
            error = refused.Error.Code;
            return null;
        }

        // What was answered is what is proved, or nothing is.
        if (!proof.Outputs.Span.SequenceEqual(Together(outputs, [.. Program.Outputs.Select(output => Program.TypeOf(output.Value).Count)])))
        {
            error = "zk/outputs-differ";
            return null;
        }

        if (ProofVerifier.Create(_key, batch, out _)!.Verify(proof.Statement, proof.Bytes) is { Outcome: not ProofOutcome.Passed } verdict)
        {
            error = verdict.Code;
            return null;
        }

        return new ProvedRuns(proof.Bytes, proof.Statement.Digest, [.. proof.Runs.Select(Opening)]);
    }

    public void Dispose()
    {
        _prover?.Dispose();
        _proving?.Dispose();
    }

    /// <summary>An opening as bundles have it.</summary>
    internal static ProofOpening Opening(RunOpening run)
    {
        ImmutableArray<ReadOnlyMemory<byte>>.Builder path = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        for (int at = 0; at < run.Path.Length; at += ProofOpening.NodeSize)
        {
            path.Add(run.Path.Slice(at, ProofOpening.NodeSize));
        }

        return new ProofOpening(run.Index, run.Salt, path.ToImmutable());
    }

    // The prover takes one input after the other, each for all runs.
    private static short[] Together(IReadOnlyList<short[]> runs, int[] counts)
    {
        short[] all = new short[runs.Count * counts.Sum()];
        int at = 0;
        int offset = 0;
        foreach (int count in counts)
        {
            foreach (short[] run in runs)
            {
                run.AsSpan(offset, count).CopyTo(all.AsSpan(at));
                at += count;
            }

            offset += count;
        }

        return all;
    }

    private ProofForecast? Find(int batch, out ProofError? error)
    {
        error = null;
        if (_forecasts.TryGetValue(batch, out ProofForecast? known))
        {
            return known;
        }

        ProofVerifier? verifier = ProofVerifier.Create(_key, batch, out error);
        ProofForecast? forecast = null;
        if (verifier is not null && verifier.Budget.IsEnough)
        {
            ProofCost cost = ProofCost.Of(verifier.Shape);
            forecast = new ProofForecast(cost.MostBytes, cost.MemoryBytes, cost.Milliseconds, (int)cost.Bits);
        }

        _forecasts[batch] = forecast;
        return forecast;
    }

    // On the thread that proves: the prover's own threads run at its priority.
    private string? Open()
    {
        if (_prover is not null || _unusable is not null)
        {
            return _unusable;
        }

        _proving = ProvingKey.Create(_model, Environment.ProcessorCount, out ProofError? error);
        _unusable = error?.Code ?? (_proving!.Key.Digest == _key.Digest ? null : "zk/key-outdated");
        if (_unusable is null)
        {
            _prover = new ModelProver(_proving!);
        }

        return _unusable;
    }
}
