using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Assay.Attestation;
using Assay.Ohttp;

namespace Assay.Client;

/// <summary>
/// Sends what an <see cref="AssayClient"/> asks encrypted to a key that attested hardware made (docs/confidential.md): questions, and whatever
/// carries a receipt's secret. Before anything is sent the node's evidence is fetched for a fresh nonce and appraised under the caller's own
/// policy. Other reading goes as it is; other writing isn't sent at all.
/// </summary>
/// <remarks>Throws <see cref="NodeException"/> with codes of <see cref="ConfidentialErrors"/> and status 0. Safe for concurrent use.</remarks>
public sealed class ConfidentialHandler : DelegatingHandler
{
    private const string SecretHeader = "Assay-Receipt-Secret";
    private const string EvidenceType = "application/vnd.assay.attestation+cbor";

    private readonly Uri _node;
    private readonly ConfidentialOptions _options;
    private readonly TimeProvider _time;
    private readonly EvidenceAppraiser _appraiser;
    private readonly SemaphoreSlim _renewing = new(1);
    private AppraisedKey? _key;

    /// <summary>Makes the handler of one node.</summary>
    /// <param name="inner">Carries the bytes; must not follow redirects with a body.</param>
    /// <param name="node">The node's base address.</param>
    /// <param name="options">What the node must show.</param>
    /// <param name="time">The clock that evidence is held against.</param>
    public ConfidentialHandler(HttpMessageHandler inner, Uri node, ConfidentialOptions options, TimeProvider time)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(node);
        _node = new Uri(node.AbsoluteUri.EndsWith('/') ? node.AbsoluteUri : node.AbsoluteUri + "/");
        _options = options;
        _time = time;
        _appraiser = new EvidenceAppraiser(options, time);
    }

    /// <summary>The appraisal that the key in use rests on; null before the first request.</summary>
    public Appraisal? Appraisal => Volatile.Read(ref _key)?.Appraisal;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        bool isQuestion = request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/infer", StringComparison.Ordinal);
        if (!isQuestion && !request.Headers.Contains(SecretHeader))
        {
            return request.Method == HttpMethod.Get
                ? await base.SendAsync(request, cancellationToken).ConfigureAwait(false)
                : throw Refused(ConfidentialErrors.Target, "Only questions and receipts go encrypted, and this isn't one.", "Send it over another client.");
        }

        byte[] message = await EncodeAsync(request, cancellationToken).ConfigureAwait(false);

        // A key may be replaced between evidence and question; then the node has opened nothing, and says so.
        return await TrySendAsync(message, isLast: false, cancellationToken).ConfigureAwait(false)
            ?? (await TrySendAsync(message, isLast: true, cancellationToken).ConfigureAwait(false))!;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _renewing.Dispose();
        base.Dispose(disposing);
    }

    private static NodeException Refused(string code, string message, string nearest) => new(0, code, message, nearest, []);

    private async Task<byte[]> EncodeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers = request.Content is null ? request.Headers : request.Headers.Concat(request.Content.Headers);
        byte[] content = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        string root = _node.AbsolutePath;
        string path = request.RequestUri!.PathAndQuery;
        return new BinaryRequest
        {
            Method = request.Method.Method,
            Scheme = _node.Scheme,
            Authority = _node.Authority,
            Path = path.StartsWith(root, StringComparison.Ordinal) ? path[(root.Length - 1)..] : path,
            Fields = [.. headers.Where(static header => !header.Key.Equals("content-length", StringComparison.OrdinalIgnoreCase)).Select(static header => new BinaryField(header.Key.ToLowerInvariant(), string.Join(", ", header.Value)))],
            Content = content,
        }.Encode();
    }

    /// <summary>Null if another key is needed and there is another attempt.</summary>
    private async Task<HttpResponseMessage?> TrySendAsync(byte[] message, bool isLast, CancellationToken cancellation)
    {
        AppraisedKey key = await KeyAsync(cancellation).ConfigureAwait(false);
        using OhttpExchange exchange = OhttpExchange.TrySeal(key.Config, message)
            ?? throw Refused(OhttpErrors.Suite, "This platform has none of the ciphers that the node takes.", "");
        using HttpRequestMessage sent = new(HttpMethod.Post, new Uri(_node, ".well-known/assay/ohttp"))
        {
            Content = new ReadOnlyMemoryContent(exchange.Request) { Headers = { ContentType = new MediaTypeHeaderValue(OhttpExchange.RequestType) } },
        };
        HttpResponseMessage received = await base.SendAsync(sent, cancellation).ConfigureAwait(false);
        byte[] body;
        try
        {
            body = await ReadAsync(received, (int)Math.Min(int.MaxValue, BinaryMessage.PaddedLength(_options.MaximumAnswerBytes + (2L * BinaryMessage.MaxFieldSection))), cancellation).ConfigureAwait(false);
        }
        catch
        {
            received.Dispose();
            throw;
        }

        if (!received.IsSuccessStatusCode)
        {
            // Anybody on the way can say this. It says that there is no answer, and nothing else.
            if (!isLast && CodeOf(body) is OhttpErrors.KeyUnknown or OhttpErrors.Open or OhttpErrors.Exhausted)
            {
                received.Dispose();
                Interlocked.CompareExchange(ref _key, null, key);
                return null;
            }

            received.Content = new ByteArrayContent(body);
            return received;
        }

        received.Dispose();
        BinaryResponse answer = exchange.TryOpen(body) is { } opened && BinaryResponse.TryDecode(opened, _options.MaximumAnswerBytes) is { } read
            ? read
            : throw Refused(ConfidentialErrors.Answer, "The answer doesn't decrypt: it was changed on its way, or answers another request.", "Ask again; if it stays so, something stands between you and the node.");
        return ToHttp(answer);
    }

    private static HttpResponseMessage ToHttp(BinaryResponse answer)
    {
        HttpResponseMessage response = new((HttpStatusCode)answer.Status) { Content = new ReadOnlyMemoryContent(answer.Content) };
        foreach (BinaryField field in answer.Fields)
        {
            if (!response.Headers.TryAddWithoutValidation(field.Name, field.Value))
            {
                response.Content.Headers.TryAddWithoutValidation(field.Name, field.Value);
            }
        }

        return response;
    }

    private async Task<AppraisedKey> KeyAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _key) is { } known && _time.GetUtcNow() < known.Until)
        {
            return known;
        }

        await _renewing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Volatile.Read(ref _key) is { } meanwhile && _time.GetUtcNow() < meanwhile.Until)
            {
                return meanwhile;
            }

            byte[] nonce = EvidenceAppraiser.NewNonce();
            using HttpRequestMessage ask = new(HttpMethod.Get, new Uri(_node, $".well-known/assay/attestation?nonce={Convert.ToHexStringLower(nonce)}"));
            using HttpResponseMessage told = await base.SendAsync(ask, cancellation).ConfigureAwait(false);
            if (!told.IsSuccessStatusCode || told.Content.Headers.ContentType?.MediaType != EvidenceType)
            {
                throw Refused(ConfidentialErrors.NoEvidence, $"The node gives no evidence (HTTP {(int)told.StatusCode}). Nothing was sent.", "Only nodes with attested hardware take confidential requests: assay attest show.");
            }

            AppraisedKey key = _appraiser.Appraise(await ReadAsync(told, AttestationFile.MaxLength, cancellation).ConfigureAwait(false), nonce);
            Volatile.Write(ref _key, key);
            return key;
        }
        finally
        {
            _renewing.Release();
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int maximum, CancellationToken cancellation)
    {
        await response.Content.LoadIntoBufferAsync(maximum, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
    }

    private static string? CodeOf(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("code", out JsonElement code) ? code.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
