using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Chain;
using Assay.Client;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Cli.Demo;

/// <summary>The payer's side of the demo: the client that pays as it should, and by hand what it never would.</summary>
internal sealed class PayDemoCalls : IDisposable
{
    private readonly EvmAccount _payer;
    private readonly PaymentLedger _ledger;
    private readonly Uri _node;
    private readonly HttpClient _plain = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(1) };

    internal PayDemoCalls(Uri node, EvmAccount payer, string ledger)
    {
        (_node, _payer, _ledger) = (node, payer, PaymentLedger.Open(ledger));
    }

    internal byte[] FirstQuestion { get; private set; } = [];

    internal byte[] FirstResponse { get; private set; } = [];

    internal string FirstPayment { get; private set; } = "";

    /// <summary>Asks without naming a level, and pays the offer for this one.</summary>
    internal async Task<Answer> AskAsync(TensorValue input, VerificationLevel level, AllowedToken token, CancellationToken cancellation)
    {
        using PaymentHandler handler = new(new SocketsHttpHandler { AllowAutoRedirect = false }, _payer, new PaymentPolicy { Tokens = [token], Level = level }, _ledger, TimeProvider.System);
        using HttpClient http = new(handler) { Timeout = TimeSpan.FromMinutes(1) };
        Answer answer = await new AssayClient(http, _node, TimeProvider.System).AskAsync("digits", AssayClient.FormatRequest([input], (VerificationLevel?)null), cancellation).ConfigureAwait(false);
        if (FirstPayment.Length == 0)
        {
            (FirstQuestion, FirstResponse, FirstPayment) = (answer.Request, answer.Response, answer.Payment?.Payment.Header ?? "");
        }

        return answer;
    }

    /// <summary>The offers of a 402.</summary>
    internal async Task<PaymentRequired> OffersAsync(byte[] question, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await PostAsync(question, null, cancellation).ConfigureAwait(false);
        return response.Headers.TryGetValues(PaymentHeader.Required, out IEnumerable<string>? values) && PaymentHeader.TryDecode(values.First()) is { } json && PaymentRequired.TryRead(json) is { } required
            ? required
            : throw new InvalidOperationException($"HTTP {(int)response.StatusCode} without offers");
    }

    /// <summary>A payment with a good signature, for another amount than the offer's, or with another level written into the message.</summary>
    internal string Payment(PaymentRequired required, int index, BigInteger amount, string? level)
    {
        PaymentRequirements offer = required.Offers[index];
        TransferAuthorization unsigned = new()
        {
            Payer = _payer.Address,
            PayTo = offer.PayTo,
            Amount = amount,
            Nonce = Digest32.From(RandomNumberGenerator.GetBytes(Digest32.Size)),
            ValidAfter = 0,
            ValidBefore = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + offer.MaxTimeoutSeconds,
            Signature = default,
        };
        JsonNode entry = JsonNode.Parse(required.Entries[index].GetRawText())!;
        if (level is not null)
        {
            entry["extra"]!["level"] = level;
        }

        using JsonDocument edited = JsonDocument.Parse(entry.ToJsonString());
        return PaymentHeader.Encode(PayloadWriter.WriteV2(required, edited.RootElement, unsigned with { Signature = _payer.Sign(unsigned.Digest(offer)) }, null, null));
    }

    /// <summary>Sends a question with a payment: status, the refusal's code, the body.</summary>
    internal async Task<(int Status, string Code, byte[] Body)> SendAsync(byte[] question, string payment, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await PostAsync(question, payment, cancellation).ConfigureAwait(false);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        string code = response.IsSuccessStatusCode ? "" : JsonNode.Parse(body)?["code"]?.GetValue<string>() ?? "";
        return ((int)response.StatusCode, code, body);
    }

    /// <summary>How many entries the node's log has: one for each answer, among others.</summary>
    internal async Task<string> LogSizeAsync(CancellationToken cancellation)
    {
        // The second line of a checkpoint; the next one is there within 200 ms.
        await Task.Delay(500, cancellation).ConfigureAwait(false);
        return Encoding.UTF8.GetString(await _plain.GetByteArrayAsync(new Uri(_node, "log/checkpoint"), cancellation).ConfigureAwait(false)).Split('\n')[1];
    }

    public void Dispose()
    {
        _plain.Dispose();
        _ledger.Dispose();
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] question, string? payment, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_node, "v2/models/digits/infer")) { Content = new ByteArrayContent(question) { Headers = { ContentType = new("application/json") } } };
        if (payment is not null)
        {
            request.Headers.TryAddWithoutValidation(PaymentHeader.Signature, payment);
        }

        return await _plain.SendAsync(request, cancellation).ConfigureAwait(false);
    }
}
