using System.Diagnostics;
using System.Security.Cryptography;
using Assay.Cli.Demo;
using Assay.Client;
using Assay.Engine;
using Assay.Log;
using Assay.Node;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Bench;

/// <summary>The figures of <c>assay bench</c>. Each comes from one timed run after a warm-up; nothing is estimated.</summary>
internal sealed class Benchmarks(string models, TimeSpan time, Action<string> note)
{
    private const int ServeRounds = 7;

    private DemoModel? _digits;
    private DemoModel? _risk;

    private DemoModel Digits => _digits ??= DemoModel.Load(Path.Combine(models, "digits"), note, CancellationToken.None);

    private DemoModel Risk => _risk ??= DemoModel.Load(Path.Combine(models, "risk"), note, CancellationToken.None);

    /// <summary>The exact engine on one thread, from binary32 to binary32.</summary>
    internal IEnumerable<BenchFigure> Engine()
    {
        foreach (DemoModel model in new[] { Digits, Risk })
        {
            using ExactEngine engine = ExactEngine.Compile(model.Exact);
            foreach (int batch in new[] { 1, 32 })
            {
                float[] inputs = model.Batch(batch);
                float[] outputs = new float[engine.OutputCount * batch];
                double median = MedianMicroseconds(() => engine.RunBatch(inputs, batch, outputs));
                yield return new BenchFigure($"engine {model.Name} ({engine.InstructionSet}), batch {batch}, one thread: median", median, "us");
                yield return new BenchFigure($"engine {model.Name} ({engine.InstructionSet}), batch {batch}, one thread: throughput", batch * 1e6 / median, "items/s");
            }
        }
    }

    /// <summary>Receipts verified by one thread: all checks, with trust file and log proof, without replay.</summary>
    internal async Task<IReadOnlyList<BenchFigure>> VerifyAsync(CancellationToken cancellation)
    {
        using TemporaryFolder folder = new();
        await using NodeHost host = await StartAsync(folder.Path, withReceipts: true, cancellation).ConfigureAwait(false);
        using HttpClient http = new();
        AssayClient client = new(http, host.Address, TimeProvider.System);
        TrustFile trust = TrustFile.TryParse(System.Text.Encoding.UTF8.GetBytes(host.Identity.TrustText), out string? error, out _) ?? throw new InvalidDataException(error);
        List<Answer> answers = [];
        for (int i = 0; i < 64; i++)
        {
            answers.Add(await client.AskAsync("risk", [Risk.Input(i)], VerificationLevel.Signed, cancellation).ConfigureAwait(false));
        }

        int next = 0;
        double single = PerSecond(() =>
        {
            Answer answer = answers[next++ % answers.Count];
            Verdict verdict = Verifier.Verify(new VerificationInput
            {
                Bundle = answer.Bundle,
                Trust = trust,
                Now = TimeProvider.System.GetUtcNow(),
                CalledModel = answer.Model,
                RequestBytes = answer.Request,
                ResponseBytes = answer.Response,
            });
            if (verdict.Outcome != Outcome.Met)
            {
                throw new InvalidOperationException(verdict.Summary);
            }
        });
        return [new BenchFigure("verify: receipts per second on one core", single, "receipts/s")];
    }

    /// <summary>Durable appends: each commit ends with an fdatasync.</summary>
    internal async Task<IReadOnlyList<BenchFigure>> LogAsync(CancellationToken cancellation)
    {
        List<BenchFigure> figures = [];
        foreach (int batch in new[] { 1, 64, 1024 })
        {
            cancellation.ThrowIfCancellationRequested();
            using TemporaryFolder folder = new();
            NoteSigner signer = new("bench.example/log", RandomNumberGenerator.GetBytes(32));
            await using TiledLog log = TiledLog.Create(folder.Path, new LogOptions { Signer = signer }, new byte[64]);
            byte[] entry = RandomNumberGenerator.GetBytes(90);
            byte[] record = RandomNumberGenerator.GetBytes(2048);
            double commits = PerSecond(() =>
            {
                using LogBatch commit = log.BeginBatch();
                for (int i = 0; i < batch; i++)
                {
                    LogSlot slot = commit.Reserve("bench");
                    commit.Fill(slot, ReceiptId.Create(TimeProvider.System.GetUtcNow(), RandomNumberGenerator.GetBytes(ReceiptId.RandomSize)), (byte[])entry.Clone(), record);
                }

                commit.Commit();
            });
            figures.Add(new BenchFigure($"log: durable appends with a 2 kB receipt, {batch} a commit", commits * batch, "entries/s"));
        }

        return figures;
    }

