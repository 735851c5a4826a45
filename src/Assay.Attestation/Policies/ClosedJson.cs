using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>
/// Reading of closed JSON documents: every member is known, has one type, and what is wrong has a path. In each object unknown members
/// count first, in the order written; the first fault is kept.
/// </summary>
internal sealed class ClosedJson
{
    private const int MaxDepth = 16;
    private const int MaxShownName = 40;
    private const ulong MaxInteger = (1UL << 53) - 1;

    internal AttestationPolicyFault? Fault { get; private set; }

    /// <summary>The document's root, or the fault for which there is none.</summary>
    internal static JsonElement? TryParse(ReadOnlySpan<byte> utf8, int maxLength, out AttestationPolicyFault? fault)
    {
        string? code = utf8.Length > maxLength ? AttestationPolicyErrors.TooLarge : Utf8.IsValid(utf8) ? null : AttestationPolicyErrors.Utf8;
        JsonElement? root = code is null ? StrictJson.TryParse(utf8, maxLength, MaxDepth) : null;
        fault = root is null ? new AttestationPolicyFault(code ?? AttestationPolicyErrors.Json, "") : null;
        return root;
    }

    internal bool IsClosed(JsonElement element, string path, params ReadOnlySpan<string> members)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Fail(AttestationPolicyErrors.Type, path);
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!members.Contains(member.Name))
            {
                return Fail(AttestationPolicyErrors.UnknownMember, $"{path}/{Shown(member.Name)}");
            }
        }

        return true;
    }

    internal bool TryMember(JsonElement element, string name, string path, JsonValueKind kind, bool isRequired, out JsonElement value)
    {
        if (!element.TryGetProperty(name, out value))
        {
            return !isRequired || Fail(AttestationPolicyErrors.MissingMember, $"{path}/{name}");
        }

        return value.ValueKind == kind || Fail(AttestationPolicyErrors.Type, $"{path}/{name}");
    }

    internal bool TryText(JsonElement element, string name, string path, bool isRequired, out string? text)
    {
        bool read = TryMember(element, name, path, JsonValueKind.String, isRequired, out JsonElement value);
        text = read && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return read;
    }

    /// <summary>Printable ASCII without the characters that JSON escapes, 1 to 200 of them.</summary>
    internal bool TryName(JsonElement element, string name, string path, [NotNullWhen(true)] out string? text) =>
        TryText(element, name, path, isRequired: true, out text)
        && (text is { Length: >= 1 and <= 200 } && text.All(static c => c is >= ' ' and <= '~' and not '"' and not '\\') || Fail(AttestationPolicyErrors.Value, $"{path}/{name}"));

    // Plain digits only: 1.0, 1e0 and 01 are other spellings that readers could take for other numbers.
    internal bool TryNumber(JsonElement element, string name, string path, ulong least, ulong most, out ulong? number)
    {
        number = null;
        if (!TryMember(element, name, path, JsonValueKind.Number, isRequired: false, out JsonElement value) || value.ValueKind == JsonValueKind.Undefined)
        {
            return Fault is null;
        }

        bool plain = ulong.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong parsed) && parsed >= least && parsed <= Math.Min(most, MaxInteger);
        number = plain ? parsed : null;
        return plain || Fail(AttestationPolicyErrors.Range, $"{path}/{name}");
    }

    /// <summary>A list of texts; null if the member isn't there.</summary>
    internal bool TryTexts(JsonElement element, string name, string path, int least, int most, Func<string, string?> faultOf, out List<string>? texts)
    {
        texts = null;
        if (!TryMember(element, name, path, JsonValueKind.Array, isRequired: false, out JsonElement array) || array.ValueKind == JsonValueKind.Undefined)
        {
            return Fault is null;
        }

        if (array.GetArrayLength() < least || array.GetArrayLength() > most)
        {
            return Fail(AttestationPolicyErrors.Range, $"{path}/{name}");
        }

        List<string> read = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonElement item in array.EnumerateArray())
        {
            string? text = item.ValueKind == JsonValueKind.String ? item.GetString() : null;
            string? code = text is null ? AttestationPolicyErrors.Type : faultOf(text) ?? (seen.Add(text.ToLowerInvariant()) ? null : AttestationPolicyErrors.Repeated);
            if (code is not null)
            {
                return Fail(code, string.Create(CultureInfo.InvariantCulture, $"{path}/{name}/{read.Count}"));
            }

            read.Add(text!);
        }

        texts = read;
        return true;
    }

    internal bool Fail(string code, string path)
    {
        Fault ??= new AttestationPolicyFault(code, path);
        return false;
    }

    // Names come from the document: what isn't plain isn't repeated.
    internal static string Shown(string name) => name.Length is >= 1 and <= MaxShownName && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? name : "?";
}
