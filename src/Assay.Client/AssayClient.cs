using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Client;

/// <summary>
/// Asks a node and checks its answers. The level is a parameter without default: there is no call that leaves it open.
/// Safe for concurrent use, as its HttpClient is.
/// </summary>
public sealed partial class AssayClient
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private const string SecretHeader = "Assay-Receipt-Secret";

    private readonly HttpClient _http;
    private readonly Uri _node;
    private readonly TimeProvider _time;

    /// <summary>A client of one node.</summary>
    /// <param name="http">Connection pool, time-outs, redirects and the limit of a reply (MaxResponseContentBufferSize) are the caller's.</param>
    /// <param name="node">The node's base address.</param>
    /// <param name="time">The clock that receipts are held against.</param>
    public AssayClient(HttpClient http, Uri node, TimeProvider time)
    {
        _http = http;
        _node = new Uri(node.AbsoluteUri.EndsWith('/') ? node.AbsoluteUri : node.AbsoluteUri + "/");
        _time = time;
    }

    /// <summary>The node's base address.</summary>
    public Uri Node => _node;

    /// <summary>The clock that receipts are held against.</summary>
    public TimeProvider Time => _time;

    /// <summary>An API key's secret, or null.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Asks, checks, and returns the answer only if what is required is met.</summary>
    /// <exception cref="ShortfallException">It isn't met; the exception carries the verdict.</exception>
    /// <exception cref="NodeException">The node refused.</exception>
    public async Task<CheckedAnswer> InferAsync(string model, IReadOnlyList<TensorValue> inputs, VerificationLevel level, CheckOptions options, CancellationToken cancellation)
    {
        Answer answer = await AskAsync(model, inputs, level, cancellation).ConfigureAwait(false);
        // The level that was asked for here is what counts, not the one that the receipt says was asked for; nor can options make it less.
        Verdict verdict = Check(answer, options with { Require = options.Require is { } own ? own.Join(level) : level });
        return verdict.Outcome == Outcome.Met
            ? new CheckedAnswer(answer.CheckedOutputs, verdict, answer)
            : throw new ShortfallException(verdict, answer, $"The answer isn't released: {verdict.Summary}");
    }

    /// <summary>Asks under a policy, checks, and returns the answer only if that very policy was signed and is met here.</summary>
    /// <exception cref="ShortfallException">It isn't met; the exception carries the verdict.</exception>
    /// <exception cref="NodeException">The node refused: 422 before the work, or 424 and the answer withheld.</exception>
    public async Task<CheckedAnswer> InferAsync(string model, IReadOnlyList<TensorValue> inputs, PolicyDocument policy, CheckOptions options, CancellationToken cancellation)
    {
        Answer answer = await AskAsync(model, FormatRequest(inputs, policy), cancellation).ConfigureAwait(false);
        Verdict verdict = Check(answer, options.Asking(policy));
        return verdict.Outcome == Outcome.Met
            ? new CheckedAnswer(answer.CheckedOutputs, verdict, answer)
            : throw new ShortfallException(verdict, answer, $"The answer isn't released: {verdict.Summary}");
    }

    /// <summary>Asks, and fetches the bundle. Nothing is checked yet.</summary>
    /// <param name="model">Name or id.</param>
    /// <param name="inputs">FP32 tensors, batch dimension first.</param>
    /// <param name="level">The level.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Answer> AskAsync(string model, IReadOnlyList<TensorValue> inputs, VerificationLevel level, CancellationToken cancellation) =>
        await AskAsync(model, FormatRequest(inputs, level), cancellation).ConfigureAwait(false);

    /// <summary>Sends a request body as it is, and fetches the bundle. Nothing is checked yet.</summary>
    public async Task<Answer> AskAsync(string model, byte[] request, CancellationToken cancellation) =>
        await CompleteAsync(await AskForBundleLaterAsync(model, request, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);

    /// <summary>Fetches the bundle of an answer that came without one. Nothing is checked yet.</summary>
    public async Task<Answer> CompleteAsync(PendingAnswer pending, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(pending);
        return pending.With(await GetBundleAsync(pending.ReceiptId, pending.ReceiptSecret, cancellation).ConfigureAwait(false));
    }

    /// <summary>Sends a request body as it is. The bundle is for <see cref="CompleteAsync"/>.</summary>
    public async Task<PendingAnswer> AskForBundleLaterAsync(string model, byte[] request, CancellationToken cancellation)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, new Uri(_node, $"v2/models/{Uri.EscapeDataString(model)}/infer"))
        {
            Content = new ByteArrayContent(request) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        (byte[] response, HttpResponseHeaders headers) = await SendAsync(message, cancellation).ConfigureAwait(false);
        message.Options.TryGetValue(PaymentHandler.Result, out PaymentResult? payment);
        if (!headers.TryGetValues("Assay-Receipt", out IEnumerable<string>? values) || !ReceiptId.TryParse(values.First(), out ReceiptId id))
        {
            throw new NodeException(200, "client/no-receipt", "The node answered without a receipt.", "Ask the operator which software runs there.", []);
        }

        IReadOnlyList<TensorValue> outputs = OipTensorReader.TryReadResponse(response, out string? error)
            ?? throw new NodeException(200, error!, "The node's answer can't be read.", "", []);
        string? secret = headers.TryGetValues(SecretHeader, out IEnumerable<string>? secrets) ? secrets.First() : null;
        return new PendingAnswer(model.Split('@')[0], id, secret, request, response, outputs, payment);
    }

    /// <summary>Fetches a bundle; the node waits a moment for the log's next checkpoint so that the proof is in it.</summary>
    /// <param name="id">The receipt's id.</param>
    /// <param name="secret">The receipt's secret, which came with the answer; null: the bundle comes with every field left out.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<byte[]> GetBundleAsync(ReceiptId id, string? secret, CancellationToken cancellation)
    {
        using HttpRequestMessage message = new(HttpMethod.Get, new Uri(_node, $"v1/receipts/{id}/bundle"));
        if (secret is not null)
        {
            message.Headers.TryAddWithoutValidation(SecretHeader, secret);
        }

        return (await SendAsync(message, cancellation).ConfigureAwait(false)).Body;
    }

    /// <summary>What the node says of itself.</summary>
    public async Task<NodeDescription> DescribeAsync(CancellationToken cancellation) =>
        NodeDescription.Parse(await GetAsync(".well-known/assay", cancellation).ConfigureAwait(false));

    /// <summary>Fetches any of the node's GET resources.</summary>
    /// <param name="path">Relative to the node's base address.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<byte[]> GetAsync(string path, CancellationToken cancellation)
    {
        using HttpRequestMessage message = new(HttpMethod.Get, new Uri(_node, path));
        return (await SendAsync(message, cancellation).ConfigureAwait(false)).Body;
    }

    /// <summary>Posts a JSON body to one of the node's native endpoints.</summary>
    public async Task<byte[]> PostAsync(string path, byte[] json, CancellationToken cancellation)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, new Uri(_node, path))
        {
            Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        return (await SendAsync(message, cancellation).ConfigureAwait(false)).Body;
    }

    /// <summary>Puts a body at one of the node's native endpoints.</summary>
    public async Task<byte[]> PutAsync(string path, byte[] body, string mediaType, CancellationToken cancellation)
    {
        using HttpRequestMessage message = new(HttpMethod.Put, new Uri(_node, path))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
        };
        return (await SendAsync(message, cancellation).ConfigureAwait(false)).Body;
    }

    /// <summary>Checks an answer against the bytes that were really sent and received.</summary>
    public Verdict Check(Answer answer, CheckOptions options) => Verifier.Verify(options.Input(answer.Bundle, answer.Request, answer.Response, _time.GetUtcNow()) with { CalledModel = answer.Model });

    /// <summary>The request body for some tensors: the Open Inference Protocol v2 with a level.</summary>
    public static byte[] FormatRequest(IReadOnlyList<TensorValue> inputs, VerificationLevel? level) =>
        FormatRequest(inputs, json =>
        {
            if (level is { } said)
            {
                json.WriteString("verification", said.ToString());
            }
        });

    /// <summary>The request body for some tensors: the Open Inference Protocol v2 with a policy.</summary>
    public static byte[] FormatRequest(IReadOnlyList<TensorValue> inputs, PolicyDocument policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return FormatRequest(inputs, json =>
        {
            json.WritePropertyName("verification");
            json.WriteRawValue(policy.Bytes, skipInputValidation: true);
        });
    }

    private static byte[] FormatRequest(IReadOnlyList<TensorValue> inputs, Action<Utf8JsonWriter> verification)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Json))
        {
            json.WriteStartObject();
            verification(json);
            json.WriteStartArray("inputs");
            foreach (TensorValue tensor in inputs)
            {
                OipTensorWriter.Write(json, tensor.Name, tensor.Shape, MemoryMarshal.Cast<byte, float>(tensor.Data.Span));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private async Task<(byte[] Body, HttpResponseHeaders Headers)> SendAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        Authorize(message);
        using HttpResponseMessage response = await _http.SendAsync(message, cancellation).ConfigureAwait(false);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? (body, response.Headers) : throw Refusal((int)response.StatusCode, body);
    }

    private void Authorize(HttpRequestMessage message)
    {
        if (ApiKey is not null)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        }
    }

    private static NodeException Refusal(int status, byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            string Text(string name) => root.GetProperty(name).GetString() ?? throw new JsonException();
            return new NodeException(status, Text("code"), Text("message"), Text("nearest"), [.. root.GetProperty("alternatives").EnumerateArray().Select(static a => a.GetString() ?? "")]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new NodeException(status, "client/http", $"The node answered with HTTP {status}.", "", []);
        }
    }
}
