using Assay.Node.Errors;
using Assay.Node.Paying;
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

    /// <summary>The request's payment; or why there is none that could be taken.</summary>
    internal static PaidCall? Read(HttpContext context, ISoldRequest request, PriceFile file, out NodeError? error)
    {
        IHeaderDictionary headers = context.Request.Headers;
        bool second = headers.TryGetValue(PaymentHeader.Signature, out StringValues v2), first = headers.TryGetValue(PaymentHeader.SignatureV1, out StringValues v1);
        error = (first && second) || v1.Count > 1 || v2.Count > 1 ? PaymentRefusals.TwoPayments : null;
        return error is null ? new PaidCall(request, second ? v2.ToString() : first ? v1.ToString() : null, first ? 1 : 2, ResourceOf(context, file), context.RequestAborted) : null;
    }

    /// <summary>Writes an answer, or a refusal with its offers.</summary>
    internal static async Task WriteAsync(HttpContext context, PaidCall call, PaidAnswer answer)
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

            OipEndpoints.WriteHeaders(context, answer.Reply!);
            await JsonReply.WriteAsync(context, 200, answer.Reply!.Body).ConfigureAwait(false);
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

        await JsonReply.ErrorAsync(context, error, answer.OffersV1 ? answer.Offers : null).ConfigureAwait(false);
    }
}
