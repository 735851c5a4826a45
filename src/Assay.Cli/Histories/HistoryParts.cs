using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Cli.Histories;

/// <summary>Joins the parts in which a node gives a long history (spec/history.md).</summary>
internal sealed class HistoryParts
{
    private const int MostBytes = 64 << 20;

    private static readonly string[] Objects = ["systemPrompts", "tools"];

    private readonly byte[] _first;
    private readonly List<JsonElement> _parts = [];
    private long _bytes;

    /// <param name="first">The first part, which stands as it came: whether it is what was asked for says its reader.</param>
    /// <param name="after">After which number it was asked to begin.</param>
    internal HistoryParts(byte[] first, int after)
    {
        _first = first;
        Next = after;
        TryAdd(first);
    }

    /// <summary>After which number the next part begins; null: there is none, or the node doesn't go on.</summary>
    internal int? Next { get; private set; }

    /// <summary>All parts as one; the first one as it came if there is no other.</summary>
    internal byte[] Joined => _parts.Count < 2 ? _first : Join();

    internal static string PathOf(string application, int after) =>
        string.Create(CultureInfo.InvariantCulture, $"v1/applications/{Uri.EscapeDataString(application)}/history{(after == 0 ? "" : $"?after={after}")}");

    /// <summary>Adds the part that begins at <see cref="Next"/>; false if it isn't that, or all together would be longer than a history may be: then what there is says that there is more.</summary>
    internal bool TryAdd(byte[] part)
    {
        int? before = Next;
        Next = null;
        _bytes += part.Length;
        if (before is not { } asked || _bytes > MostBytes || StrictJson.TryParse(part, MostBytes, 8) is not { ValueKind: JsonValueKind.Object } root
            || !root.TryGetProperty("configurations", out JsonElement list) || list.ValueKind != JsonValueKind.Array || !Array.TrueForAll(Objects, name => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object)
            || Whole(root, "after") != asked)
        {
            return false;
        }

        _parts.Add(root);
        if (root.TryGetProperty("more", out JsonElement more) && more.ValueKind == JsonValueKind.True && list.EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last
            && Whole(last, "number") is { } after && after > asked)
        {
            Next = after;
        }

        return true;
    }

    private static int? Whole(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;

    private byte[] Join()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (JsonProperty member in _parts[0].EnumerateObject())
            {
                json.WritePropertyName(member.Name);
                if (member.Name == "configurations")
                {
                    json.WriteStartArray();
                    foreach (JsonElement item in _parts.SelectMany(static part => part.GetProperty("configurations").EnumerateArray()))
                    {
                        item.WriteTo(json);
                    }

                    json.WriteEndArray();
                }
                else if (Objects.Contains(member.Name))
                {
                    json.WriteStartObject();
                    foreach (JsonProperty item in _parts.SelectMany(part => part.GetProperty(member.Name).EnumerateObject()).DistinctBy(static item => item.Name))
                    {
                        item.WriteTo(json);
                    }

                    json.WriteEndObject();
                }
                else
                {
                    (member.Name == "more" ? _parts[^1].GetProperty("more") : member.Value).WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
