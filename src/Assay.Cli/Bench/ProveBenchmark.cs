using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Assay.Cli.Console;
using Assay.Programs;
using Assay.Proofs;
using Assay.Prover;
using Assay.Prover.Registration;

namespace Assay.Cli.Bench;

/// <summary>How long proofs of one model take, phase by phase, and what they weigh.</summary>
internal static class ProveBenchmark
{
    // Fewer would say little of a median, more nothing that these don't.
    private const int LeastProofs = 5;
    private const int MostProofs = 200;

    internal static void Run(Output output, string name, ExactModel model, int batch, int threads, TimeSpan time, CancellationToken cancellation)
    {
        ResetPeak();
        long began = Stopwatch.GetTimestamp();
        using ProvingKey key = ProvingKey.Create(model, threads, out ProofError? error)
            ?? throw new CliException(ExitCodes.CannotEvaluate, error!.Code, $"'{name}' can't be proved: {error.Message}", "Verification by replay works for every operation.");
        double setup = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        long parameters = model.Program.Weights.Sum(static tensor => (long)tensor.Count);

        using ModelProver prover = new(key, new ModelProverOptions { Threads = threads });
        short[] inputs = Inputs(model.Program, batch);
        byte[] salts = RandomNumberGenerator.GetBytes(batch * RunTree.SaltBytes);
        List<(double Milliseconds, IReadOnlyDictionary<ProofPhase, TimeSpan> Phases)> proofs = [];
        Proof? last = null;
        long started = Stopwatch.GetTimestamp();
        while (proofs.Count < LeastProofs || (proofs.Count < MostProofs && Stopwatch.GetElapsedTime(started) < time))
        {
            began = Stopwatch.GetTimestamp();
            last = prover.Prove(inputs, batch, salts, null, cancellation);
            proofs.Add((Stopwatch.GetElapsedTime(began).TotalMilliseconds, last.Times));
        }

        long peak = PeakBytes();
        double first = proofs[0].Milliseconds;
        double median = Median(proofs.Select(static p => p.Milliseconds));
        (ProofPhase Phase, double Milliseconds)[] phases =
            [.. Enum.GetValues<ProofPhase>().Select(phase => (phase, Median(proofs.Select(p => p.Phases[phase].TotalMilliseconds))))];
        (double verify, ProofVerdict verdict) = Verify(key, last!, batch, time);

        output.Line($"{name}: {parameters:N0} parameters, {batch} run{(batch == 1 ? "" : "s")} a proof, {threads} thread{(threads == 1 ? "" : "s")}, {prover.InstructionSet}");
        Line(output, "set up (commit to the weights)", setup, "ms");
        Line(output, "  for each parameter", setup * 1e6 / Math.Max(1, parameters), "ns");
        Line(output, "first proof", first, "ms");
        Line(output, $"proof, median of {proofs.Count}", median, "ms");
        foreach ((ProofPhase phase, double milliseconds) in phases)
        {
            Line(output, "  " + phase.ToString().ToLowerInvariant(), milliseconds, "ms");
        }

        if (batch > 1)
        {
            Line(output, "runs proved a second", batch * 1000 / median, "runs/s");
        }

        Line(output, "verify", verify, "ms");
        Line(output, "proof", last!.Bytes.Length, "bytes");
        Line(output, "proof key", key.Key.Bytes.Length, "bytes");
        Line(output, "peak memory of the process", peak / 1048576.0, "MiB");
        Line(output, "security", verdict.SecurityBits, "bits");
        ProofCost cost = ProofCost.Of(ProofVerifier.Create(key.Key, batch, out _)!.Shape);
        Line(output, "forecast of the proof's time", cost.Milliseconds, "ms");
        Line(output, "forecast of its memory", cost.MemoryBytes / 1048576.0, "MiB");
        output.Json(json =>
        {
            json.WriteString("model", name);
            json.WriteString("modelId", model.Id.ToString());
            json.WriteNumber("parameters", parameters);
            json.WriteNumber("batch", batch);
            json.WriteNumber("threads", threads);
            json.WriteString("instructionSet", prover.InstructionSet);
            json.WriteNumber("setupMilliseconds", Math.Round(setup, 3));
            json.WriteNumber("setupNanosecondsPerParameter", Math.Round(setup * 1e6 / Math.Max(1, parameters), 3));
            json.WriteNumber("firstMilliseconds", Math.Round(first, 3));
            json.WriteNumber("medianMilliseconds", Math.Round(median, 3));
            json.WriteNumber("fastestMilliseconds", Math.Round(proofs.Min(static p => p.Milliseconds), 3));
            json.WriteNumber("proofs", proofs.Count);
            json.WriteNumber("runsPerSecond", Math.Round(batch * 1000 / median, 3));
            json.WriteStartObject("phasesMilliseconds");
            foreach ((ProofPhase phase, double milliseconds) in phases)
            {
                json.WriteNumber(phase.ToString().ToLowerInvariant(), Math.Round(milliseconds, 3));
            }

            json.WriteEndObject();
            json.WriteNumber("verifyMilliseconds", Math.Round(verify, 3));
            json.WriteNumber("proofBytes", last!.Bytes.Length);
            json.WriteNumber("keyBytes", key.Key.Bytes.Length);
            json.WriteNumber("peakBytes", peak);
            json.WriteNumber("securityBits", Math.Round(verdict.SecurityBits, 2));
            json.WriteStartObject("forecast");
            json.WriteNumber("milliseconds", Math.Round(cost.Milliseconds, 3));
            json.WriteNumber("memoryBytes", cost.MemoryBytes);
            json.WriteNumber("leastProofBytes", cost.LeastBytes);
            json.WriteNumber("mostProofBytes", cost.MostBytes);
            json.WriteNumber("witnessCells", cost.WitnessCells);
            json.WriteNumber("lookups", cost.Lookups);
            json.WriteNumber("tileCells", cost.TileCells);
            json.WriteEndObject();
        });
    }

    private static (double Milliseconds, ProofVerdict Verdict) Verify(ProvingKey key, Proof proof, int batch, TimeSpan time)
    {
        ProofVerifier verifier = ProofVerifier.Create(key.Key, batch, out _)!;
        List<double> times = [];
        ProofVerdict verdict = verifier.Verify(proof.Statement, proof.Bytes);
        long started = Stopwatch.GetTimestamp();
        while (times.Count < LeastProofs || (times.Count < MostProofs && Stopwatch.GetElapsedTime(started) < time))
        {
            long began = Stopwatch.GetTimestamp();
            verdict = verifier.Verify(proof.Statement, proof.Bytes);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return verdict.Outcome == ProofOutcome.Passed
            ? (Median(times), verdict)
            : throw new InvalidOperationException(verdict.Message);
    }

    private static void Line(Output output, string what, double value, string unit) =>
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{what,-34} {value,16:N2} {unit}"));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Elements all over the inputs' ranges; the same each time.</summary>
    private static short[] Inputs(ExactProgram program, int batch)
    {
        Random random = new(1);
        return [.. program.Inputs.SelectMany(input => Enumerable.Range(0, input.Type.Count * batch).Select(_ => (short)random.Next(input.Type.Lo, input.Type.Hi + 1)))];
    }

    /// <summary>Forgets how large the process was before, where the system can (Linux).</summary>
    private static void ResetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The peak then counts what came before, too: an upper bound.
        }
    }

    private static long PeakBytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
