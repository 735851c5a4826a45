using System.Runtime.InteropServices;
using Assay.Node.Attesting;
using Assay.Node.Confidential;
using Assay.Node.Errors;
using Assay.Ohttp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary>
/// The gateway (RFC 9458): opens requests that came encrypted to the key that evidence vouches for, has them answered in this process, and
/// encrypts the answers. Inside, questions and bundles of receipts are served, and nothing else.
/// </summary>
internal sealed class ConfidentialEndpoint : IDisposable
{
    internal const string Path = "/.well-known/assay/ohttp";

    /// <summary>Bodies that are held in memory at once: who sends them is known only once they are open.</summary>
    private const int MaximumAtOnce = 16;

    private readonly NodeOptions _options;
    private readonly AttestationService? _attestation;
    private readonly ConfidentialKeys _keys;
    private readonly Func<HttpContext, Task> _infer;
    private readonly Func<HttpContext, string, Task> _bundle;
    private readonly SemaphoreSlim _turns = new(MaximumAtOnce);

    internal ConfidentialEndpoint(NodeOptions options, AttestationService? attestation, ConfidentialKeys keys, Func<HttpContext, Task> infer, Func<HttpContext, string, Task> bundle) =>
        (_options, _attestation, _keys, _infer, _bundle) = (options, attestation, keys, infer, bundle);

