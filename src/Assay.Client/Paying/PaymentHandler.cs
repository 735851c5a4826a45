using System.Net;
using System.Text;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Client;

/// <summary>
/// Pays for requests that are answered with 402, by x402 version 2 or 1: picks an offer that the policy allows, signs it, writes that down,
/// and sends the same request again with the payment. At most one payment is made for a request: where its fate isn't known (a time-out, a
/// 5xx, this process killed), the next attempt with the same address and body sends the same payment again. Works with any x402 server;
/// payments to Assay's nodes are bound to the request by the nonce (spec/payment.md).
/// </summary>
/// <remarks>
/// Throws <see cref="NodeException"/> with codes of <see cref="PayErrors"/>: status 402 for what an offer or the server is the reason of, 0 else. Safe for
/// concurrent use; equal requests wait for each other, so that each gets its own payment. Answers that were paid are read to their end
/// before they are handed on.
/// </remarks>
public sealed class PaymentHandler : DelegatingHandler
{
    /// <summary>Where the result stands in the options of <see cref="HttpResponseMessage.RequestMessage"/>.</summary>
    public static readonly HttpRequestOptionsKey<PaymentResult> Result = new("assay-payment");

    private const int MaxRefusal = 64 * 1024;

    private readonly IEvmSigner _signer;
    private readonly PaymentPolicy _policy;
    private readonly PaymentLedger _ledger;
    private readonly TimeProvider _time;
    private readonly Turns _turns = new();

    /// <summary>Makes the handler.</summary>
    /// <param name="inner">Carries the bytes; must not follow redirects, or the payment would go with it.</param>
    /// <param name="signer">The payer.</param>
    /// <param name="policy">What may be signed.</param>
    /// <param name="ledger">Where what was signed stands; the caller's to dispose.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException"><paramref name="inner"/> follows redirects.</exception>
    public PaymentHandler(HttpMessageHandler inner, IEvmSigner signer, PaymentPolicy policy, PaymentLedger ledger, TimeProvider time)
        : base(inner)
    {
        for (HttpMessageHandler? handler = inner; handler is not null; handler = (handler as DelegatingHandler)?.InnerHandler)
        {
            if (handler is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true })
            {
                throw new ArgumentException("A handler that follows redirects would carry payments elsewhere: AllowAutoRedirect = false.", nameof(inner));
            }
        }

