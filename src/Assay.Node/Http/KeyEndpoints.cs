using Assay.Log;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary>
/// <c>GET /v1/keys/self/counter</c>: how far the caller's key has come, so that it knows how many receipts it should have. The
/// node's word, unsigned; held against signed receipts by <c>assay log watch</c>.
/// </summary>
internal static class KeyEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, ApiKeyGate gate, TiledLog log) => routes.MapGet("/v1/keys/self/counter", async (HttpContext context) =>
    {
        using ApiKeyLease? lease = gate.TryEnter(context.Request.Headers.Authorization, out NodeError? refused);
        if (lease is null)
        {
            await JsonReply.ErrorAsync(context, refused!).ConfigureAwait(false);
            return;
        }

        KeyCounter? last = log.GetLastCounter(lease.Key.Name);
        context.Response.Headers.CacheControl = "private, no-store";
        await JsonReply.WriteAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("key", lease.Key.Name);
            json.WriteString("origin", log.Origin);
            json.WriteNumber("counter", last?.Counter ?? 0);
            if (last is { } known)
            {
                json.WriteNumber("logIndex", known.LogIndex);
            }
            else
            {
                json.WriteNull("logIndex");
            }

            json.WriteEndObject();
        }).ConfigureAwait(false);
    });
}
