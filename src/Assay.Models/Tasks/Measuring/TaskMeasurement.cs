using System.Text.Json;
using Assay.Models.Graph;
using Assay.Models.Import;
using Assay.Programs;

namespace Assay.Models.Tasks.Measuring;

/// <summary>Measures a package's model on the test set in its folder, by what a person would ask of it.</summary>
public static class TaskMeasurement
{
    /// <summary>Runs the float graph and the exact program side by side.</summary>
    /// <param name="folder">The package.</param>
    /// <param name="model">What its model was compiled to.</param>
    /// <param name="most">At most this many items (clips, for voice), evenly spread.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidDataException">The package has no task that can be measured, or its files don't belong together.</exception>
    /// <exception cref="IOException">A file isn't there or can't be read.</exception>
    public static TaskReport Run(string folder, ExactModel model, int most = int.MaxValue, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        try
        {
            using JsonDocument about = Json(folder, "model.json");
            string task = about.RootElement.TryGetProperty("task", out JsonElement name) ? name.GetString() ?? "" : "";
            FloatGraph graph = OnnxImporter.Import(File.ReadAllBytes(Path.Combine(folder, "model.onnx"))).Graph
                ?? throw new InvalidDataException("model.onnx can't be imported.");
            using SideBySide runs = new(graph, model, cancellation);
            return task switch
            {
                "face-detection" => FaceMeasurement.Run(folder, runs, most),
                "text-orientation" => OrientationMeasurement.Run(folder, runs, most),
                "voice-activity" => VoiceMeasurement.Run(folder, runs, most),
                _ => throw new InvalidDataException($"model.json has the task '{task}'; face-detection, text-orientation and voice-activity can be measured."),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or AggregateException { InnerException: InvalidDataException })
        {
            throw new InvalidDataException("The package's files don't belong together: " + (e.InnerException ?? e).Message, e);
        }
    }

    internal static JsonDocument Json(string folder, string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file)));

    /// <summary>Places of a sample, evenly spread.</summary>
    internal static int[] Sample(int items, int most)
    {
        int count = Math.Min(items, most);
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * items / count))];
    }
}
