using System.Globalization;
using System.IO.Pipelines;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Node.Errors;
using Assay.Node.History;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Receipts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Assay.Node.Http;

/// <summary>OpenAI's dialects: chat completions, completions, embeddings.</summary>
internal sealed class ChatEndpoints(NodeOptions options, NodeIdentity identity, ApiKeyGate gate, ChatPlanner planner, ApplicationBook applications, ChatService service, ChatReceipts receipts, ProgressSigner signer, TimeProvider time, CancellationToken stopping)
{
    // For the last event to leave before the connection is cut.
    private static readonly TimeSpan Parting = TimeSpan.FromMilliseconds(100);

    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (ChatKind kind in Enum.GetValues<ChatKind>())
        {
            routes.MapPost(ChatAddresses.Of(kind), (HttpContext context) => AnswerAsync(context, kind));
        }
    }

    private async Task AnswerAsync(HttpContext context, ChatKind kind)
    {
        // Who asks, and how much, before a byte of the body is read.
        using ApiKeyLease? lease = gate.TryEnter(context.Request.Headers.Authorization, out NodeError? refused, takesOthersKeys: true);
        refused ??= OipEndpoints.UnknownWish(context.Request, ApplicationEndpoints.Header) ?? InferenceService.NotInForce(identity, time.GetUtcNow());
        if (refused is not null)
        {
            await OpenAiReply.ErrorAsync(context, refused).ConfigureAwait(false);
            return;
        }

        int maximum = Math.Min(Math.Min(options.MaximumBodyBytes, ChatLimits.BodyBytes), lease!.Key.Limits.BodyBytes ?? int.MaxValue);
        byte[]? body = context.Request.ContentLength > maximum ? null : await OipEndpoints.ReadBodyAsync(context.Request.BodyReader, maximum, context.RequestAborted).ConfigureAwait(false);
        if (body is null)
        {
            await OpenAiReply.ErrorAsync(context, new NodeError(413, "body_too_large", $"The body is longer than {maximum} bytes.", "Send less.")).ConfigureAwait(false);
            return;
        }

        string? level = context.Request.Headers.TryGetValue(OipEndpoints.VerificationHeader, out StringValues levels) ? levels.ToString() : null;
        if (planner.TryPlan(kind, lease.Key, level, body, out ChatJob? job) is { } unplanned)
        {
            await OpenAiReply.ErrorAsync(context, unplanned).ConfigureAwait(false);
            return;
        }

        if (applications.TryEnter(job!, context.Request.Headers[ApplicationEndpoints.Header]) is { } notItsOwn)
        {
            await OpenAiReply.ErrorAsync(context, notItsOwn).ConfigureAwait(false);
            return;
        }

        using ApplicationUse? application = job!.Application;
        ChatModel model = job.Model;
        if (!model.TryEnter(lease.Key, out bool isOfKey))
        {
            await OpenAiReply.ErrorAsync(context, isOfKey
                ? new NodeError(429, "chat/key-busy", $"You may have {model.Limits.ConcurrentPerKey} answers of '{job.Name}' at the same time.", "Wait for one of them to end.") { RetryAfterSeconds = 1 }
                : new NodeError(503, "chat/busy", $"'{job.Name}' answers {model.Limits.Concurrent} requests at the same time, and has as many.", "Try again in a second.")).ConfigureAwait(false);
            return;
        }

        try
        {
            await (job.Request.IsStream ? StreamAsync(context, job) : WholeAsync(context, job)).ConfigureAwait(false);
        }
        finally
        {
            model.Leave(lease.Key);
        }
    }

    private async Task WholeAsync(HttpContext context, ChatJob job)
    {
        (ChatReply? reply, NodeError? error) = await service.AnswerAsync(job, context.RequestAborted, stopping).ConfigureAwait(false);
        if (error is not null)
        {
            await OpenAiReply.ErrorAsync(context, error, job.Id.ToString()).ConfigureAwait(false);
            return;
        }

        WriteHeaders(context, job);
        context.Response.Headers["openai-processing-ms"] = time.GetElapsedTime(job.Began).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        await JsonReply.WriteAsync(context, 200, reply!.Body).ConfigureAwait(false);
    }

    private async Task StreamAsync(HttpContext context, ChatJob job)
    {
        using ChatClock clock = new(job.Model.Limits, time, job.Began, context.RequestAborted, stopping);
        PipeWriter caller = context.Response.BodyWriter;
        using ChatStream stream = new(job, service, receipts, signer, time, clock, caller);
        NodeError? failure = await stream.RunAsync(() =>
        {
            WriteHeaders(context, job);
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-cache, no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no";
        }).ConfigureAwait(false);
        if (failure is null)
        {
            return;
        }

        if (!stream.HasBegun)
        {
            await OpenAiReply.ErrorAsync(context, failure, job.Id.ToString()).ConfigureAwait(false);
            return;
        }

        // A quiet end would pass for a whole answer with some clients: the connection breaks.
        if (clock.IsHeard)
        {
            using CancellationTokenSource limit = new(job.Model.Limits.Write, time);
            try
            {
                await caller.FlushAsync(limit.Token).ConfigureAwait(false);
                await Task.Delay(Parting, time, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Nobody takes it.
            }
        }

        context.Abort();
    }

    private static void WriteHeaders(HttpContext context, ChatJob job)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers["Assay-Receipt"] = job.Id.ToString();
        headers[ReadSecret.Header] = job.Secret;
        headers["Assay-Level"] = job.Plan.Level.ToString();
        headers["Assay-Level-Source"] = LevelSources.Text(job.Plan.Source);
        headers["x-request-id"] = OpenAiReply.RequestId(job.Id.ToString());
    }
}
