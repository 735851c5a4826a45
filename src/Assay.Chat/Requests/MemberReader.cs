using System.Globalization;
using System.Text.Json;

namespace Assay.Chat;

/// <summary>Reads the members of an object by name, and keeps the first fault. A member that is null counts as absent.</summary>
internal sealed class MemberReader(JsonElement parent)
{
    /// <summary>The first fault; null: none.</summary>
    internal ChatFault? Fault { get; private set; }

    /// <summary>Keeps a fault, if it is the first.</summary>
    internal void Fail(string param, string message, string code = ChatCodes.BadMember) => Fault ??= new ChatFault(code, message, param);

    internal JsonElement? Any(string name) => parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal JsonElement? Of(string name, JsonValueKind kind, string what)
    {
        if (Any(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == kind)
        {
            return value;
        }

        Fail(name, $"'{name}' must be {what}.");
        return null;
    }

    internal JsonElement? Array(string name) => Of(name, JsonValueKind.Array, "an array");

    internal JsonElement? Object(string name) => Of(name, JsonValueKind.Object, "an object");

    internal string? Text(string name) => Of(name, JsonValueKind.String, "a string")?.GetString();

    internal bool? Flag(string name)
    {
        if (Any(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Fail(name, $"'{name}' must be true or false.");
        return null;
    }

    internal double? Number(string name, double least, double most)
    {
        if (Of(name, JsonValueKind.Number, "a number") is not { } value)
        {
            return null;
        }

        if (TryNumber(value, out double number) && number >= least && number <= most)
        {
            return number;
        }

        Fail(name, string.Create(CultureInfo.InvariantCulture, $"'{name}' must be between {least} and {most}."));
        return null;
    }

    internal int? Whole(string name, int least, int most)
    {
        if (Of(name, JsonValueKind.Number, "a whole number") is not { } value)
        {
            return null;
        }

        if (int.TryParse(value.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        Fail(name, string.Create(CultureInfo.InvariantCulture, $"'{name}' must be a whole number between {least} and {most}."));
        return null;
    }

    /// <summary>Parses a JSON number; false if it is out of a double's range.</summary>
    internal static bool TryNumber(JsonElement value, out double number) =>
        double.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