    /// <summary>
    /// The same node and requests with receipts and without: the baseline skips claims, signature, log and disk, which no
    /// option of the product does. Client and node share the machine. The two take turns, so that whatever else the machine
    /// does meets both; the figures are medians over the rounds.
    /// </summary>
    internal async Task<IReadOnlyList<BenchFigure>> ServeAsync(CancellationToken cancellation)
    {
        List<BenchFigure> figures = [];
        byte[] request = AssayClient.FormatRequest([Risk.Input(0)], VerificationLevel.Signed);
        foreach (int connections in new[] { 1, 64, 256 })
        {
            using TemporaryFolder plainFolder = new(), signedFolder = new();
            await using NodeHost plain = await StartAsync(plainFolder.Path, withReceipts: false, cancellation).ConfigureAwait(false);
            await using NodeHost signed = await StartAsync(signedFolder.Path, withReceipts: true, cancellation).ConfigureAwait(false);
            List<HttpLoad.Result> without = [], with = [];
            for (int round = -1; round < ServeRounds; round++)
            {
                foreach ((NodeHost host, List<HttpLoad.Result> results) in new[] { (plain, without), (signed, with) })
                {
                    HttpLoad.Result result = await HttpLoad.RunAsync(host.Address, "/v2/models/risk/infer", request, connections, time / 2, cancellation).ConfigureAwait(false);
                    if (round >= 0)
                    {
                        results.Add(result);
                    }
                }
            }

            string name = $"serve risk, {connections} connections";
            foreach ((string mode, List<HttpLoad.Result> results) in new[] { ("without receipts", without), ("signed and logged", with) })
            {
                figures.Add(new BenchFigure($"{name}, {mode}: throughput", Median(results.Select(static r => r.PerSecond)), "requests/s"));
                figures.Add(new BenchFigure($"{name}, {mode}: processor time a request, node and client", Median(results.Select(static r => r.ProcessorMicroseconds)), "us"));
                figures.Add(new BenchFigure($"{name}, {mode}: p50", Median(results.Select(static r => r.MedianMilliseconds)), "ms"));
                figures.Add(new BenchFigure($"{name}, {mode}: p99", Median(results.Select(static r => r.P99Milliseconds)), "ms"));
            }

            figures.Add(new BenchFigure($"{name}: signed and logged throughput, share of without", 100 * Median(without.Zip(with, static (w, s) => s.PerSecond / w.PerSecond)), "%"));
        }

        return figures;
    }

    /// <summary>What being paid for adds to a request (docs/payment.md).</summary>
    internal Task<IReadOnlyList<BenchFigure>> PayAsync(CancellationToken cancellation) =>
        PayBenchmark.RunAsync(() => Risk.Serve(Risk.Exact), AssayClient.FormatRequest([Risk.Input(0)], VerificationLevel.Signed), Math.Max(200, (int)(100 * time.TotalSeconds)), cancellation);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private async Task<NodeHost> StartAsync(string folder, bool withReceipts, CancellationToken cancellation)
    {
        NodeOptions options = new() { Folder = folder, Url = "http://127.0.0.1:0", Origin = "bench.example/log" };
        NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, options.Origin, TimeProvider.System.GetUtcNow());
        return await NodeHost.StartAsync(options, identity, new ModelCatalog([Risk.Serve(Risk.Exact)]), TimeProvider.System, static _ => { }, cancellation, withReceipts).ConfigureAwait(false);
    }

    private double PerSecond(Action action)
    {
        Repeat(action, time / 3);
        long began = Stopwatch.GetTimestamp();
        long count = Repeat(action, time);
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static long Repeat(Action action, TimeSpan duration)
    {
        long began = Stopwatch.GetTimestamp();
        long count = 0;
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            action();
            count++;
        }

        return count;
    }

    private double MedianMicroseconds(Action action)
    {
        Repeat(action, time / 3);
        List<double> samples = new(1 << 16);
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            samples.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        samples.Sort();
        return samples[samples.Count / 2];
    }
}
