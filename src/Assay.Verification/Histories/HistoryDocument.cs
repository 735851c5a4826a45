using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Verification;

/// <summary>A history's JSON as it was read.</summary>
internal sealed class HistoryDocument
{
    internal const string Profile = "assay/history/v1";
    internal const int MaxBytes = 64 << 20;
    internal const int MaxConfigurations = 100_000;
    private const int Depth = 8;
    private const int MaxLabel = 200;

    internal required string Application { get; init; }

    internal required DateTimeOffset AsOf { get; init; }

    internal required int After { get; init; }

    internal required bool IsMore { get; init; }

    internal required IReadOnlyList<Entry> Configurations { get; init; }

    internal required JsonElement SystemPrompts { get; init; }

    internal required JsonElement Tools { get; init; }

    /// <summary>Reads one; null, with what is wrong, if it isn't a history.</summary>
    internal static HistoryDocument? TryRead(ReadOnlyMemory<byte> bytes, out string why)
    {
        why = $"At most {MaxBytes} bytes of strict JSON: UTF-8, no member twice.";
        if (StrictJson.TryParse(bytes.Span, MaxBytes, Depth) is not { ValueKind: JsonValueKind.Object } root)
        {
            return null;
        }

        why = $"'profile' must be \"{Profile}\".";
        if (Text(root, "profile") != Profile)
        {
            return null;
        }

        why = "'application' must be an application's name.";
        if (Text(root, "application") is not { } application || !ChatLineage.IsName(application))
        {
            return null;
        }

        why = "'asOf' must be a time in Unix milliseconds, 'after' a number, 'more' true or false, 'systemPrompts' and 'tools' objects.";
        if (Time(root, "asOf") is not { } asOf || Whole(root, "after") is not { } after || after > int.MaxValue || Flag(root, "more") is not { } more || Object(root, "systemPrompts") is not { } prompts || Object(root, "tools") is not { } tools)
        {
            return null;
        }

        why = $"'configurations' must be an array of at most {MaxConfigurations}.";
        if (!root.TryGetProperty("configurations", out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxConfigurations)
        {
            return null;
        }

        List<Entry> entries = [];
        foreach (JsonElement item in list.EnumerateArray())
        {
            why = $"'configurations[{entries.Count}]' must have 'number', 'first', 'last', 'receipts' and 'receipt' (base64url), and may have 'registered'.";
            if (Read(item) is not { } entry)
            {
                return null;
            }

            entries.Add(entry);
        }

        return new HistoryDocument { Application = application, AsOf = asOf, After = (int)after, IsMore = more, Configurations = entries, SystemPrompts = prompts, Tools = tools };
    }

    private static Entry? Read(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || Whole(item, "number") is not (> 0 and <= int.MaxValue) || Time(item, "first") is not { } first || Time(item, "last") is not { } last || Whole(item, "receipts") is not { } receipts
            || Text(item, "receipt") is not { } receipt || !Base64Url.IsValid(receipt) || receipt.Contains('=', StringComparison.Ordinal))
        {
            return null;
        }

        JsonElement? registered = Object(item, "registered");
        return new Entry((int)Whole(item, "number")!.Value, first, last, receipts, Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(receipt)), Label(registered, "prompt"), Label(registered, "tools"));
    }

    private static string? Label(JsonElement? registered, string name) => registered is { } found && Text(found, name) is { Length: <= MaxLabel } label ? label : null;

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Whole(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0 ? number : null;

    private static bool? Flag(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    private static JsonElement? Object(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : null;

    // Until the year 9999.
    private static DateTimeOffset? Time(JsonElement root, string name) => Whole(root, name) is { } time && time <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    /// <summary>A configuration as the node tells it.</summary>
    internal sealed record Entry(int Number, DateTimeOffset First, DateTimeOffset Last, long Receipts, ReadOnlyMemory<byte> Receipt, string? Prompt, string? Tools);
}
