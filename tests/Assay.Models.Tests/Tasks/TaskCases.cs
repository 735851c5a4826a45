using System.Text.Json;

namespace Assay.Models.Tests.Tasks;

/// <summary>The cases that Fixtures/tasks.py wrote.</summary>
internal static class TaskCases
{
    internal static IEnumerable<JsonElement> Of(string task)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "tasks.json")));
        return [.. json.RootElement.GetProperty(task).EnumerateArray().Select(static e => e.Clone())];
    }

    internal static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(static v => v.GetSingle())];

    internal static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(static v => v.GetDouble())];
}
