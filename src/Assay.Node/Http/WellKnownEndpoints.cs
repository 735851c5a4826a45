using Assay.Chat;
using Assay.Client;
using Assay.Node.Attesting;
using Assay.Node.Chatting;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary><c>/.well-known/assay</c>: who this node is and where things are.</summary>
internal static class WellKnownEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, NodeOptions options, NodeIdentity identity, ModelCatalog catalog, ChatCatalog chat, AttestationService? attestation, PriceList? prices) =>
        routes.MapGet("/.well-known/assay", (HttpContext context) => JsonReply.WriteAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("profile", "assay/node/v1");
            json.WriteString("software", "assay/" + NodeVersion.Text);
            json.WriteString("origin", identity.KeySet.Origin);
            json.WriteString("keySetDigest", identity.KeySet.Digest.ToString());
            json.WriteBase64String("keySet", identity.KeySet.Bytes.Span);
            json.WriteString("logKey", identity.LogSigner.VerifierKey.ToString());
            json.WriteString("trust", identity.TrustText);
            json.WriteStartArray("levels");
            foreach (string level in catalog.Models.Select(static m => m.Terms).Concat(chat.Models.Select(static m => m.Terms)).SelectMany(static terms => terms.Available).Distinct(StringComparer.Ordinal))
            {
                json.WriteStringValue(level);
            }

            json.WriteEndArray();
            json.WriteStartArray("replayPeers");
            foreach (PeerAddress peer in options.ReplayPeers)
            {
                json.WriteStartObject();
                json.WriteString("peer", peer.Peer.ToString());
                json.WriteString("key", Convert.ToHexStringLower(peer.Key.ToArray()));
                json.WriteString("url", peer.Url.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("defaultLevel", options.DefaultLevel?.ToString());
            AttestationEndpoints.Describe(json, attestation);
            PricesJson.Write(json, prices);
            json.WriteStartObject("endpoints");
            json.WriteString("inference", "/v2/models/{model}/infer");
            json.WriteString("models", "/v1/models");
            if (chat.Models.Count > 0)
            {
                json.WriteString("chat", ChatAddresses.Of(ChatKind.Chat));
            }

            json.WriteString("receipt", "/v1/receipts/{id}");
            json.WriteString("bundle", "/v1/receipts/{id}/bundle");
            json.WriteString("proof", "/v1/receipts/{id}/proof");
            json.WriteString("advise", "/v1/advise");
            json.WriteString("counter", "/v1/keys/self/counter");
            json.WriteString("applications", "/v1/applications");
            json.WriteString("history", "/v1/applications/{name}/history");
            json.WriteString("attestation", AttestationEndpoints.Path);
            json.WriteString("confidential", ConfidentialEndpoint.Path);
            if (prices is not null)
            {
                json.WriteString("payments", PaymentEndpoints.Path);
            }

            json.WriteString("log", "/log/");
            json.WriteEndObject();
            json.WriteEndObject();
        }));
}
