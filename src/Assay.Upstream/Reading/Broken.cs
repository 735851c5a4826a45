using System.Globalization;
using System.Text.Json;
using Assay.Chat;

namespace Assay.Upstream;

/// <summary>Members of what an upstream sends, read strictly: what isn't of its form ends the answer. A member that is null counts as absent.</summary>
internal static class Broken
{
    /// <summary>Why an answer ends; our words only, never the upstream's.</summary>
    internal static ChatBackendException Because(string what) => new(UpstreamCodes.Broken, $"The server behind this model sent no proper answer: {what}.");

    internal static JsonElement? Any(JsonElement parent, string name) => parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal static JsonElement? Of(JsonElement parent, string name, JsonValueKind kind) =>
        Any(parent, name) is not { } value ? null : value.ValueKind == kind ? value : throw Because($"'{name}' is of another type than it may be");

    internal static string? Text(JsonElement parent, string name) => Of(parent, name, JsonValueKind.String)?.GetString();

    /// <summary>Null where it is empty, too.</summary>
    internal static string? Piece(JsonElement parent, string name) => Text(parent, name) is { Length: > 0 } text ? text : null;

    internal static JsonElement RequireObject(JsonElement item, string what) => item.ValueKind == JsonValueKind.Object ? item : throw Because($"{what} isn't an object");

    /// <summary>The member <c>index</c>, below a limit.</summary>
    internal static int Index(JsonElement parent, int below, string what) =>
        Any(parent, "index") is { ValueKind: JsonValueKind.Number } value && int.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < below
            ? index
            : throw Because($"{what} has an index that there can't be");
}
