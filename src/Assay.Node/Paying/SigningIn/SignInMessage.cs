using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Node.Paying;

/// <summary>What somebody signs in with (x402's sign-in-with-x, EIP-4361 signed by EIP-191): of the message's forms, the one that this node's challenges have.</summary>
internal sealed record SignInMessage
{
    /// <summary>What signing means, in words.</summary>
    internal const string Statement = "Show me the receipts and answers that I paid for.";

    private const int MaxBytes = 4096;

    internal required string Domain { get; init; }

    internal required EvmAddress Address { get; init; }

    internal required string Uri { get; init; }

    internal required string ChainId { get; init; }

    internal required string Nonce { get; init; }

    internal required string IssuedAt { get; init; }

    internal required string ExpirationTime { get; init; }

    internal required EvmSignature Signature { get; init; }

    /// <summary>Reads the header; null if it isn't of this form.</summary>
    internal static SignInMessage? TryRead(string? header)
    {
        if (PaymentHeader.TryDecode(header) is not { Length: <= MaxBytes } json)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether the address signed it.</summary>
    internal bool IsSigned()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            {Domain} wants you to sign in with your Ethereum account:
            {Address}

            {Statement}

            URI: {Uri}
            Version: 1
            Chain ID: {ChainId["eip155:".Length..]}
            Nonce: {Nonce}
            Issued At: {IssuedAt}
            Expiration Time: {ExpirationTime}
            Resources:
            - {Uri}
            """).ReplaceLineEndings("\n"));
        byte[] prefix = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\u0019Ethereum Signed Message:\n{text.Length}"));
        return Secp256k1.Recover(Keccak256.HashData([.. prefix, .. text]), Signature) == Address;
    }

    private static SignInMessage? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        // Whatever stands in the message that was signed is known here, or none of it is taken.
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Name is not ("domain" or "address" or "statement" or "uri" or "version" or "chainId" or "type" or "nonce" or "issuedAt" or "expirationTime" or "resources" or "signature" or "signatureScheme"))
            {
                return null;
            }
        }

        string? uri = Text(root, "uri");
        return Text(root, "domain") is { } domain && uri is not null && Text(root, "address") is { } address && EvmAddress.TryParse(address, out EvmAddress account) && account.ToString() == address
            && Text(root, "statement") == Statement && Text(root, "version") == "1" && Text(root, "type") == "eip191" && NamedNetworks.TryCaip2(Text(root, "chainId")) is not null
            && Text(root, "nonce") is { } nonce && Text(root, "issuedAt") is { } issued && Text(root, "expirationTime") is { } expires
            && root.TryGetProperty("resources", out JsonElement resources) && resources.ValueKind == JsonValueKind.Array && resources.GetArrayLength() == 1 && resources[0].ValueKind == JsonValueKind.String && resources[0].GetString() == uri
            && EvmSignature.TryParse(Text(root, "signature"), out EvmSignature signature)
            && !Array.Exists([domain, uri, nonce, issued, expires], static text => text.Any(char.IsControl))
            ? new SignInMessage { Domain = domain, Address = account, Uri = uri, ChainId = Text(root, "chainId")!, Nonce = nonce, IssuedAt = issued, ExpirationTime = expires, Signature = signature }
            : null;
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
