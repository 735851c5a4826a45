using Assay.Log;
using Assay.Node.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary>The log as C2SP tlog-tiles: <c>/log/checkpoint</c>, <c>/log/tile/…</c>. Tiles never change and may be cached for ever; the checkpoint may not.</summary>
internal static class LogEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, TiledLog log)
    {
        routes.MapGet("/log/{**path}", async (HttpContext context, string? path) =>
        {
            if (log.TryGetResource(path ?? "") is not { } resource)
            {
                await JsonReply.ErrorAsync(context, new NodeError(404, "log/not-found", "The log has no such file.", "See /log/checkpoint for its size.")).ConfigureAwait(false);
                return;
            }

            context.Response.ContentType = resource.ContentType;
            context.Response.Headers.CacheControl = resource.IsImmutable ? "public, max-age=31536000, immutable" : "no-store";
            context.Response.ContentLength = resource.Content.Length;
            await context.Response.Body.WriteAsync(resource.Content, context.RequestAborted).ConfigureAwait(false);
        });
    }
}
