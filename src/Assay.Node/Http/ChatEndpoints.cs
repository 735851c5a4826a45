using System.Globalization;
using System.IO.Pipelines;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Node.Errors;
using Assay.Node.History;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Assay.Node.Http;

/// <summary>OpenAI's dialects: chat completions, completions, embeddings.</summary>
internal sealed class ChatEndpoints(NodeOptions options, NodeIdentity identity, ApiKeyGate gate, ChatPlanner planner, ApplicationBook applications, ChatService service, PaymentDesk? desk, TimeProvider time, CancellationToken stopping)
{
    // For the last event to leave before the connection is cut.
    private static readonly TimeSpan Parting = TimeSpan.FromMilliseconds(250);

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
        if (planner.TryBegin(kind, lease.Key, level, body, out ChatBegun? begun) is { } unread)
        {
            await OpenAiReply.ErrorAsync(context, unread).ConfigureAwait(false);
            return;
        }

        if (desk is not null && (PaidReply.HasPayment(context) || desk.Sells(begun!.Model.Terms.Name)))
        {
            await SellAsync(context, begun!, desk).ConfigureAwait(false);
            return;
        }

        ChatJob? job = null;
        NodeError? unplanned = planner.Prepare(begun!, null, out ChatPrepared? prepared)
            ?? applications.TryEnter(job = prepared!.Job(prepared.Plans[0]), context.Request.Headers[ApplicationEndpoints.Header]);
        using ApplicationUse? application = job?.Application;
        await (unplanned is null ? AnswerAsync(context, job!) : OpenAiReply.ErrorAsync(context, unplanned)).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context, ChatJob job)
    {
        if (job.Model.TryEnter(job.Caller) is { } busy)
        {
            await OpenAiReply.ErrorAsync(context, busy).ConfigureAwait(false);
            return;
        }

        try
        {
            await (job.Request.IsStream ? StreamAsync(context, job) : WholeAsync(context, job)).ConfigureAwait(false);
        }
        finally
        {
            job.Model.Leave(job.Caller);
        }
    }

    // From a balance, a stream leaves as it comes, for it is charged in any case. A payment of the request's own is settled before anything leaves.
    private async Task SellAsync(HttpContext context, ChatBegun begun, PaymentDesk desk)
    {
        using SoldChat request = new(begun, planner, service, job => applications.TryEnter(job, context.Request.Headers[ApplicationEndpoints.Header]), stopping);
        if (PaidReply.Read(context, request, desk.Prices.File, out NodeError? unclear) is not { } call)
        {
            await OpenAiReply.ErrorAsync(context, unclear!).ConfigureAwait(false);
            return;
        }

        PaidAnswer? answer = null;
        if (begun.Request.IsStream && call.Payment is null && desk.TakesBalance(request))
        {
            (PrepaidHold? hold, ISoldWork? work, answer) = await desk.HoldAsync(call).ConfigureAwait(false);
            if (hold is not null)
            {
                await using (hold.ConfigureAwait(false))
                {
                    ChatJob job = request.Job(work!, work!.Plans[0], hold.Paid);
                    job.Charge = hold.ChargeAsync;
                    await AnswerAsync(context, job).ConfigureAwait(false);
                }

                return;
            }
        }

        answer ??= await desk.AnswerAsync(call).ConfigureAwait(false);
        if (answer.Reply is { } reply)
        {
            context.Response.Headers["x-request-id"] = OpenAiReply.RequestId(reply.ReceiptId.ToString());
        }

        await PaidReply.WriteAsync(context, call, answer, error => OpenAiReply.ErrorAsync(context, error)).ConfigureAwait(false);
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
        using ChatStream stream = service.Stream(job, clock, caller);
        NodeError? failure = await stream.RunAsync(() =>
        {
            WriteHeaders(context, job);
            PaidReply.BeginStream(context);
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
        OipEndpoints.WriteHeaders(context, job.Id, job.Secret, job.Plan);
        context.Response.Headers["x-request-id"] = OpenAiReply.RequestId(job.Id.ToString());
    }
}
