using System.Text.Json;
using Assay.Client;

namespace Assay.Cli.Chatting;

/// <summary>How long an answer may be, so that a conversation has room for more than one turn.</summary>
internal static class AnswerRoom
{
    /// <summary>A quarter of the model's context, and no more than the node gives; null: the node doesn't say how long that is.</summary>
    internal static async Task<int?> OfAsync(AssayClient client, string model, CancellationToken cancellation)
    {
        // A node that refuses or isn't there says so when it is asked the question.
        try
        {
            return Of(await client.GetAsync("v1/models", cancellation).ConfigureAwait(false), model);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or NodeException)
        {
            return null;
        }
    }

    internal static int? Of(ReadOnlyMemory<byte> list, string model)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(list);

            // Behind the name a level may stand.
            string name = model.Split('@')[0];
            foreach (JsonElement item in document.RootElement.GetProperty("data").EnumerateArray())
            {
                if (item.GetProperty("id").GetString() == name)
                {
                    return Number(item, "context_length") is { } context ? Math.Max(1, Math.Min(context / 4, Number(item, "max_output_tokens") ?? int.MaxValue)) : null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Not a list of models: then it says nothing of this one.
        }

        return null;
    }

    private static int? Number(JsonElement model, string name) =>
        model.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number > 0 ? number : null;
}
