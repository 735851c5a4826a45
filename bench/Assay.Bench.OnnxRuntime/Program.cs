using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.OnnxRuntime;

namespace Assay.Bench.OnnxRuntime;

/// <summary>Prints ONNX Runtime's latency on one model, one JSON object per batch size.</summary>
internal static class Program
{
    private const string Usage = "Usage: MODEL.onnx INPUTS.npy [--batch 1,32] [--seconds 2]";

    /// <summary>Different inputs in turn, so that no run finds its own data in the cache for free.</summary>
    private const int Batches = 16;

    private static int Main(string[] arguments)
    {
        if (!TryParse(arguments, out int[] batchSizes, out double seconds))
        {
            Console.Error.WriteLine(Usage);
            return 4;
        }

        if (OnnxRuntimeLibrary.Find() is not { } library)
        {
            Console.Error.WriteLine(OnnxRuntimeLibrary.HowToInstall);
            return 3;
        }

        using OnnxRuntimePeer peer = new(library, File.ReadAllBytes(arguments[0]));
        float[] rows = NpyFile.ReadFloats(arguments[1]);
        foreach (int batch in batchSizes)
        {
            Console.WriteLine(Describe(arguments[0], peer, batch, Measure(peer, rows, batch, seconds)));
        }

        return 0;
    }

    private static LatencySummary Measure(OnnxRuntimePeer peer, float[] rows, int batch, double seconds)
    {
        int item = peer.InputElementsPerItem;
        int count = rows.Length / item;
        float[][] inputs = new float[Batches][];
        for (int i = 0; i < Batches; i++)
        {
            inputs[i] = new float[batch * item];
            for (int row = 0; row < batch; row++)
            {
                rows.AsSpan((i * batch + row) % count * item, item).CopyTo(inputs[i].AsSpan(row * item));
            }
        }

        float[] output = new float[batch * peer.OutputElementsPerItem];
        int next = 0;
        Action run = () => peer.Run(inputs[next++ % Batches], batch, output);
        TimeSpan duration = TimeSpan.FromSeconds(seconds);
        return LatencyProbe.Measure([run], batch, duration / 4, duration)[0];
    }

    private static string Describe(string model, OnnxRuntimePeer peer, int batch, LatencySummary summary)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteNumber("batch", batch);
            json.WriteNumber("threads", 1);
            json.WriteString("runtime", "libonnxruntime");
            json.WriteString("runtime_version", peer.RuntimeVersion);
            json.WriteNumber("runs", summary.Runs);
            json.WriteNumber("median_us", Math.Round(summary.MedianMicroseconds, 3));
            json.WriteNumber("p99_us", Math.Round(summary.P99Microseconds, 3));
            json.WriteNumber("rows_per_s", Math.Round(summary.RowsPerSecond));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static bool TryParse(string[] arguments, out int[] batchSizes, out double seconds)
    {
        batchSizes = [1, 32];
        seconds = 2;
        if (arguments.Length < 2 || arguments.Length % 2 != 0)
        {
            return false;
        }

        for (int i = 2; i < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--batch":
                    batchSizes = Array.ConvertAll(
                        value.Split(','),
                        part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0);
                    break;
                case "--seconds":
                    if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds))
                    {
                        return false;
                    }

                    break;
                default:
                    return false;
            }
        }

        return seconds is > 0 and < 3600 && Array.TrueForAll(batchSizes, size => size > 0);
    }
}
