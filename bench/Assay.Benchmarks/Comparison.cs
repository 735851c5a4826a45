using System.Text;
using System.Text.Json;
using Assay.Bench.OnnxRuntime;
using Assay.Engine;
using Assay.OnnxRuntime;

namespace Assay.Benchmarks;

/// <summary>The engine and ONNX Runtime side by side on the shipped models: one process, one thread, turns of 20 ms.</summary>
internal static class Comparison
{
    /// <summary>Different inputs in turn, so that no run finds its own data in the cache for free.</summary>
    private const int Batches = 16;

    private static readonly int[] BatchSizes = [1, 32];

    /// <summary>Prints one JSON object per model and batch size. Without ONNX Runtime the engine runs alone.</summary>
    public static void Run(TimeSpan duration)
    {
        string? library = OnnxRuntimeLibrary.Find();
        if (library is null)
        {
            Console.Error.WriteLine(OnnxRuntimeLibrary.HowToInstall);
        }

        foreach (string name in ShippedModel.Names)
        {
            ShippedModel model = ShippedModel.Load(name);
            using ExactEngine engine = ExactEngine.Compile(model.Exact);
            using OnnxRuntimePeer? peer = library is null ? null : new(library, model.Onnx);
            foreach (int batch in BatchSizes)
            {
                Console.WriteLine(Describe(name, batch, engine, peer, Measure(model, engine, peer, batch, duration)));
            }
        }
    }

    private static IReadOnlyList<LatencySummary> Measure(
        ShippedModel model, ExactEngine engine, OnnxRuntimePeer? peer, int batch, TimeSpan duration)
    {
        float[][] inputs = [.. Enumerable.Range(0, Batches).Select(number => model.Inputs(batch, number))];
        float[] outputs = new float[batch * model.OutputElements];
        int next = 0;
        List<Action> contenders = [() => engine.RunBatch(inputs[next++ % Batches], batch, outputs)];
        if (peer is not null)
        {
            contenders.Add(() => peer.Run(inputs[next++ % Batches], batch, outputs));
        }

        return LatencyProbe.Measure(contenders, batch, duration / 4, duration);
    }

    private static string Describe(
        string name, int batch, ExactEngine engine, OnnxRuntimePeer? peer, IReadOnlyList<LatencySummary> summaries)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("model", name);
            json.WriteNumber("batch", batch);
            json.WriteNumber("threads", 1);
            json.WriteString("instruction_set", engine.InstructionSet);
            Write(json, "engine", summaries[0]);
            if (peer is not null)
            {
                Write(json, $"onnxruntime {peer.RuntimeVersion}", summaries[1]);
                json.WriteNumber("ratio_median", Math.Round(summaries[0].MedianMicroseconds / summaries[1].MedianMicroseconds, 3));
                json.WriteNumber("ratio_throughput", Math.Round(summaries[1].RowsPerSecond / summaries[0].RowsPerSecond, 3));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter json, string name, LatencySummary summary)
    {
        json.WriteStartObject(name);
        json.WriteNumber("runs", summary.Runs);
        json.WriteNumber("median_us", Math.Round(summary.MedianMicroseconds, 3));
        json.WriteNumber("p99_us", Math.Round(summary.P99Microseconds, 3));
        json.WriteNumber("rows_per_s", Math.Round(summary.RowsPerSecond));
        json.WriteEndObject();
    }
}
