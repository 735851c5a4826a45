using System.Globalization;
using System.Text.Json;
using Assay.Models.Hub;
using Assay.Node.Chatting;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Assay.Node.Http;

/// <summary>Finding models, and what is said about them: cards, licences, publishers' signed statements, histories of names (docs/hub.md).</summary>
internal static class HubEndpoints
{
    private const int DefaultPage = 100;
    private const int MaxWords = 256;

    private static readonly string[] ListMembers = ["q", "task", "licence", "use", "kind", "level", "after", "limit"];
    private static readonly string[] HistoryMembers = ["after", "limit"];

    internal static void Map(IEndpointRouteBuilder routes, ModelCatalog catalog, ChatCatalog chat, NodeIdentity identity, InferenceService service, PriceList? prices)
    {
        routes.MapGet("/v1/models", (HttpContext context) => ListAsync(context, catalog, chat, identity.KeySet.Origin, prices));
        routes.MapGet("/v1/models/{model}/card", (HttpContext context, string model) =>
            catalog.Find(model) is not { } found ? JsonReply.ErrorAsync(context, service.UnknownModel(model))
            : found.Papers.Card is { } card ? JsonReply.WriteAsync(context, 200, card.Bytes)
            : JsonReply.ErrorAsync(context, new NodeError(404, "card_not_found", $"'{found.Terms.Name}' has no card: its publisher says nothing about licence or classes.", $"GET /v1/models/{found.Terms.Name}")));
        routes.MapGet("/v1/models/{model}/licence", (HttpContext context, string model) =>
            catalog.Find(model) is not { } found ? JsonReply.ErrorAsync(context, service.UnknownModel(model)) : LicenceAsync(context, found));
        routes.MapGet("/v1/models/{model}/statements", (HttpContext context, string model) =>
            catalog.Find(model) is { } found ? JsonReply.WriteAsync(context, 200, json => Statements(json, found)) : JsonReply.ErrorAsync(context, service.UnknownModel(model)));
        routes.MapGet("/v1/models/{model}/history", (HttpContext context, string model) =>
            catalog.Find(model) is { } found ? HistoryAsync(context, found) : JsonReply.ErrorAsync(context, service.UnknownModel(model)));
    }

