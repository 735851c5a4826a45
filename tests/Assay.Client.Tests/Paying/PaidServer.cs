using System.Net;
using System.Text;
using System.Text.Json;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Client.Tests;

/// <summary>A server that wants to be paid, without a network: it checks what it is sent as servers do, and then does what the test says.</summary>
internal sealed class PaidServer : HttpMessageHandler
{
    internal static readonly EvmAddress Payee = Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    internal static readonly EvmAddress Settler = Parse("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");

    internal List<PaymentRequirements> Offers { get; set; } = [Offer("10000")];

    /// <summary>The versions that the 402 is written in.</summary>
    internal int[] Versions { get; set; } = [2, 1];

    internal string? Extensions { get; set; }

    /// <summary>A 402 of the test's own making.</summary>
    internal Func<HttpResponseMessage>? Refusal { get; set; }

    /// <summary>What happens to paid requests, one after the other; then they are answered.</summary>
    internal Queue<Func<PaymentPayload, HttpResponseMessage>> Outcomes { get; } = [];

    internal List<PaymentPayload> Payments { get; } = [];

    internal List<string> Bodies { get; } = [];

    internal int Unpaid { get; private set; }

    /// <summary>Changes what PAYMENT-RESPONSE says; null: none is sent.</summary>
    internal Func<SettlementResponse, SettlementResponse?> Reply { get; set; } = static reply => reply;

    internal static PaymentRequirements Offer(string amount, string? level = null, TransferMethod method = TransferMethod.Eip3009) => new()
    {
        Scheme = method == TransferMethod.Permit2Upto ? PaymentRequirements.Upto : PaymentRequirements.Exact,
        ChainId = 84532,
        Amount = System.Numerics.BigInteger.Parse(amount, System.Globalization.CultureInfo.InvariantCulture),
        Asset = AllowedToken.UsdcOnBaseSepolia.Address,
        PayTo = Payee,
        MaxTimeoutSeconds = 60,
        TokenName = "USDC",
        TokenVersion = "2",
        Method = method,
        Facilitator = method == TransferMethod.Permit2Upto ? Settler : null,
        Level = level,
        Request = level is null ? null : PaidRequest.Short(Digest32.Sha256(Encoding.UTF8.GetBytes(level))),
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (Bodies)
        {
            Bodies.Add(request.Content is null ? "" : request.Content.ReadAsStringAsync(cancellationToken).GetAwaiter().GetResult());
        }

        await Task.Yield();
        int version = request.Headers.Contains(PaymentHeader.Signature) ? 2 : request.Headers.Contains(PaymentHeader.SignatureV1) ? 1 : 0;
        if (version == 0)
        {
            Unpaid++;
            return Refusal?.Invoke() ?? Required(null);
        }

        PaymentPayload payment = PayloadReader.TryReadHeader(request.Headers.GetValues(version == 2 ? PaymentHeader.Signature : PaymentHeader.SignatureV1).Single(), version, out string? error)
            ?? throw new InvalidOperationException(error);
        lock (Payments)
        {
            Payments.Add(payment);
        }

        return Outcomes.TryDequeue(out Func<PaymentPayload, HttpResponseMessage>? outcome) ? outcome(payment) : Serve(payment);
    }

    internal HttpResponseMessage Required(string? error)
    {
        PaymentRequired required = new()
        {
            Version = 2,
            Error = error,
            Resource = new PaymentResource("https://node.test/v2/models/m/infer", "m", "application/json"),
            Offers = Offers,
            Extensions = Extensions is null ? null : JsonDocument.Parse(Extensions).RootElement,
        };
        HttpResponseMessage response = new(HttpStatusCode.PaymentRequired) { Content = new StringContent("{}") };
        if (Versions.Contains(2))
        {
            response.Headers.Add(PaymentHeader.Required, PaymentHeader.Encode(required.WriteV2()));
        }

        if (Versions.Contains(1))
        {
            using MemoryStream body = new();
            using (Utf8JsonWriter json = new(body))
            {
                json.WriteStartObject();
                required.WriteV1Members(json);
                json.WriteEndObject();
            }

            response.Content = new ByteArrayContent(body.ToArray());
        }

        return response;
    }

    internal HttpResponseMessage Serve(PaymentPayload payment)
    {
        PaymentRequirements? offer = OfferMatch.Find(payment, Offers);
        if (offer is null || OfferMatch.Misfit(payment.Transfer, offer) is not null || !payment.Transfer.IsSigned(offer) || OfferMatch.IsBound(payment, offer) == false)
        {
            return Required("No matching payment requirements");
        }

        HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StringContent("served") };
        if (Reply(new SettlementResponse { Success = true, Payer = payment.Transfer.Payer, Transaction = Digest32.Sha256(payment.Json.Span), Network = payment.Network, Amount = offer.Method == TransferMethod.Permit2Upto ? offer.Amount / 2 : null }) is { } reply)
        {
            response.Headers.Add(payment.Version == 2 ? PaymentHeader.Response : PaymentHeader.ResponseV1, PaymentHeader.Encode(reply.Write()));
        }

        return response;
    }

    private static EvmAddress Parse(string text) => EvmAddress.TryParse(text, out EvmAddress address) ? address : throw new FormatException(text);
}
