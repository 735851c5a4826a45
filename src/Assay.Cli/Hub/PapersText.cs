using System.Text.Json;
using Assay.Cli.Console;
using Assay.Models.Hub;
using Assay.Models.Store;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Verification;

namespace Assay.Cli.Hub;

/// <summary>What is said about a model, and by whom, in words and as JSON.</summary>
/// <param name="Card">Its card; null if there is none.</param>
/// <param name="Publishers">What each signed statement is worth here.</param>
/// <param name="TrustPath">The trust file that says so; null: there is none.</param>
internal sealed record PapersText(ModelCard? Card, IReadOnlyList<PublisherFact> Publishers, string? TrustPath)
{
    internal static PapersText Of(ModelStore store, StoredModel model, ModelCard? card, TrustFile? trust, string? trustPath)
    {
        PublishedModel published = ServedPapers.Published(model, card);
        return new PapersText(card, [.. store.PublisherStatements(model.Id).Select(bytes => PublisherAppraisal.Appraise(bytes, published, trust))], trustPath);
    }

    /// <summary>Who vouches, in a word or two: a name of the trust file, or that it is none of them.</summary>
    internal static string Short(IReadOnlyList<PublisherFact> publishers)
    {
        PublisherFact[] trusted = [.. publishers.Where(static fact => fact.Result == CheckResult.Pass)];
        return trusted.Length > 0 ? string.Join(",", trusted.Select(static fact => fact.TrustedName).Distinct())
            : publishers.Any(static fact => fact.Result == CheckResult.NotEvaluated) ? "(not trusted)"
            : publishers.FirstOrDefault(static fact => Other(fact) is not null) is { } other ? $"(other {Other(other)})"
            : publishers.Count > 0 ? "(doesn't hold)"
            : "-";
    }

    private void Lines(Output output)
    {
        if (Card is { } card)
        {
            output.Line($"card     {card.Digest}");
            Line(output, "about", card.Description);
            Line(output, "warning", card.Warning);
            output.Line($"licence  {card.Licence?.Text ?? "not said: nothing is granted"}{(card.LicenceFile is { } file ? $" (text in {file})" : "")}");
            Line(output, "task", card.Task ?? "");
            Line(output, "tags", string.Join(", ", card.Tags));
            Line(output, "classes", card.Classes.Length == 0 ? "" : $"{card.Classes.Length}: {string.Join(", ", card.Classes.Take(10))}{(card.Classes.Length > 10 ? ", …" : "")}");
            Line(output, "authors", string.Join(", ", card.Authors));
            Line(output, "sources", string.Join(", ", card.Sources));
            Line(output, "home", card.Homepage ?? "");
        }
        else
        {
            output.Line("card     none: nothing is said about licence, classes or use");
        }

        foreach (PublisherFact fact in Publishers)
        {
            string when = $"{fact.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC by its clock";
            output.Line(fact.Result switch
            {
                CheckResult.Pass => $"vouched  by {fact.TrustedName}, whom {TrustPath} trusts, signed {when}{CardWords(fact)}",
                CheckResult.NotEvaluated => $"unknown  key {fact.Publisher} signed it and calls itself '{fact.ClaimedName}': {(fact.Code == PublisherCodes.NoTrustFile ? "there is no trust file" : $"{TrustPath} doesn't name it")}, so this says nothing [{fact.Code}]",
                _ when Other(fact) is { } what => $"other    {fact.TrustedName ?? $"key {fact.Publisher}, which calls itself '{fact.ClaimedName}',"} signed this model with another {what}, not with this one [{fact.Code}]",
                _ => $"BAD      a statement that calls itself '{fact.ClaimedName}' doesn't hold for this model [{fact.Code}]",
            });
        }

        if (Publishers.All(static fact => fact.Result != CheckResult.Pass))
        {
            output.Line("vouched  by nobody whom you trust");
            if (Publishers.FirstOrDefault(static fact => fact.Result == CheckResult.NotEvaluated) is { } open)
            {
                output.Line($"         if you know by another way that this key is theirs: assay trust add publisher NAME {open.Publisher} --trust {TrustPath ?? "trust.txt"}");
            }
        }
    }

    /// <summary>The end of what is shown of any model: these papers in words, then all that JSON gives, whatever its kind.</summary>
    internal void Close(Output output, string name, string id, string kind, string? minimum, string? use, ReadOnlyMemory<byte> statement)
    {
        Lines(output);
        output.Json(json =>
        {
            json.WriteString("name", name);
            json.WriteString("modelId", id);
            json.WriteString("kind", kind);
            json.WriteString("minimumLevel", minimum);
            json.WriteString("declaredUse", use);
            json.WritePropertyName("statement");
            json.WriteRawValue(statement.Span);
            Json(json);
        });
    }

    private void Json(Utf8JsonWriter json)
    {
        if (Card is { } card)
        {
            json.WriteString("cardDigest", card.Digest.ToString());
            json.WriteString("licence", card.Licence?.Text);
            json.WriteString("task", card.Task);
            json.WritePropertyName("card");
            json.WriteRawValue(card.Bytes.Span);
        }
        else
        {
            json.WriteNull("card");
        }

        json.WriteString("trust", TrustPath);
        WritePublishers(json, Publishers);
    }

    internal static void WritePublishers(Utf8JsonWriter json, IReadOnlyList<PublisherFact> publishers)
    {
        json.WriteStartArray("publishers");
        foreach (PublisherFact fact in publishers)
        {
            json.WriteStartObject();
            json.WriteString("result", fact.Result switch { CheckResult.Pass => "pass", CheckResult.Fail => "fail", _ => "not-evaluated" });
            json.WriteString("code", fact.Code);
            json.WriteString("publisher", fact.Publisher?.ToString());
            json.WriteString("name", fact.TrustedName);
            json.WriteString("claimedName", fact.ClaimedName);
            json.WriteString("at", fact.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteBoolean("coversCard", fact.CoversCard);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Its signature holds: that was said about this model, but not about all that is here.
    private static string? Other(PublisherFact fact) => fact.Code switch
    {
        PublisherCodes.OtherCard => "card",
        PublisherCodes.OtherStatement => "statement",
        _ => null,
    };

    private string CardWords(PublisherFact fact) => Card is null ? "" : fact.CoversCard ? ", the card too" : "; it says nothing about the card";

    private static void Line(Output output, string label, string text)
    {
        if (text.Length > 0)
        {
            output.Line($"{label,-8} {text}");
        }
    }
}
