using System.Text.Json;
using Assay.Node.Chatting;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Proving;
using Assay.Node.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary>Native endpoints about models: terms, publisher's statement, and the program and weights with which anyone can replay.</summary>
internal static class ModelEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, ModelCatalog catalog, ChatCatalog chat, NodeIdentity identity, InferenceService service, PriceList? prices)
    {
        string owner = identity.KeySet.Origin;
        routes.MapGet("/v1/models/{model}", (HttpContext context, string model) =>
            chat.Find(model) is { } chatting ? JsonReply.WriteAsync(context, 200, json => OpenAiModels.Describe(json, chatting, owner, prices))
            : catalog.Find(model) is { } found ? JsonReply.WriteAsync(context, 200, json => Describe(json, found, prices, owner)) : JsonReply.ErrorAsync(context, service.UnknownModel(model)));
        routes.MapGet("/v1/models/{model}/statement", (HttpContext context, string model) =>
            catalog.Find(model) is { } found ? JsonReply.WriteAsync(context, 200, found.Statement) : JsonReply.ErrorAsync(context, service.UnknownModel(model)));
        routes.MapGet("/v1/models/{model}/proof-key", (HttpContext context, string model) => ProofKeyAsync(context, catalog, service, model));
        routes.MapGet("/v1/models/{model}/program", (HttpContext context, string model) => FileAsync(context, catalog, service, model, static m => m.Program));
        routes.MapGet("/v1/models/{model}/weights", (HttpContext context, string model) => FileAsync(context, catalog, service, model, static m => m.Weights));
    }

    /// <param name="json">Where to.</param>
    /// <param name="model">The model.</param>
    /// <param name="prices">What it costs; null: nothing does.</param>
    /// <param name="owner">The node, where the description is to have OpenAI's members too.</param>
    internal static void Describe(Utf8JsonWriter json, ServedModel model, PriceList? prices, string? owner = null)
    {
        json.WriteStartObject();
        if (owner is not null)
        {
            OpenAiModels.Members(json, model, owner);
        }

        json.WriteString("name", model.Terms.Name);
        json.WriteString("model_id", model.Id.ToString());
        json.WriteString("semantics", model.Runner.Semantics);
        json.WriteBoolean("exact", model.Terms.IsExact);
        json.WriteString("description", model.Papers.Card is { Description.Length: > 0 } card ? card.Description : model.Description);
        json.WriteString("declared_use", model.Terms.DeclaredUse);
        json.WriteString("minimum_level", model.Terms.MinimumLevel?.ToString());
        json.WriteBoolean("weights_public", model.Terms.WeightsPublic);
        json.WriteStartArray("levels");
        foreach (string level in model.Terms.Available)
        {
            json.WriteStringValue(level);
        }

        json.WriteEndArray();
        json.WriteString("statement_digest", model.StatementDigest.ToString());
        DescribeProof(json, model);
        HubEndpoints.Describe(json, model);
        PricesJson.Write(json, model.Terms, prices);
        json.WriteEndObject();
    }

    private static void DescribeProof(Utf8JsonWriter json, ServedModel model)
    {
        if (model.Proofs is not { } proofs)
        {
            json.WriteNull("proof");
            return;
        }

        ProofForecast forecast = proofs.Engine.Forecast(1);
        json.WriteStartObject("proof");
        json.WriteNumber("bits", forecast.Bits);
        json.WriteNumber("most_bytes", forecast.Bytes);
        json.WriteNumber("memory_bytes", forecast.MemoryBytes);
        json.WriteNumber("expected_ms", Math.Round(forecast.Milliseconds, 1));
        json.WriteNumber("most_items", proofs.Engine.MaximumBatch);
        json.WriteNumber("registrations", proofs.Registrations.Length);
        json.WriteEndObject();
    }

    private static async Task ProofKeyAsync(HttpContext context, ModelCatalog catalog, InferenceService service, string name)
    {
        if (catalog.Find(name) is not { Proofs: { } proofs } model)
        {
            await JsonReply.ErrorAsync(context, catalog.Find(name) is null ? service.UnknownModel(name)
                : new NodeError(404, "zk/not-registered", $"'{name}' has no proof key here.", "The operator runs 'assay prove setup'.")).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.ETag = $"\"{model.Id}\"";
        context.Response.ContentLength = proofs.Engine.Key.Length;
        await context.Response.Body.WriteAsync(proofs.Engine.Key, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task FileAsync(HttpContext context, ModelCatalog catalog, InferenceService service, string name, Func<ServedModel, ReadOnlyMemory<byte>> file)
    {
        ServedModel? model = catalog.Find(name);
        if (model is null || !model.Terms.CanReplay)
        {
            await JsonReply.ErrorAsync(context, model is null ? service.UnknownModel(name)
                : !model.Terms.IsExact ? new NodeError(409, "model_not_exact", $"'{model.Terms.Name}' is a float model: it has no exact program, and can't be replayed.", "Its receipts are signed and logged; 'assay verify' checks that.")
                : new NodeError(403, "weights_private", $"The publisher of '{model.Terms.Name}' keeps program and weights private.", "Ask the publisher; without them the model can't be replayed.")).ConfigureAwait(false);
            return;
        }

        ReadOnlyMemory<byte> bytes = file(model);
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.ETag = $"\"{model.Id}\"";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }
}
