using System.Globalization;
using System.Text.Json;
using Assay.Attestation;
using Assay.Node.Attesting;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary><c>/.well-known/assay/attestation</c>: the evidence that endorses receipts, or fresh evidence for the asker's nonce (spec/attestation.md, "Material").</summary>
internal static class AttestationEndpoints
{
    internal const string Path = "/.well-known/assay/attestation";

    // The hardware answers a few times a second, one at a time, and the node itself needs it too.
    private static readonly ApiKeyLimits Limits = new() { RequestsPerMinute = 60, Concurrent = 8 };

    internal static void Map(IEndpointRouteBuilder routes, AttestationService? attestation, TimeProvider time)
    {
        ApiKeyUse use = new(time);
        routes.MapGet(Path, async (HttpContext context) =>
        {
            (AttestationFile? file, NodeError? error) = await GetAsync(context, attestation, use).ConfigureAwait(false);
            if (file is null)
            {
                await JsonReply.ErrorAsync(context, error!).ConfigureAwait(false);
                return;
            }

            context.Response.ContentType = "application/vnd.assay.attestation+cbor";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentLength = file.Bytes.Length;
            await context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted).ConfigureAwait(false);
        });
    }

    /// <summary>What <c>/.well-known/assay</c> says of it: the node's word, which nobody need believe.</summary>
    internal static void Describe(Utf8JsonWriter json, AttestationService? attestation)
    {
        if (attestation is null)
        {
            json.WriteNull("attestation");
            return;
        }

        bool isSimulated = attestation.Settings.Attester.Type == EvidenceType.Simulator;
        json.WriteStartObject("attestation");
        json.WriteString("type", EvidenceTypes.NameOf(attestation.Settings.Attester.Type));
        json.WriteBoolean("simulated", isSimulated);
        json.WriteString("warning", isSimulated ? "SIMULATED: no hardware protects this node. Its evidence proves nothing to anybody." : null);
        json.WriteString("failure", attestation.Failure);
        json.WriteStartObject("policy");
        json.WriteString("name", attestation.Settings.Policy.Policy.Name);
        json.WriteNumber("version", attestation.Settings.Policy.Policy.Version);
        json.WriteString("digest", attestation.Settings.Policy.Policy.Digest.ToString());
        json.WriteEndObject();
        if (attestation.Current is { } key)
        {
            json.WriteString("grade", GradeNames.NameOf(key.Appraisal.Grade));
            json.WriteString("platform", key.Appraisal.Facts!.Platform.Digest.ToString());
            json.WriteString("build", NodeVersion.Build);
            json.WriteString("key", key.PublicKey.Thumbprint().ToString());
            json.WriteString("evidence", key.Digest.ToString());
            json.WriteString("at", key.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteNumber("renewedEverySeconds", attestation.Settings.Renewal.TotalSeconds);
        }

        json.WriteEndObject();
    }

    private static async Task<(AttestationFile? File, NodeError? Error)> GetAsync(HttpContext context, AttestationService? attestation, ApiKeyUse use)
    {
        if (attestation is null)
        {
            return (null, new NodeError(404, "attest/none", "This node has no attested hardware.", "Ask for another level than 'tee'; GET /v1/models lists what there is."));
        }

        if (context.Request.Query.Keys.Any(static name => name != "nonce") || context.Request.Query["nonce"].Count > 1)
        {
            return (null, new NodeError(400, "query_unknown", "The only query here is one nonce.", $"{Path}?nonce= and 32 to 128 hexadecimal digits."));
        }

        if (!context.Request.Query.TryGetValue("nonce", out Microsoft.Extensions.Primitives.StringValues values))
        {
            return attestation.Current is { } key ? (AttestationFile.Create(key.Evidence, key.Material), null) : (null, attestation.NotAttested());
        }

        string text = values.ToString();
        if (text.Length is < 2 * TeeBinding.MinNonceLength or > 2 * TeeBinding.MaxNonceLength || text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit))
        {
            return (null, new NodeError(400, "attest/nonce", "A nonce is 32 to 128 hexadecimal digits, an even number of them.", "Draw 32 random bytes, and remember them: they must stand in the binding."));
        }

        ApiKeyRefusal refusal = use.TryEnter(Limits, out int seconds);
        if (refusal != ApiKeyRefusal.None)
        {
            return (null, refusal == ApiKeyRefusal.Rate
                ? new NodeError(429, "attest/rate", $"More than {Limits.RequestsPerMinute} fresh pieces of evidence a minute are more than the hardware gives.", "Without a nonce you get the evidence that endorses receipts.") { RetryAfterSeconds = seconds }
                : new NodeError(503, "attest/queue", $"{Limits.Concurrent} others wait for the hardware.", "Without a nonce you get the evidence that endorses receipts.") { RetryAfterSeconds = seconds });
        }

        try
        {
            return await attestation.FreshAsync(Convert.FromHexString(text), context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            use.Leave();
        }
    }
}