    internal void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, async (HttpContext context) =>
    {
        if (!_turns.Wait(0, CancellationToken.None))
        {
            await JsonReply.ErrorAsync(context, new NodeError(503, "ohttp/busy", $"{MaximumAtOnce} confidential requests are under way.") { RetryAfterSeconds = 1 }).ConfigureAwait(false);
            return;
        }

        try
        {
            if (await AnswerAsync(context).ConfigureAwait(false) is { } error)
            {
                await JsonReply.ErrorAsync(context, error).ConfigureAwait(false);
            }
        }
        finally
        {
            _turns.Release();
        }
    });

    public void Dispose() => _turns.Dispose();

    private async Task<NodeError?> AnswerAsync(HttpContext context)
    {
        if (_attestation is null)
        {
            return new NodeError(404, "ohttp/off", "This node has no attested hardware: nobody could say who reads a confidential request.", "Nothing was opened.");
        }

        if (context.Request.ContentType != OhttpExchange.RequestType)
        {
            return new NodeError(415, "ohttp/type", $"Here come bodies of type {OhttpExchange.RequestType}.", "docs/confidential.md");
        }

        int maximum = (int)BinaryMessage.PaddedLength(_options.MaximumBodyBytes + 2L * BinaryMessage.MaxFieldSection) + 128;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maximum;
        }

        byte[]? body = context.Request.ContentLength > maximum ? null : await OipEndpoints.ReadBodyAsync(context.Request.BodyReader, maximum, context.RequestAborted).ConfigureAwait(false);
        if (body is null)
        {
            return new NodeError(413, "body_too_large", $"The body is longer than {maximum} bytes.", "Send fewer items in a request.");
        }

        if (_attestation.Current is not { } key || _keys.Find(key.KeyConfig) is not { } gateway)
        {
            return _attestation.NotAttested();
        }

        using OhttpOpened? opened = gateway.TryOpen(body, out string? code);
        if (opened is null)
        {
            return Refusal(code!);
        }

        // From here on every answer goes inside: what was asked, and whether it could be, is nobody else's to know.
        BinaryResponse response = await DispatchAsync(opened.Request, context).ConfigureAwait(false);
        byte[] answer = opened.Seal(response.Encode());
        context.Response.ContentType = OhttpExchange.ResponseType;
        context.Response.ContentLength = answer.Length;
        context.Response.Headers.CacheControl = "private, no-store";
        await context.Response.Body.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
        return null;
    }

    private static NodeError Refusal(string code) => code switch
    {
        OhttpErrors.KeyUnknown => new NodeError(422, code, "The request is encrypted to a key that isn't in force.", $"Fetch {AttestationEndpoints.Path} again, appraise it, and encrypt to the key in it."),
        OhttpErrors.Open => new NodeError(422, code, "The request doesn't decrypt: it was changed on its way, or is meant for another key.", $"Fetch {AttestationEndpoints.Path} again, appraise it, and encrypt to the key in it."),
        OhttpErrors.Replay => new NodeError(409, code, "This very request was here already.", "Encrypt it again: each request has a key of its own."),
        OhttpErrors.Exhausted => new NodeError(503, code, "The key has opened as many requests as it may.", $"The next one comes with the next evidence: fetch {AttestationEndpoints.Path} again.") { RetryAfterSeconds = 60 },
        _ => new NodeError(400, code, "This isn't an encapsulated request of this node's algorithms.", "docs/confidential.md"),
    };

    private async Task<BinaryResponse> DispatchAsync(ReadOnlyMemory<byte> message, HttpContext outer)
    {
        using MemoryStream reply = new();
        DefaultHttpContext inner = new() { RequestAborted = outer.RequestAborted };
        inner.Response.Body = reply;
        BinaryRequest? request = BinaryRequest.TryDecode(message, _options.MaximumBodyBytes);
        if (request is null)
        {
            await JsonReply.ErrorAsync(inner, new NodeError(400, OhttpErrors.Message, "What was encrypted isn't a Binary HTTP message of the strict form, or is too long.", "RFC 9292, known length, without trailers.")).ConfigureAwait(false);
        }
        else
        {
            try
            {
                await RunAsync(request, inner).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Without its message, which may hold what was asked.
                await Console.Error.WriteLineAsync($"assay: confidential request: {e.GetType()}{Environment.NewLine}{e.StackTrace}").ConfigureAwait(false);
                reply.SetLength(0);
                inner.Response.Headers.Clear();
                await JsonReply.ErrorAsync(inner, new NodeError(500, "internal", "The node failed; nothing was answered, and no receipt was promised.", "The operator finds the reason in its log.")).ConfigureAwait(false);
            }
        }

        return new BinaryResponse
        {
            Status = inner.Response.StatusCode,
            Fields = [.. inner.Response.Headers.Where(static header => !header.Key.Equals("content-length", StringComparison.OrdinalIgnoreCase)).Select(static header => new BinaryField(header.Key.ToLowerInvariant(), header.Value.ToString()))],
            Content = reply.GetBuffer().AsMemory(0, (int)reply.Length),
        };
    }

    private async Task RunAsync(BinaryRequest request, HttpContext inner)
    {
        int query = request.Path.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? request.Path : request.Path[..query];
        inner.Request.Method = request.Method;
        inner.Request.Scheme = request.Scheme;
        inner.Request.QueryString = query < 0 ? QueryString.Empty : new QueryString(request.Path[query..]);
        foreach (BinaryField field in request.Fields)
        {
            inner.Request.Headers.Append(field.Name, field.Value);
        }

        inner.Request.ContentLength = request.Content.Length;
        ArraySegment<byte> content = MemoryMarshal.TryGetArray(request.Content, out ArraySegment<byte> array) ? array : request.Content.ToArray();
        using MemoryStream body = new(content.Array!, content.Offset, content.Count, writable: false);
        inner.Request.Body = body;
        string[] parts = [.. path.Split('/').Select(Uri.UnescapeDataString)];
        switch (request.Method, parts)
        {
            case ("POST", ["", "v2", "models", var model, "infer"]):
                inner.Request.RouteValues["model"] = model;
                await _infer(inner).ConfigureAwait(false);
                break;
            case ("POST", ["", "v2", "models", var model, "versions", var version, "infer"]):
                inner.Request.RouteValues["model"] = model;
                inner.Request.RouteValues["version"] = version;
                await _infer(inner).ConfigureAwait(false);
                break;
            case ("GET", ["", "v1", "receipts", var receipt, "bundle"]):
                await _bundle(inner, receipt).ConfigureAwait(false);
                break;
            default:
                await JsonReply.ErrorAsync(inner, new NodeError(404, OhttpErrors.Target, "This isn't served encrypted.", "POST /v2/models/{model}/infer and GET /v1/receipts/{id}/bundle are.")).ConfigureAwait(false);
                break;
        }
    }
}
