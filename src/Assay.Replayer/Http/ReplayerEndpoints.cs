using System.Text;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Replayer.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Replayer.Http;

/// <summary>A peer's paths (spec/endorsements.md). What is answered, <see cref="ReplayerService"/> decides.</summary>
internal sealed class ReplayerEndpoints(ReplayerService service, ReplayerStore store, IReadOnlyList<ModelId> models, Turnstile turnstile)
{
    private const string Text = "text/plain; charset=utf-8";
    private const int Chunk = 64 * 1024;

    private readonly HashSet<ModelId> _models = [.. models];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/commitments", (HttpContext context) => PostAsync(context, service.Commit));
        routes.MapPost("/v1/endorsements", (HttpContext context) => PostAsync(context, service.Endorse));
        routes.MapGet("/v1/refutations", ListAsync);
        routes.MapGet("/v1/refutations/{digest}", (HttpContext context, string digest) => WriteAsync(context, store.Find(digest) is { } found
            ? new ReplayerReply(200, ReplayerReply.EndorsementType, found.WithoutOpening().Encode())
            : ReplayerReply.Refused(404, ReplayerErrors.NotFound, "This peer keeps no such refutation.", "GET /v1/refutations lists them.")));
        routes.MapGet("/v1/models/{id}", (HttpContext context, string id) => WriteAsync(context, ModelId.TryParse(id, out ModelId model) && _models.Contains(model)
            ? ReplayerReply.Json(200, json => json.WriteString("id", model.ToString()))
            : ReplayerReply.Refused(404, ReplayerErrors.ModelUnknown, "This peer hasn't that program.", "GET /.well-known/assay-replayer lists those that it has.")));
        routes.MapGet("/.well-known/assay-replayer", (HttpContext context) => WriteAsync(context, About()));
        routes.MapFallback((HttpContext context) => WriteAsync(context, ReplayerReply.Refused(404, ReplayerErrors.NotFound, "There is nothing here.", "GET /.well-known/assay-replayer")));
    }

    private ReplayerReply About() => ReplayerReply.Json(200, json =>
    {
        json.WriteString("profile", ReplayerHost.Profile);
        json.WriteString("software", ReplayerHost.Software);
        json.WriteString("key", Convert.ToHexStringLower(store.Key.ToArray()));
        json.WriteString("peer", store.Key.Thumbprint().ToString());
        json.WriteStartArray("models");
        foreach (ModelId model in models)
        {
            json.WriteStringValue(model.ToString());
        }

        json.WriteEndArray();
        json.WriteNumber("refutations", store.Count);
        json.WriteNumber("refutationsNotKept", store.NotKept);
    });

    private Task ListAsync(HttpContext context)
    {
        StringBuilder lines = new();
        foreach (Refutation refutation in store.Refutations())
        {
            lines.Append(refutation.Endorsement).Append(' ').Append(refutation.Receipt).Append('\n');
        }

        return WriteAsync(context, new ReplayerReply(200, Text, Encoding.ASCII.GetBytes(lines.ToString())));
    }

    private async Task PostAsync(HttpContext context, Func<ReadOnlyMemory<byte>, ReplayerReply> answer)
    {
        ReplayerReply reply = ReplayerService.Busy();
        if (turnstile.TryEnter())
        {
            try
            {
                reply = await AnswerAsync(context, answer).ConfigureAwait(false);
            }
            finally
            {
                turnstile.Leave();
            }
        }

        await WriteAsync(context, reply).ConfigureAwait(false);
    }

    // Memory is taken as bytes come, not as a header announces them.
    private async Task<ReplayerReply> AnswerAsync(HttpContext context, Func<ReadOnlyMemory<byte>, ReplayerReply> answer)
    {
        long taken = 0;
        try
        {
            using MemoryStream body = new();
            byte[] chunk = new byte[Chunk];
            while (true)
            {
                int read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                if (body.Length + read > Bundle.MaxLength)
                {
                    return TooLong();
                }

                if (!turnstile.TryTake(read))
                {
                    return ReplayerService.Busy();
                }

                taken += read;
                body.Write(chunk, 0, read);
            }

            ReadOnlyMemory<byte> bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
            return await turnstile.RunAsync(() => answer(bytes), context.RequestAborted).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLong() : ReplayerReply.Refused(400, ReplayerErrors.Bundle, "The body can't be read.");
        }
        finally
        {
            turnstile.GiveBack(taken);
        }
    }

    private static ReplayerReply TooLong() => ReplayerReply.Refused(400, ReplayerErrors.Bundle, "A bundle has at most 64 MiB.");

    private static async Task WriteAsync(HttpContext context, ReplayerReply reply)
    {
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        context.Response.ContentLength = reply.Body.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (reply.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
