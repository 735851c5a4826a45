using System.Text.Json;

namespace Assay.Verification.Advising;

/// <summary>Advice as JSON with stable keys, for the endpoint and <c>assay advise --json</c>.</summary>
public static class AdviceJson
{
    private const int MaximumThreats = 8;

    /// <summary>Reads a request for advice.</summary>
    /// <param name="root">The JSON value.</param>
    /// <returns>The request and the model's name if one was given; null if it isn't such a request (unknown members included).</returns>
    public static (AdviceRequest Request, string? Model)? TryRead(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        List<Threat> threats = [];
        decimal? value = null, price = null;
        double? time = null;
        string? model = null;
        foreach (JsonProperty member in root.EnumerateObject())
        {
            JsonElement element = member.Value;
            bool isNumber = element.ValueKind == JsonValueKind.Number;
            switch (member.Name)
            {
                case "threats" when element.ValueKind == JsonValueKind.Array:
                    foreach (JsonElement item in element.EnumerateArray())
                    {
                        if (item.ValueKind != JsonValueKind.String || !CoverageTable.TryParse(item.GetString()!, out Threat threat) || threats.Contains(threat) || threats.Count == MaximumThreats)
                        {
                            return null;
                        }

                        threats.Add(threat);
                    }

                    break;
                case "value" when isNumber && element.TryGetDecimal(out decimal v) && v >= 0:
                    value = v;
                    break;
                case "maxPrice" when isNumber && element.TryGetDecimal(out decimal p) && p >= 0:
                    price = p;
                    break;
                case "maxMilliseconds" when isNumber && element.TryGetDouble(out double t) && t >= 0 && double.IsFinite(t):
                    time = t;
                    break;
                case "model" when element.ValueKind == JsonValueKind.String:
                    model = element.GetString();
                    break;
                default:
                    return null;
            }
        }

        return threats.Count == 0 ? null : (new AdviceRequest(threats, value, time, price), model);
    }

    /// <summary>Writes an answer as one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, Advice advice)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(advice);
        json.WriteStartObject();
        json.WritePropertyName("recommended");
        WriteLevel(json, advice.Recommended);
        json.WritePropertyName("availableNow");
        WriteLevel(json, advice.AvailableNow);
        json.WriteStartArray("all");
        foreach (LevelAdvice level in advice.All)
        {
            WriteLevel(json, level);
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (string warning in advice.Warnings)
        {
            json.WriteStringValue(warning);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLevel(Utf8JsonWriter json, LevelAdvice level)
    {
        json.WriteStartObject();
        json.WriteString("level", level.Level.ToString());
        json.WriteBoolean("available", level.Available);
        json.WriteBoolean("withinLimits", level.WithinLimits);
        json.WriteBoolean("coversAll", level.CoversAll);
        if (level.Milliseconds is { } milliseconds)
        {
            json.WriteNumber("milliseconds", Math.Round(milliseconds, 3));
        }
        else
        {
            json.WriteNull("milliseconds");
        }

        json.WriteNumber("price", level.Price);
        json.WriteStartArray("threats");
        foreach (CoverageTable.Cell cell in level.Cells)
        {
            json.WriteStartObject();
            json.WriteString("threat", CoverageTable.Code(cell.Threat));
            json.WriteString("coverage", cell.Coverage switch { Coverage.Covered => "covered", Coverage.Partly => "partly", _ => "open" });
            json.WriteString("because", cell.Because);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
