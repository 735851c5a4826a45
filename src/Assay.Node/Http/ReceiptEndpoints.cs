using System.Text.Json;
using Assay.Node.Errors;
using Assay.Node.Issuing;
using Assay.Node.Proving;
using Assay.Primitives;
using Assay.Verification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Assay.Node.Http;

/// <summary>
/// Receipts by id. Fields are shown to whoever sends the receipt's secret, which only the caller was told; to others all are left out,
/// with the signature, the log proof and the endorsements still there to check. The JSON view is the node's word about its own
/// receipt; the bundle is what others check.
/// </summary>
internal static class ReceiptEndpoints
{
    /// <summary>Longest wait for the checkpoint that covers a fresh receipt; without it the bundle comes with its log proof pending.</summary>
    private static readonly TimeSpan CheckpointWait = TimeSpan.FromSeconds(2);

    internal static void Map(IEndpointRouteBuilder routes, BundleSource bundles, ProofService proofs, TimeProvider time)
    {
        routes.MapGet("/v1/receipts/{id}/proof", (HttpContext context, string id) => ReceiptId.TryParse(id, out ReceiptId receipt)
            ? JsonReply.WriteAsync(context, 200, json => Describe(json, proofs.Progress(receipt)))
            : JsonReply.ErrorAsync(context, NotFound(id)));
        routes.MapGet("/v1/receipts/{id}/bundle", (HttpContext context, string id) => BundleAsync(context, bundles, id));
        routes.MapGet("/v1/receipts/{id}", async (HttpContext context, string id) =>
        {
            byte[]? bundle = await FindAsync(bundles, id, context).ConfigureAwait(false);
            if (bundle is null)
            {
                await JsonReply.ErrorAsync(context, NotFound(id)).ConfigureAwait(false);
                return;
            }

            Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle, Trust = null, FirstUse = true, Now = time.GetUtcNow() });
            await JsonReply.WriteAsync(context, 200, json => VerdictJson.Write(json, verdict)).ConfigureAwait(false);
        });
    }

    internal static async Task BundleAsync(HttpContext context, BundleSource bundles, string id)
    {
        byte[]? bundle = await FindAsync(bundles, id, context).ConfigureAwait(false);
        if (bundle is null)
        {
            await JsonReply.ErrorAsync(context, NotFound(id)).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/vnd.assay.bundle+cbor";
        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.ContentLength = bundle.Length;
        await context.Response.Body.WriteAsync(bundle, context.RequestAborted).ConfigureAwait(false);
    }

    // Nothing in it is a secret: how far a proof is, of a receipt whose id one has to know.
    private static void Describe(Utf8JsonWriter json, ProofProgress progress)
    {
        json.WriteStartObject();
        json.WriteString("state", progress.Name);
        json.WriteNumber("ahead", progress.Ahead);
        if (progress.ExpectedMilliseconds is { } expected)
        {
            json.WriteNumber("expectedMilliseconds", Math.Round(expected));
        }
        else
        {
            json.WriteNull("expectedMilliseconds");
        }

        json.WriteString("error", progress.Error);
        json.WriteEndObject();
    }

    private static async Task<byte[]?> FindAsync(BundleSource bundles, string id, HttpContext context)
    {
        string? secret = context.Request.Headers.TryGetValue(ReadSecret.Header, out StringValues values) ? values.ToString() : null;
        return ReceiptId.TryParse(id, out ReceiptId receiptId) ? await bundles.GetAsync(receiptId, secret, CheckpointWait, context.RequestAborted).ConfigureAwait(false) : null;
    }

    private static NodeError NotFound(string id) => new(404, "receipt_not_found",
        ReceiptId.TryParse(id, out _) ? $"This node has no such receipt, or its secret ({ReadSecret.Header}) is another." : "A receipt id is 32 hexadecimal digits.", $"The id stands in the answer's header Assay-Receipt, the secret in {ReadSecret.Header}; without a secret you get the receipt with its fields left out.");
}
