using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Node.Errors;
using Assay.Node.Releasing;
using Assay.Payments;
using Assay.Receipts;
using Assay.Verification;
using Microsoft.AspNetCore.Http;

namespace Assay.Node.Http;

/// <summary>Writes JSON replies; every error has the protocol's <c>error</c> string, a stable code and the nearest thing that would work.</summary>
internal static class JsonReply
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer, Options))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write) =>
        WriteAsync(context, status, Bytes(write));

    internal static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
    }

    internal static Task ErrorAsync(HttpContext context, NodeError error, PaymentRequired? offers = null)
    {
        if (error.RetryAfterSeconds is not null || error.Status == 503)
        {
            context.Response.Headers.RetryAfter = (error.RetryAfterSeconds ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        else if (error.Status == 401)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }
        else if (error.Status == 424)
        {
            context.Response.Headers["x-should-retry"] = "false";
        }

        if (error.Shortfall is { } withheld)
        {
            context.Response.Headers["Assay-Receipt"] = withheld.Receipt.ToString();
            context.Response.Headers[Issuing.ReadSecret.Header] = error.ReceiptSecret;
        }

        return WriteAsync(context, error.Status, json =>
        {
            json.WriteStartObject();
            string sentence = error.Nearest.Length == 0 ? error.Message : $"{error.Message} {error.Nearest}";
            if (((offers ?? new PaymentRequired { Version = 1, Offers = [] }) with { Error = sentence }).WriteV1Members(json) == 0)
            {
                json.WriteString("error", sentence);
            }

            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteString("nearest", error.Nearest);
            json.WriteStartArray("alternatives");
            foreach (string alternative in error.Alternatives)
            {
                json.WriteStringValue(alternative);
            }

            json.WriteEndArray();
            if (error.MedianMilliseconds is { } median)
            {
                json.WriteNumber("medianMilliseconds", median);
            }

            if (error.Shortfall is { } shortfall)
            {
                WriteShortfall(json, shortfall);
            }

            json.WriteEndObject();
        });
    }

    private static void WriteShortfall(Utf8JsonWriter json, Shortfall shortfall)
    {
        json.WriteString("receipt", shortfall.Receipt.ToString());
        json.WriteString("required", shortfall.Required.Text);
        json.WriteBoolean("deadlinePassed", shortfall.DeadlinePassed);
        json.WriteStartArray("achieved");
        foreach (EvidenceFact fact in shortfall.Achieved)
        {
            json.WriteStartObject();
            json.WriteString("question", PolicyNames.Id(fact.Question));
            json.WriteString("status", VerdictNames.Id(fact.Status));
            json.WriteString("by", fact.By is { } by ? PolicyNames.Id(by) : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("missing");
        foreach (UnmetRequirement unmet in shortfall.Missing)
        {
            json.WriteStartObject();
            json.WriteString("question", PolicyNames.Id(unmet.Requirement.Question));
            json.WriteString("by", PolicyNames.Ids(unmet.Requirement.By));
            json.WriteString("why", unmet.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (shortfall.Peers.Count == 0)
        {
            return;
        }

        json.WriteStartArray("peers");
        foreach (PeerReport peer in shortfall.Peers)
        {
            json.WriteStartObject();
            json.WriteString("peer", peer.Address.Peer.ToString());
            json.WriteString("url", peer.Address.Url.ToString());
            json.WriteString("status", peer.Status);
            json.WriteString("detail", peer.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
