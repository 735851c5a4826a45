using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary>The Open Inference Protocol v2 over HTTP: health, metadata, infer.</summary>
internal static class OipEndpoints
{
    internal const string VerificationHeader = "Assay-Verification";

    internal static void Map(IEndpointRouteBuilder routes, NodeOptions options, ApiKeyGate gate, ModelCatalog catalog, InferenceService service, PaymentDesk? desk)
    {
        routes.MapGet("/v2", (HttpContext context) => JsonReply.WriteAsync(context, 200, static json =>
        {
            json.WriteStartObject();
            json.WriteString("name", "assay");
            json.WriteString("version", NodeVersion.Text);
            json.WriteStartArray("extensions");
            json.WriteStringValue("assay_verification");
            json.WriteEndArray();
            json.WriteEndObject();
        }));
        routes.MapGet("/v2/health/live", static (HttpContext context) => JsonReply.WriteAsync(context, 200, static json => Flag(json, "live")));
        routes.MapGet("/v2/health/ready", static (HttpContext context) => JsonReply.WriteAsync(context, 200, static json => Flag(json, "ready")));
        foreach (string prefix in new[] { "/v2/models/{model}", "/v2/models/{model}/versions/{version}" })
        {
            routes.MapGet(prefix, (HttpContext context) => ForModelAsync(context, catalog, service, static model => json => Metadata(json, model)));
            routes.MapGet(prefix + "/ready", (HttpContext context) => ForModelAsync(context, catalog, service, static model => json =>
            {
                json.WriteStartObject();
                json.WriteString("name", model.Terms.Name);
                json.WriteBoolean("ready", true);
                json.WriteEndObject();
            }));
            routes.MapPost(prefix + "/infer", (HttpContext context) => InferAsync(context, options, gate, catalog, service, desk));
        }
    }

    /// <param name="context">The request, with the model and perhaps its version as route values.</param>
    /// <param name="options">Limits.</param>
    /// <param name="gate">Who may ask.</param>
    /// <param name="catalog">What there is to ask.</param>
    /// <param name="service">Answers.</param>
    /// <param name="desk">Where requests are paid for; null: all are free.</param>
    /// <param name="isConfidential">Whether it came encrypted, and its answer leaves encrypted.</param>
    internal static async Task InferAsync(HttpContext context, NodeOptions options, ApiKeyGate gate, ModelCatalog catalog, InferenceService service, PaymentDesk? desk, bool isConfidential = false)
    {
        // Who asks, and how much, before a byte of the body is read: a body may be slow, and must be worth its memory.
        using ApiKeyLease? lease = gate.TryEnter(context.Request.Headers.Authorization, out NodeError? refused);
        if (lease is null)
        {
            await JsonReply.ErrorAsync(context, refused!).ConfigureAwait(false);
            return;
        }

        string model = (string)context.Request.RouteValues["model"]!;
        if (context.Request.Headers.ContainsKey("Inference-Header-Content-Length"))
        {
            await JsonReply.ErrorAsync(context, new NodeError(415, "binary_tensors_unsupported", "This node doesn't read the binary tensor extension.", "Send tensors as JSON.")).ConfigureAwait(false);
            return;
        }

        if (UnknownWish(context.Request) is { } unknown)
        {
            await JsonReply.ErrorAsync(context, unknown).ConfigureAwait(false);
            return;
        }

        if (WrongVersion(context, catalog, model) is { } wrong)
        {
            await JsonReply.ErrorAsync(context, wrong).ConfigureAwait(false);
            return;
        }

        int maximum = Math.Min(options.MaximumBodyBytes, lease.Key.Limits.BodyBytes ?? int.MaxValue);
        byte[]? body = context.Request.ContentLength > maximum ? null : await ReadBodyAsync(context.Request.BodyReader, maximum, context.RequestAborted).ConfigureAwait(false);
        if (body is null)
        {
            await JsonReply.ErrorAsync(context, new NodeError(413, "body_too_large", $"The body is longer than {maximum} bytes.", "Send fewer items in a request.")).ConfigureAwait(false);
            return;
        }

        string? levelHeader = context.Request.Headers.TryGetValue(VerificationHeader, out Microsoft.Extensions.Primitives.StringValues levels) ? levels.ToString() : null;

        // Without RequestAborted: work that has begun ends with a receipt, whether or not the caller still listens.
        InferenceCall call = new(model, lease.Key, levelHeader, body) { IsConfidential = isConfidential };
        if (desk is not null)
        {
            NodeError? unclear = service.Begin(call, out BegunCall? begun);
            PaidCall? paid = unclear is null ? PaidReply.Read(context, new SoldInference(begun!, service), desk.Prices.File, out unclear) : null;
            if (paid is null)
            {
                await JsonReply.ErrorAsync(context, unclear!).ConfigureAwait(false);
                return;
            }

            PaidAnswer answer = await desk.AnswerAsync(paid).ConfigureAwait(false);
            await PaidReply.WriteAsync(context, paid, answer, refused => JsonReply.ErrorAsync(context, refused, answer.OffersV1 ? answer.Offers : null)).ConfigureAwait(false);
            return;
        }

        (InferenceReply? reply, NodeError? error) = await service.InferAsync(call).ConfigureAwait(false);
        if (error is not null)
        {
            await JsonReply.ErrorAsync(context, error).ConfigureAwait(false);
            return;
        }

        WriteHeaders(context, reply!);
        await JsonReply.WriteAsync(context, 200, reply!.Body).ConfigureAwait(false);
    }

