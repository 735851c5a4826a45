using System.Globalization;
using System.Security.Cryptography;
using Assay.Node.Chatting;
using Assay.Node.Errors;
using Assay.Node.Issuing;
using Microsoft.AspNetCore.Http;

namespace Assay.Node.Http;

/// <summary>Refusals as OpenAI's clients read them.</summary>
internal static class OpenAiReply
{
    /// <summary>The header <c>x-request-id</c> of a request that has a receipt's id.</summary>
    internal static string RequestId(string id) => "req_" + id;

    /// <summary>Writes a refusal.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="id">The id that its receipt would have; null: it has none yet.</param>
    internal static Task ErrorAsync(HttpContext context, NodeError error, string? id = null)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers["x-request-id"] = RequestId(id ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        bool isFinal = error.IsFinal || error.Status is 424;
        if (!isFinal && (error.RetryAfterSeconds is not null || error.Status is 429 or 503))
        {
            headers.RetryAfter = (error.RetryAfterSeconds ?? 1).ToString(CultureInfo.InvariantCulture);
        }

        // OpenAI's clients send again whatever has one of these statuses, unless they are told not to.
        if (isFinal && error.Status is 408 or 409 or 429 or >= 500 or 424)
        {
            headers["x-should-retry"] = "false";
        }

        if (error.Status == 401)
        {
            headers.WWWAuthenticate = "Bearer";
        }

        if (error.Shortfall is { } withheld)
        {
            headers["Assay-Receipt"] = withheld.Receipt.ToString();
            headers[ReadSecret.Header] = error.ReceiptSecret;
        }

        return JsonReply.WriteAsync(context, error.Status, json =>
        {
            json.WriteStartObject();
            OpenAiError.Write(json, error);
            json.WriteEndObject();
        });
    }
}