        (_signer, _policy, _ledger, _time) = (signer, policy, ledger, time);
    }

    /// <summary>How often a payment is sent again by itself after a lost connection, 408, 425, 429 or 5xx; each time the same payment.</summary>
    public int Resends { get; init; } = 2;

    /// <summary>How long it waits before that, the first time; twice as long the next.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest answer that is paid for, in bytes.</summary>
    public int MaximumAnswerBytes { get; init; } = 256 << 20;

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[]? body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        Digest32 key = KeyOf(request, body);
        using IDisposable turn = await _turns.TakeAsync(key, cancellationToken).ConfigureAwait(false);
        PaymentRecord? earlier = _ledger.Open(key);
        if (earlier is { State: PaymentState.Unknown } unknown)
        {
            return await PayAsync(request, body, unknown, isFirst: false, cancellationToken).ConfigureAwait(false);
        }

        HttpResponseMessage asked = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (asked.StatusCode != HttpStatusCode.PaymentRequired)
        {
            return asked;
        }

        PaymentRequired? required;
        using (asked)
        {
            Uri address = request.RequestUri!;
            if (asked.RequestMessage?.RequestUri is { } answered && answered != address)
            {
                throw Refused(0, PayErrors.Redirect, $"The price is asked by {answered.GetLeftPart(UriPartial.Authority)}, not by whom was asked. Nothing was signed.", "");
            }

            if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
            {
                throw Refused(0, PayErrors.Insecure, $"{address.GetLeftPart(UriPartial.Authority)} can be read and changed on its way. Nothing was signed.", "Payments go over https, or to this machine.");
            }

            required = await ReadAsync(asked, cancellationToken).ConfigureAwait(false);
        }

        PaymentRecord record = Record(request, key, required, earlier);
        return await PayAsync(request, body, record, isFirst: true, cancellationToken).ConfigureAwait(false);
    }

    private static Digest32 KeyOf(HttpRequestMessage request, byte[]? body)
    {
        Uri address = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        return Digest32.Sha256(Encoding.UTF8.GetBytes($"{request.Method.Method}\n{address.AbsoluteUri}\n"), Digest32.Sha256(body).Bytes);
    }

    private static NodeException Refused(int status, string code, string message, string nearest, IReadOnlyList<string>? levels = null) => new(status, code, message, nearest, levels ?? []);

    // Version 2 stands in the header, version 1 in the body; who knows both takes version 2.
    private static async Task<PaymentRequired?> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (Header(response, PaymentHeader.Required) is { } header && PaymentHeader.TryDecode(header) is { } json && PaymentRequired.TryRead(json) is { Version: 2 } second)
        {
            return second;
        }

        try
        {
            await response.Content.LoadIntoBufferAsync(MaxRefusal, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            return null;
        }

        return PaymentRequired.TryRead(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false)) is { Version: 1 } first ? first : null;
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) && values.Take(2).ToArray() is [string one] ? one : null;

    private PaymentRecord Record(HttpRequestMessage request, in Digest32 key, PaymentRequired? required, PaymentRecord? refused)
    {
        long now = Now;
        Digest32 id = key;
        OfferChoice choice = required is null ? new OfferChoice(-1, null, PayErrors.NoOffer) : OfferChooser.Choose(required, _policy, now);
        if (choice.Error is { } error)
        {
            throw PaymentWords.Refusal(error, required, choice, _policy);
        }

        PaymentRequirements offer = required!.Offers[choice.Index];
        string address = request.RequestUri!.GetLeftPart(UriPartial.Path);
        if (refused is not null && refused.Offer == offer && refused.Payer == _signer.Address && refused.ValidBefore - now >= offer.MaxTimeoutSeconds / 2)
        {
            // It is still worth the same: better than a second signature for the same thing.
            _ledger.Again(refused.Id);
            return refused;
        }

        if (_policy.Approve is { } approve && !approve(offer, request.RequestUri!))
        {
            throw PaymentWords.Refusal(PayErrors.Declined, required, choice, _policy);
        }

        error = _ledger.TryAdd(offer, choice.Token!, now, () => PaymentSigner.Sign(_signer, required, choice.Index, id, address, now), out PaymentRecord? record);
        return record ?? throw PaymentWords.Refusal(error!, required, choice, _policy);
    }

    /// <summary>Sends the request with a payment that is in the ledger, again if nothing conclusive comes back.</summary>
    private async Task<HttpResponseMessage> PayAsync(HttpRequestMessage request, byte[]? body, PaymentRecord record, bool isFirst, CancellationToken cancellation)
    {
        bool isPlain = isFirst;
        TimeSpan pause = Pause;
        for (int left = Resends; ; left--)
        {
            HttpResponseMessage? response = null;
            using HttpRequestMessage sent = Copy(request, body, record);
            try
            {
                response = await base.SendAsync(sent, cancellation).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    await response.Content.LoadIntoBufferAsync(MaximumAnswerBytes, cancellation).ConfigureAwait(false);
                }
            }
            catch (HttpRequestException) when (left > 0)
            {
                response?.Dispose();
                response = null;
            }
            catch
            {
                response?.Dispose();
                throw;
            }

            if (response is not null && (left == 0 || !IsPassing(response.StatusCode)))
            {
                return await ConcludeAsync(request, response, record, isPlain, cancellation).ConfigureAwait(false);
            }

            isPlain = false;
            response?.Dispose();
            await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
            pause *= 2;
        }
    }

    private async Task<HttpResponseMessage> ConcludeAsync(HttpRequestMessage request, HttpResponseMessage response, PaymentRecord record, bool isPlain, CancellationToken cancellation)
    {
        response.RequestMessage = request;
        string? said = Header(response, record.Version == 2 ? PaymentHeader.Response : PaymentHeader.ResponseV1);
        if (response.IsSuccessStatusCode)
        {
            PaymentResult result = PaymentResult.Of(record, said);
            _ledger.Answer(record.Id, result.Charged, result.Transaction);
            request.Options.Set(Result, result);
            return response;
        }

        // A refusal that names a transaction is no refusal.
        bool isRefusal = isPlain && (int)response.StatusCode is >= 400 and < 500 && !IsPassing(response.StatusCode) && response.StatusCode != HttpStatusCode.Conflict
            && !(PaymentHeader.TryDecode(said) is { } reply && SettlementResponse.TryRead(reply) is not { Transaction: null, Reason: not PaymentErrors.SettlementPending });
        if (isRefusal)
        {
            _ledger.Refuse(record.Id);
        }

        if (response.StatusCode is HttpStatusCode.PaymentRequired or HttpStatusCode.PreconditionFailed)
        {
            using (response)
            {
                string why = (await ReadAsync(response, cancellation).ConfigureAwait(false))?.Error ?? $"HTTP {(int)response.StatusCode}";
                throw isRefusal || Now <= record.ValidBefore ? PaymentWords.NotTaken(record, why, isRefusal) : PaymentWords.Unresolved(record, why);
            }
        }

        if ((int)response.StatusCode is >= 300 and < 400)
        {
            response.Dispose();
            throw Refused(0, PayErrors.Redirect, "The server answers a paid request by pointing elsewhere. The payment stays where it was sent.", $"Payment {record.Id} may be settled until {PaymentWords.Time(record.ValidBefore)}.");
        }

        return response;
    }

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests || (int)status >= 500;

    private static HttpRequestMessage Copy(HttpRequestMessage request, byte[]? body, PaymentRecord record)
    {
        HttpRequestMessage copy = new(request.Method, request.RequestUri) { Version = request.Version, VersionPolicy = request.VersionPolicy };
        foreach (KeyValuePair<string, IEnumerable<string>> header in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (body is not null)
        {
            copy.Content = new ByteArrayContent(body);
            foreach (KeyValuePair<string, IEnumerable<string>> header in request.Content!.Headers)
            {
                copy.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        string name = record.Version == 2 ? PaymentHeader.Signature : PaymentHeader.SignatureV1;
        copy.Headers.Remove(name);
        copy.Headers.TryAddWithoutValidation(name, record.Header);
        return copy;
    }
}
