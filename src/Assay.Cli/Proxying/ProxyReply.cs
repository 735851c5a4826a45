using System.Globalization;
using Assay.Client;
using Assay.Node.Chatting;
using Assay.Node.Http;
using Microsoft.AspNetCore.Http;

namespace Assay.Cli.Proxying;

/// <summary>What a proxy says itself: errors in OpenAI's shape.</summary>
internal static class ProxyReply
{
    internal const string NotMet = "proxy/not-met";

    /// <summary>Says how far the answer that follows is checked: <c>done</c>, <c>pending</c> (nothing comes before it is), <c>provisional</c> (only the end waits), <c>none</c>.</summary>
    internal const string CheckHeader = "Assay-Check";

    internal static Task ErrorAsync(HttpContext context, int status, string code, string message, string? reason = null, string? receipt = null, int? retryAfter = null)
    {
        // What was found out won't change by asking again: a tool that asks by itself would only pay for more of it.
        if (retryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            context.Response.Headers["x-should-retry"] = "false";
        }

        return JsonReply.WriteAsync(context, status, Error(status, code, message, reason, receipt));
    }

    internal static byte[] Error(int status, string code, string message, string? reason, string? receipt) => JsonReply.Bytes(json =>
    {
        json.WriteStartObject();
        OpenAiError.Write(json, message, OpenAiError.TypeOf(status), null, code);
        if (reason is not null)
        {
            json.WriteString("reason", reason);
        }

        if (receipt is not null)
        {
            json.WriteString("receipt", receipt);
        }

        json.WriteEndObject();
    });

    /// <summary>Hands on a header of the node's, if it is one: what isn't visible ASCII, or is long, is left out.</summary>
    internal static void PassOn(HttpContext context, string name, string? value)
    {
        if (value is { Length: > 0 and <= 256 } && !value.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            context.Response.Headers[name] = value;
        }
    }

    /// <summary>Hands on a node's refusal, as it came where it came in OpenAI's shape.</summary>
    internal static Task RefusalAsync(HttpContext context, NodeException refusal)
    {
        int status = refusal.Status is >= 400 and <= 599 ? refusal.Status : 502;
        context.Response.Headers[CheckHeader] = "none";
        if (refusal.IsFinal || refusal.Status < 400)
        {
            context.Response.Headers["x-should-retry"] = "false";
        }

        PassOn(context, "x-request-id", refusal.RequestId);

        if (refusal.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return refusal.Code != "client/http" && refusal.Body.Length > 0
            ? JsonReply.WriteAsync(context, status, refusal.Body)
            : JsonReply.WriteAsync(context, status, Error(status, refusal.Code, refusal.Message, null, null));
    }
}
