using System.Collections.Immutable;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Models.Hub;

/// <summary>
/// Reads model cards: strict JSON, closed. An unknown member is an error, because a misspelt <c>licence</c> would otherwise be
/// a model without one.
/// </summary>
internal static class CardReader
{
    private const int MaxDepth = 16;
    private const int MaxShown = 40;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private static readonly string[] Members =
        ["name", "description", "warning", "licence", "licence_file", "licence_sha256", "declared_use", "task", "classes", "tags", "authors", "sources", "homepage"];

    // Sections that others read, or nobody: kept with the card, bounded by its size and depth.
    private static readonly string[] Sections = ["input", "inputs", "output", "outputs", "points", "state", "data", "data_licence", "source", "metric", "metrics", "float_metric", "float_accuracy", "presentation", "compile"];

    private static readonly Dictionary<string, string> Meant = new(StringComparer.Ordinal)
    {
        ["license"] = "licence",
        ["labels"] = "classes",
        ["author"] = "authors",
        ["tag"] = "tags",
        ["keywords"] = "tags",
        ["use"] = "declared_use",
        ["intended_use"] = "declared_use",
        ["url"] = "homepage",
        ["title"] = "name",
    };

    internal static ModelCard? TryRead(ReadOnlyMemory<byte> json, out CardProblem? problem)
    {
        problem = json.Length > ModelCard.MaxBytes ? new(CardErrors.TooLarge, $"a model card has at most {ModelCard.MaxBytes:N0} bytes; this one has {json.Length:N0}", "Leave data out of it.") : null;
        if (problem is not null)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement, json);
        }
        catch (JsonException e)
        {
            problem = new(CardErrors.Json, $"the card isn't strict JSON: {e.Message}", $"One object, no member twice, at most {MaxDepth} levels deep.");
        }
        catch (InvalidOperationException)
        {
            // JSON may escape half a surrogate pair; the text then has no value.
            problem = new(CardErrors.Json, "a string of the card isn't Unicode text", "Write it without \\u escapes.");
        }
        catch (Refusal refusal)
        {
            problem = refusal.Problem;
        }

        return null;
    }

    private static ModelCard Read(JsonElement root, ReadOnlyMemory<byte> json)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new Refusal(CardErrors.Json, "the card isn't a JSON object", "docs/hub.md shows one.");
        }

        ModelCard card = new() { Bytes = json, Digest = Digest32.Sha256(json.Span) };
        foreach (JsonProperty member in root.EnumerateObject())
        {
            JsonElement value = member.Value;
            card = member.Name switch
            {
                "name" => card with { Name = Text(member, 64) },
                "description" => card with { Description = Text(member, 4096) },
                "warning" => card with { Warning = Text(member, 1024) },
                "licence" => card with { Licence = Licence(Text(member, SpdxExpression.MaxLength)) },
                "licence_file" => card with { LicenceFile = FileName(Text(member, 128)) },
                "licence_sha256" => card with { LicenceText = Digest(member) },
                "declared_use" => card with { DeclaredUse = Word(member) },
                "task" => card with { Task = Word(member) },
                "classes" => card with { Classes = Texts(member, 65_536, 256) },
                "tags" => card with { Tags = Texts(member, 64, 64) },
                "authors" => card with { Authors = Texts(member, 64, 256) },
                "sources" => card with { Sources = Texts(member, 64, 1024) },
                "homepage" => card with { Homepage = Address(Text(member, 1024)) },
                _ when Sections.Contains(member.Name) => card,
                _ => throw Unknown(member.Name),
            };
            Touch(value);
        }

        if (card.LicenceFile is null != card.LicenceText is null || (card.Licence is { NeedsText: true } && card.LicenceFile is null))
        {
            throw new Refusal(CardErrors.LicenceText, "a licence of one's own comes with its text: 'licence_file' names the file beside the card, 'licence_sha256' its digest", "\"licence\": \"LicenseRef-acme\", \"licence_file\": \"LICENCE.txt\", \"licence_sha256\": \"<sha256sum LICENCE.txt>\"");
        }

        return card;
    }

    private static Refusal Unknown(string name)
    {
        string? nearest = Meant.GetValueOrDefault(name) ?? NearestName.Find(name, Members.Concat(Sections));
        return new Refusal(CardErrors.Member, $"the card has a member '{Shown(name)}', which this version doesn't know", nearest is null ? $"Members are {string.Join(", ", Members)}." : $"Did you mean '{nearest}'?");
    }

    private static string Text(JsonProperty member, int most)
    {
        string text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : throw Wrong(member.Name, "is text");
        return Check(member.Name, text, most);
    }

    // One line each: what a card says must not look like lines of whoever shows it.
    private static string Check(string name, string text, int most) =>
        text.Length == 0 || text.Length > most ? throw Wrong(name, $"has 1 to {most:N0} characters")
        : text.Any(char.IsControl) ? throw Wrong(name, "is one line without control characters")
        : text;

    private static string Word(JsonProperty member)
    {
        string text = Text(member, 64);
        return char.IsAsciiLetterLower(text[0]) && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? text : throw Wrong(member.Name, "is one word of a-z, 0-9 and '-'");
    }

    private static ImmutableArray<string> Texts(JsonProperty member, int mostItems, int most)
    {
        if (member.Value.ValueKind != JsonValueKind.Array || member.Value.GetArrayLength() > mostItems)
        {
            throw Wrong(member.Name, $"is a list of at most {mostItems:N0} texts");
        }

        ImmutableArray<string>.Builder texts = ImmutableArray.CreateBuilder<string>(member.Value.GetArrayLength());
        foreach (JsonElement element in member.Value.EnumerateArray())
        {
            texts.Add(Check(member.Name, element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Wrong(member.Name, "is a list of texts"), most));
        }

        return texts.MoveToImmutable();
    }

    private static SpdxExpression Licence(string text) => SpdxExpression.TryParse(text, out string problem) ?? throw new Refusal(CardErrors.Licence, $"'licence': {problem}", "For example MIT, Apache-2.0, CC-BY-4.0, or LicenseRef-NAME with licence_file and licence_sha256.");

    private static string FileName(string text) =>
        text.Length > 0 && text[0] != '.' && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') ? text : throw Wrong("licence_file", "is a file's name without a path");

    private static Digest32 Digest(JsonProperty member)
    {
        string text = Text(member, 64);
        return text.All(char.IsAsciiHexDigitLower) && Digest32.TryParseHex(text, out Digest32 digest) ? digest : throw Wrong(member.Name, "is 64 digits 0-9a-f");
    }

    private static string Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) ? text : throw Wrong("homepage", "is an https:// or http:// address");

    // Half a surrogate pair is found only where a text is unescaped; sections are kept for others, who shall not stumble over one.
    private static void Touch(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Touch(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    _ = member.Name;
                    Touch(member.Value);
                }

                break;
        }
    }

    private static Refusal Wrong(string name, string rule) => new(CardErrors.Value, $"'{name}' {rule}", "docs/hub.md lists the members.");

    private static string Shown(string name) => name.Length <= MaxShown ? name : name[..MaxShown] + "…";

    // Readers of nested JSON unwind from many places; it never leaves this class.
    private sealed class Refusal(string code, string message, string nearest) : Exception(message)
    {
        public CardProblem Problem { get; } = new(code, message, nearest);
    }
}
