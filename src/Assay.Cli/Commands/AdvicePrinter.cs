using System.Globalization;
using System.Text.Json;
using Assay.Cli.Console;

namespace Assay.Cli.Commands;

/// <summary>Advice in words; the same JSON whether it was computed here or by a node.</summary>
internal static class AdvicePrinter
{
    internal static void Print(Output output, JsonElement advice)
    {
        output.JsonValue(advice.WriteTo);
        JsonElement recommended = advice.GetProperty("recommended");
        JsonElement now = advice.GetProperty("availableNow");
        string best = recommended.GetProperty("level").GetString()!;
        string today = now.GetProperty("level").GetString()!;
        output.Line($"Ask for '{today}'{Cost(now)}.");
        Threats(output, now);
        if (best != today)
        {
            output.Line();
            output.Line($"'{best}' would cover more, but {(recommended.GetProperty("available").GetBoolean() ? "it exceeds the time or price that you gave" : "it isn't available yet")}{Cost(recommended)}.");
            Threats(output, recommended);
        }

        foreach (JsonElement warning in advice.GetProperty("warnings").EnumerateArray())
        {
            output.Line();
            output.Line("Mind: " + warning.GetString());
        }
    }

    private static void Threats(Output output, JsonElement level)
    {
        foreach (JsonElement cell in level.GetProperty("threats").EnumerateArray())
        {
            output.Line($"  {cell.GetProperty("coverage").GetString(),-8} {cell.GetProperty("threat").GetString(),-16} {cell.GetProperty("because").GetString()}");
        }
    }

    private static string Cost(JsonElement level)
    {
        JsonElement time = level.GetProperty("milliseconds");
        return time.ValueKind == JsonValueKind.Number
            ? string.Create(CultureInfo.InvariantCulture, $" (measured: {time.GetDouble():0.###} ms until answer and receipt; price {level.GetProperty("price").GetDecimal()})")
            : " (time not measured here)";
    }
}