    /// <summary>The members of a model's description that come from its papers.</summary>
    internal static void Describe(Utf8JsonWriter json, ServedModel model)
    {
        ModelCard? card = model.Papers.Card;
        json.WriteString("kind", model.Kind);
        json.WriteString("task", card?.Task);
        json.WriteString("licence", card?.Licence?.Text);
        json.WriteStartArray("tags");
        foreach (string tag in card?.Tags ?? [])
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        json.WriteString("card_digest", card?.Digest.ToString());
        json.WriteStartArray("publishers");
        foreach (PublisherStatement statement in model.Papers.Publishers)
        {
            json.WriteStartObject();
            Publisher(json, statement);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static Task ListAsync(HttpContext context, ModelCatalog catalog, ChatCatalog chat, string owner, PriceList? prices)
    {
        if (Query(context, ListMembers, out string? after, out int limit) is { } error)
        {
            return JsonReply.ErrorAsync(context, error);
        }

        IQueryCollection query = context.Request.Query;
        Func<HubEntry, bool>? also = null;
        if (query["level"] is [{ } text])
        {
            if (!VerificationLevel.TryParse(text, out VerificationLevel level, out _))
            {
                return JsonReply.ErrorAsync(context, Bad("level", "isn't a level", "signed or replay"));
            }

            also = entry => catalog.Find(entry.Name) is { } model && model.Terms.CanMeet(level);
        }

        if (query["kind"] is [{ } kind] && kind is not (HubEntry.Exact or HubEntry.Float))
        {
            return JsonReply.ErrorAsync(context, Bad("kind", "is exact or float", "kind=exact"));
        }

        string words = Only(query["q"]) ?? "";
        if (words.Length > MaxWords)
        {
            return JsonReply.ErrorAsync(context, Bad("q", $"has at most {MaxWords} characters", "q=face"));
        }

        HubPage page = catalog.Index.Find(new HubQuery(words, Only(query["task"]), Only(query["licence"]), Only(query["use"]), Only(query["kind"]), also), after, limit);
        return JsonReply.WriteAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("models");
            foreach (HubEntry entry in page.Entries)
            {
                ModelEndpoints.Describe(json, catalog.Named(entry.Name), prices);
            }

            json.WriteEndArray();
            json.WriteString("next", page.Next);

            // As OpenAI's clients want it, which know no pages and no searches: chat models stand on the first page of a list without conditions.
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (ChatModel model in query.Keys.All(static name => name == "limit") ? chat.Models : [])
            {
                OpenAiModels.Describe(json, model, owner, prices);
            }

            foreach (HubEntry entry in page.Entries)
            {
                json.WriteStartObject();
                OpenAiModels.Members(json, catalog.Named(entry.Name), owner);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static Task LicenceAsync(HttpContext context, ServedModel model)
    {
        if (model.Papers.Licence is not { } text)
        {
            return JsonReply.ErrorAsync(context, new NodeError(404, "licence_not_found", $"'{model.Terms.Name}' comes without a licence text.", "The card's 'licence' is an SPDX expression; spdx.org/licenses has the texts."));
        }

        // Whatever a publisher wrote stays text in a browser.
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentLength = text.Length;
        return context.Response.Body.WriteAsync(text, 0, text.Length, context.RequestAborted);
    }

    private static void Statements(Utf8JsonWriter json, ServedModel model)
    {
        json.WriteStartObject();
        json.WriteString("model_id", model.Id.ToString());
        json.WriteString("statement_digest", model.StatementDigest.ToString());
        json.WriteString("card_digest", model.Papers.Card?.Digest.ToString());
        json.WriteStartArray("statements");
        foreach (PublisherStatement statement in model.Papers.Publishers)
        {
            json.WriteStartObject();
            json.WriteString("digest", statement.Digest.ToString());
            Publisher(json, statement);
            json.WriteString("card_digest", statement.Card?.ToString());
            json.WriteBase64String("cose", statement.Bytes.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // By thumbprint: the name is what the publisher calls itself.
    private static void Publisher(Utf8JsonWriter json, PublisherStatement statement)
    {
        json.WriteString("publisher", statement.Publisher.Thumbprint().ToString());
        json.WriteString("claimed_name", statement.Name);
        json.WriteNumber("at", statement.At);
    }

    private static Task HistoryAsync(HttpContext context, ServedModel model)
    {
        if (Query(context, HistoryMembers, out string? after, out int limit) is { } error)
        {
            return JsonReply.ErrorAsync(context, error);
        }

        int from = 0;
        if (after is not null && !(int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from) && from >= 0))
        {
            return JsonReply.ErrorAsync(context, Bad("after", "is the number of an entry", "after=100"));
        }

        IReadOnlyList<AliasEvent> history = model.Papers.History;
        int end = (int)Math.Min(history.Count, (long)from + limit);
        return JsonReply.WriteAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", model.Terms.Name);
            json.WriteStartArray("history");
            for (int i = from; i < end; i++)
            {
                AliasEvent item = history[i];
                json.WriteStartObject();
                json.WriteNumber("seq", item.Entry.Sequence);
                json.WriteNumber("at", item.Entry.At);
                json.WriteString("model_id", item.Entry.ModelId);
                json.WriteString("statement_digest", item.Entry.Statement);
                json.WriteString("card_digest", item.Entry.Card);
                json.WriteString("minimum_level", item.Entry.MinimumLevel);
                json.WriteString("declared_use", item.Entry.DeclaredUse);
                json.WriteStartArray("changes");
                foreach (string change in item.Changes)
                {
                    json.WriteStringValue(change);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("next", end < history.Count ? end.ToString(CultureInfo.InvariantCulture) : null);
            json.WriteEndObject();
        });
    }

    // A misspelt filter would be ignored, and its absence believed.
    private static NodeError? Query(HttpContext context, string[] known, out string? after, out int limit)
    {
        IQueryCollection query = context.Request.Query;
        after = Only(query["after"]);
        limit = DefaultPage;
        foreach ((string name, StringValues values) in query)
        {
            if (!known.Contains(name))
            {
                return new NodeError(400, "query_unknown", $"There is no '{name}' to ask for here.", NearestName.Find(name, known) is { } nearest ? $"Did you mean '{nearest}'?" : $"There are {string.Join(", ", known)}.");
            }

            if (values.Count != 1)
            {
                return Bad(name, "stands more than once", "Say it once.");
            }
        }

        return Only(query["limit"]) is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= HubIndex.MaxPage)
            ? Bad("limit", $"is a number from 1 to {HubIndex.MaxPage}", $"limit={DefaultPage}")
            : null;
    }

    private static string? Only(StringValues values) => values.Count == 1 ? values[0] : null;

    private static NodeError Bad(string name, string rule, string nearest) => new(400, "query_value", $"'{name}' {rule}.", nearest);
}
