using System.Text.Json;
using Assay.Node.Errors;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Verification.Advising;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary><c>POST /v1/advise</c>: from threats, value, time and budget to levels, with what this node measured.</summary>
internal static class AdviceEndpoints
{
    private const int MaximumBody = 16 << 10;

    internal static void Map(IEndpointRouteBuilder routes, ModelCatalog catalog, InferenceService service) => routes.MapPost("/v1/advise", async (HttpContext context) =>
    {
        (AdviceRequest Request, string? Model)? parsed = null;
        if (context.Request.ContentLength is <= MaximumBody)
        {
            try
            {
                using JsonDocument document = await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { MaxDepth = 4 }, context.RequestAborted).ConfigureAwait(false);
                parsed = AdviceJson.TryRead(document.RootElement);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                parsed = null;
            }
        }

        if (parsed is not { } asked)
        {
            await JsonReply.ErrorAsync(context, new NodeError(400, "advice_malformed", "The body isn't a request for advice.",
                """Send {"threats":["model-swap"],"value":100,"maxMilliseconds":50,"maxPrice":0,"model":"digits"}; all but threats are optional.""")).ConfigureAwait(false);
            return;
        }

        ServedModel? model = asked.Model is null ? null : catalog.Find(asked.Model);
        if (asked.Model is not null && model is null)
        {
            await JsonReply.ErrorAsync(context, service.UnknownModel(asked.Model)).ConfigureAwait(false);
            return;
        }

        Advice advice = Advisor.Advise(asked.Request, Offers(model));
        await JsonReply.WriteAsync(context, 200, json => AdviceJson.Write(json, advice)).ConfigureAwait(false);
    });

    // Times are measured or unknown, never guessed: replay happens at the client or at peers, after the answer, so the node knows only its own share.
    private static LevelOffer[] Offers(ServedModel? model) =>
    [
        new(VerificationLevel.Signed, true, model?.Times.RequestMilliseconds, 0),
        new(VerificationLevel.Replay, model?.Terms.CanReplay ?? true, model?.Times.RequestMilliseconds, 0),
        new(VerificationLevel.Tee, model?.Terms is { NoTee: null }, model?.Times.RequestMilliseconds, 0),
        new(VerificationLevel.Zk, false, null, 0),
    ];
}
