using Assay.Node.Errors;
using Assay.Node.Paying;
using Assay.Node.Serving;
using Assay.Payments;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Assay.Node.Http;

/// <summary>x402 in HTTP: version 2 in headers, version 1 in the body, both in one 402.</summary>
internal static class PaidReply
{
    /// <summary>The address that was called, as callers see it.</summary>
    internal static Uri ResourceOf(HttpContext context, PriceFile file)
    {
        string path = (context.Request.PathBase + context.Request.Path).ToUriComponent();
        return file.PublicUrl is { } origin && Uri.TryCreate(origin, path, out Uri? there) ? there
            : Uri.TryCreate($"{(context.Request.Scheme.Length == 0 ? "http" : context.Request.Scheme)}://{context.Request.Host.ToUriComponent()}{path}", UriKind.Absolute, out Uri? here) ? here
            : new Uri("http://localhost" + path);
    }

    /// <summary>Whether a request comes with a payment.</summary>
    internal static bool HasPayment(HttpContext context) => context.Request.Headers.ContainsKey(PaymentHeader.Signature) || context.Request.Headers.ContainsKey(PaymentHeader.SignatureV1);

    /// <summary>The headers of a stream of events.</summary>
    internal static void BeginStream(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>The request's payment; or why there is none that could be taken.</summary>
    internal static PaidCall? Read(HttpContext context, ISoldRequest request, PriceFile file, out NodeError? error)
    {
        IHeaderDictionary headers = context.Request.Headers;
        bool second = headers.TryGetValue(PaymentHeader.Signature, out StringValues v2), first = headers.TryGetValue(PaymentHeader.SignatureV1, out StringValues v1);
        error = (first && second) || v1.Count > 1 || v2.Count > 1 ? PaymentRefusals.TwoPayments : null;
        return error is null ? new PaidCall(request, second ? v2.ToString() : first ? v1.ToString() : null, first ? 1 : 2, ResourceOf(context, file), context.RequestAborted) : null;
    }

    /// <summary>Writes an answer, or a refusal with its offers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="call">What was asked.</param>
    /// <param name="answer">What becomes of it.</param>
    /// <param name="refuse">Writes a refusal in the dialect's shape.</param>
    internal static async Task WriteAsync(HttpContext context, PaidCall call, PaidAnswer answer, Func<NodeError, Task> refuse)
    {
        if (answer.Settlement is { } settlement)
        {
            context.Response.Headers[call.Version == 1 ? PaymentHeader.ResponseV1 : PaymentHeader.Response] = PaymentHeader.Encode(settlement);
        }

        if (answer.Error is not { } error)
        {
            if (answer.Settlement is not null)
            {
                context.Response.Headers.CacheControl = "private, no-store";
            }

            await WriteAsync(context, answer.Reply!).ConfigureAwait(false);
            return;
        }

        if (error.Status == 402 || answer.Offers is not null)
        {
            context.Response.Headers.CacheControl = "no-store";
        }

        if (answer.Offers is { } offers)
        {
            context.Response.Headers[PaymentHeader.Required] = PaymentHeader.Encode(offers.WriteV2());
        }

        await refuse(error).ConfigureAwait(false);
    }

    /// <summary>Writes an answer that is there.</summary>
    internal static async Task WriteAsync(HttpContext context, InferenceReply reply)
    {
        OipEndpoints.WriteHeaders(context, reply);
        if (!reply.IsStream)
        {
            await JsonReply.WriteAsync(context, 200, reply.Body).ConfigureAwait(false);
            return;
        }

        string? cache = context.Response.Headers.CacheControl;
        BeginStream(context);
        context.Response.Headers.CacheControl = cache ?? context.Response.Headers.CacheControl.ToString();
        context.Response.StatusCode = 200;
        await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