    internal static void WriteHeaders(HttpContext context, InferenceReply reply) => WriteHeaders(context, reply.ReceiptId, reply.Secret, reply.Plan);

    /// <summary>What every answer says of its receipt.</summary>
    internal static void WriteHeaders(HttpContext context, ReceiptId receipt, string secret, Plan plan)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers["Assay-Receipt"] = receipt.ToString();
        headers[Issuing.ReadSecret.Header] = secret;
        headers["Assay-Level"] = plan.Level.ToString();
        headers["Assay-Level-Source"] = LevelSources.Text(plan.Source);
    }

    // Whoever mistypes where it says its level would be served at another one.
    internal static NodeError? UnknownWish(HttpRequest request, params string[] alsoKnown)
    {
        string[] known = [VerificationHeader, .. alsoKnown];
        string? header = request.Headers.Keys.FirstOrDefault(name => name.StartsWith("Assay-", StringComparison.OrdinalIgnoreCase) && !known.Contains(name, StringComparer.OrdinalIgnoreCase));
        return header is not null ? new NodeError(400, "header_unknown", $"This node knows no header '{Shorten(header)}' here, and doesn't guess what it was meant to ask for.", $"Known: {string.Join(", ", known)}.")
            : request.QueryString.HasValue && request.QueryString.Value!.Length > 1 ? new NodeError(400, "query_unknown", "Inference takes no query: what stands there would be ignored.", $"Say the level in the body, in the header {VerificationHeader}, or after the model's name.")
            : null;
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";

    // A version is a model id: what the alias named when the caller looked it up. Another one must not be answered silently.
    private static NodeError? WrongVersion(HttpContext context, ModelCatalog catalog, string model)
    {
        if (context.Request.RouteValues["version"] is not string version)
        {
            return null;
        }

        ServedModel? found = catalog.Find(InferenceService.SplitName(model).Name);
        return found is null || string.Equals(found.Id.ToString(), version, StringComparison.OrdinalIgnoreCase)
            ? null
            : new NodeError(404, "version_not_found", $"'{found.Terms.Name}' is now model {found.Id}.", "Versions are model ids: ask for that one, or for the name alone.");
    }

    private static async Task ForModelAsync(HttpContext context, ModelCatalog catalog, InferenceService service, Func<ServedModel, Action<Utf8JsonWriter>> write)
    {
        string name = (string)context.Request.RouteValues["model"]!;
        ServedModel? model = catalog.Find(InferenceService.SplitName(name).Name);
        NodeError? error = model is null ? service.UnknownModel(name) : WrongVersion(context, catalog, name);
        await (error is not null ? JsonReply.ErrorAsync(context, error) : JsonReply.WriteAsync(context, 200, write(model!))).ConfigureAwait(false);
    }

    private static void Metadata(Utf8JsonWriter json, ServedModel model)
    {
        json.WriteStartObject();
        json.WriteString("name", model.Terms.Name);
        json.WriteStartArray("versions");
        json.WriteStringValue(model.Id.ToString());
        json.WriteEndArray();
        json.WriteString("platform", model.Runner.Semantics);
        Ports(json, "inputs", model.Inputs);
        Ports(json, "outputs", model.Outputs);
        if (model.Presentation is { } presentation)
        {
            json.WritePropertyName("presentation");
            json.WriteRawValue(presentation.ToJson());
        }

        json.WriteEndObject();
    }

    private static void Ports(Utf8JsonWriter json, string name, IReadOnlyList<TensorPort> ports)
    {
        json.WriteStartArray(name);
        foreach (TensorPort port in ports)
        {
            json.WriteStartObject();
            json.WriteString("name", port.Name);
            json.WriteString("datatype", "FP32");
            json.WriteStartArray("shape");
            foreach (int dim in port.Shape)
            {
                json.WriteNumberValue(dim);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Flag(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteBoolean(name, true);
        json.WriteEndObject();
    }

    internal static async Task<byte[]?> ReadBodyAsync(PipeReader reader, int maximum, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (buffer.Length > maximum)
            {
                return null;
            }

            if (result.IsCompleted)
            {
                byte[] body = buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return body;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
