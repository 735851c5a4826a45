using System.Text.Json;
using Assay.Node.Errors;
using Assay.Node.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary>Native endpoints about models: terms, publisher's statement, and the program and weights with which anyone can replay.</summary>
internal static class ModelEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, ModelCatalog catalog, InferenceService service)
    {
        routes.MapGet("/v1/models/{model}", (HttpContext context, string model) =>
            catalog.Find(model) is { } found ? JsonReply.WriteAsync(context, 200, json => Describe(json, found)) : JsonReply.ErrorAsync(context, service.UnknownModel(model)));
        routes.MapGet("/v1/models/{model}/statement", (HttpContext context, string model) =>
            catalog.Find(model) is { } found ? JsonReply.WriteAsync(context, 200, found.Statement) : JsonReply.ErrorAsync(context, service.UnknownModel(model)));
        routes.MapGet("/v1/models/{model}/program", (HttpContext context, string model) => FileAsync(context, catalog, service, model, static m => m.Program));
        routes.MapGet("/v1/models/{model}/weights", (HttpContext context, string model) => FileAsync(context, catalog, service, model, static m => m.Weights));
    }

    internal static void Describe(Utf8JsonWriter json, ServedModel model)
    {
        json.WriteStartObject();
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
        HubEndpoints.Describe(json, model);
        json.WriteEndObject();
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
