using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Assay.Evm;
using Assay.Node.Errors;
using Assay.Node.Issuing;
using Assay.Node.Paying;
using Assay.Payments;
using Assay.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary>What payers fetch later, signed in with the account that paid: the list of their receipts, a receipt's bundle, its answer.</summary>
internal sealed class PaymentEndpoints(PaymentStore store, SignInDesk signIn, ReceiptReader receipts, BundleSource bundles, PriceFile file)
{
    internal const string Path = "/v1/payments";
    private const int DefaultPage = 50;
    private const int MaxPage = 200;
    private static readonly TimeSpan CheckpointWait = TimeSpan.FromSeconds(2);

    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ListAsync);
        routes.MapGet(Path + "/{id}/bundle", (HttpContext context, string id) => OwnAsync(context, id, async receipt =>
        {
            byte[] bundle = (await bundles.GetAsync(receipt, SecretOf(receipt), CheckpointWait, context.RequestAborted).ConfigureAwait(false))!;
            await WriteAsync(context, "application/vnd.assay.bundle+cbor", bundle).ConfigureAwait(false);
        }));
        routes.MapGet(Path + "/{id}/answer", (HttpContext context, string id) => OwnAsync(context, id, receipt =>
        {
            context.Response.Headers.CacheControl = "private, no-store";
            return PaidReply.WriteAsync(context, StoredAnswer.Read(receipts, receipt));
        }));
    }

    private Task ListAsync(HttpContext context)
    {
        if (Enter(context) is not { } payer)
        {
            return ChallengeOr(context);
        }

        (long Time, ReceiptId? Receipt)? before = context.Request.Query["before"] is [{ } from] ? Cursor(from) : (long.MaxValue, null);
        int limit = DefaultPage;
        if (before is not { } border
            || (context.Request.Query["limit"] is [{ } most] && !(int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxPage)))
        {
            return JsonReply.ErrorAsync(context, new NodeError(400, "query_value", $"'before' is a page's 'next' or a time in Unix milliseconds, and 'limit' a number from 1 to {MaxPage}."));
        }

        List<StoredPayment> settled = store.SettledBy(payer, border.Time, border.Receipt, limit);
        context.Response.Headers.CacheControl = "private, no-store";
        return JsonReply.WriteAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("payer", payer.ToString());
            json.WriteStartArray("payments");
            foreach (StoredPayment payment in settled)
            {
                json.WriteStartObject();
                json.WriteString("receipt", payment.Receipt.ToString());
                json.WriteString("secret", SecretOf(payment.Receipt!.Value));
                json.WriteString("resource", payment.Resource);
                json.WriteNumber("at", payment.Created);
                json.WriteString("amount", EvmAmount.Text(payment.Charge));
                json.WriteString("transaction", payment.Transaction is { } hash ? "0x" + hash : null);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            // The time alone would leave out others of the same millisecond.
            json.WriteString("next", settled.Count == limit ? string.Create(CultureInfo.InvariantCulture, $"{settled[^1].Created}.{settled[^1].Receipt}") : null);
            json.WriteEndObject();
        });
    }

    // A time, or a time and the receipt that a page ended with.
    private static (long Time, ReceiptId? Receipt)? Cursor(string text)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        ReceiptId receipt = default;
        return long.TryParse(text.AsSpan(0, dot < 0 ? text.Length : dot), NumberStyles.None, CultureInfo.InvariantCulture, out long time) && time > 0 && (dot < 0 || ReceiptId.TryParse(text.AsSpan(dot + 1), out receipt))
            ? (time, dot < 0 ? null : receipt)
            : null;
    }

    private Task OwnAsync(HttpContext context, string id, Func<ReceiptId, Task> write)
    {
        if (Enter(context) is not { } payer)
        {
            return ChallengeOr(context);
        }

        // Somebody else's receipt and none get the same answer.
        return ReceiptId.TryParse(id, out ReceiptId receipt) && store.FindByReceipt(receipt) is { State: PaymentState.Settled } payment && payment.Payer == payer
            ? write(receipt)
            : JsonReply.ErrorAsync(context, new NodeError(404, "receipt_not_found", $"{payer} paid for no such receipt here.", $"GET {Path} lists what it paid for."));
    }

    private string SecretOf(ReceiptId id) => receipts.Read(id) is { } receipt ? ReadSecret.Of(receipt.Seed.Span) : "";

    private EvmAddress? Enter(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue(PaymentHeader.SignIn, out Microsoft.Extensions.Primitives.StringValues header))
        {
            return null;
        }

        EvmAddress? payer = signIn.TryEnter(header.ToString(), PaidReply.ResourceOf(context, file), out NodeError? error);
        context.Items[typeof(NodeError)] = error;
        return payer;
    }

    // With 402, for that is where x402's clients look for a challenge; the one entry in it is of no scheme that anybody pays by.
    private Task ChallengeOr(HttpContext context)
    {
        if (context.Items[typeof(NodeError)] is NodeError error)
        {
            return JsonReply.ErrorAsync(context, error);
        }

        Uri resource = PaidReply.ResourceOf(context, file);
        if (!signIn.IsOurs(resource))
        {
            return JsonReply.ErrorAsync(context, SignInDesk.AddressUnknown);
        }

        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("x402Version", 2);
            json.WriteString("error", "sign-in/required");
            json.WriteStartObject("resource");
            json.WriteString("url", resource.AbsoluteUri);
            json.WriteEndObject();
            json.WriteStartArray("accepts");
            json.WriteStartObject();
            json.WriteString("scheme", "sign-in-only");
            json.WriteString("network", $"eip155:{EvmAmount.Text(file.ChainId)}");
            json.WriteString("amount", "0");
            json.WriteString("asset", file.Token.Address.ToString());
            json.WriteString("payTo", file.PayTo.ToString());
            json.WriteNumber("maxTimeoutSeconds", 60);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartObject("extensions");
            signIn.WriteChallenge(json, resource);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        context.Response.Headers[PaymentHeader.Required] = PaymentHeader.Encode(buffer.WrittenSpan);
        context.Response.Headers.CacheControl = "no-store";
        return JsonReply.ErrorAsync(context, new NodeError(402, "sign-in/required", "This is for payers: sign in with the account that paid.", $"Sign the challenge in {PaymentHeader.Required} (extension {SignInDesk.Extension}) and send it in {PaymentHeader.SignIn}."));
    }

    private static async Task WriteAsync(HttpContext context, string type, byte[] bytes)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }
}
