using System.Buffers.Text;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>Reads what clients pay with, of either version. Never throws for what it says.</summary>
public static class PayloadReader
{
    /// <summary>Most bytes of the message's JSON.</summary>
    public const int MaxLength = 8192;

    /// <summary>Most characters of a <c>payment-identifier</c>, and of <c>resource.url</c>.</summary>
    private const int MaxIdentifier = 128;

    private const int MinIdentifier = 16;
    private const int MaxUrl = 2048;
    private const int SignatureDigits = 2 + (2 * EvmSignature.Size);

    /// <summary>Reads a header.</summary>
    /// <param name="header">The header's value.</param>
    /// <param name="version">The version whose header it came in.</param>
    /// <param name="error">One of <see cref="PayloadErrors"/>.</param>
    public static PaymentPayload? TryReadHeader(string header, int version, out string? error)
    {
        error = PayloadErrors.Header;
        if (PaymentHeader.TryDecode(header) is not { } json || TryRead(json, out error) is not { } payload)
        {
            return null;
        }

        error = payload.Version == version ? null : PayloadErrors.Version;
        return error is null ? payload : null;
    }

    /// <summary>Reads the message; keeps <paramref name="json"/>.</summary>
    public static PaymentPayload? TryRead(ReadOnlyMemory<byte> json, out string? error)
    {
        error = PayloadErrors.Json;
        if (PaymentJson.TryParse(json, MaxLength) is not { } root)
        {
            return null;
        }

        error = PayloadErrors.Version;
        if (!root.TryGetProperty("x402Version", out JsonElement version) || version.ValueKind != JsonValueKind.Number || version.GetRawText() is not ("1" or "2"))
        {
            return null;
        }

        return version.GetRawText() == "1" ? ReadV1(root, json, out error) : ReadV2(root, json, out error);
    }

    private static PaymentPayload? ReadV1(JsonElement root, ReadOnlyMemory<byte> json, out string? error)
    {
        error = PayloadErrors.Form;
        return PaymentJson.Text(root, "scheme") is { } scheme && PaymentJson.Text(root, "network") is { } network && PaymentJson.Object(root, "payload") is { } payload
            && TransferReader.TryRead(payload, out error) is { } transfer
            ? new PaymentPayload { Version = 1, Accepted = null, Scheme = scheme, Network = network, Transfer = transfer, Json = json }
            : null;
    }

    private static PaymentPayload? ReadV2(JsonElement root, ReadOnlyMemory<byte> json, out string? error)
    {
        error = PayloadErrors.Form;
        if (PaymentJson.Object(root, "accepted") is not { } accepted
            || PaymentJson.Text(accepted, "scheme") is not { } scheme
            || PaymentJson.Text(accepted, "network") is not { } network
            || PaymentJson.Object(root, "payload") is not { } payload
            || !TryResource(root, out string? url)
            || !TryInfo(root, "assay-binding", "salt", out string? saltText)
            || !TryInfo(root, "payment-identifier", "id", out string? identifier)
            || !TrySalt(saltText, out byte[]? salt)
            || (identifier is not null && !IsIdentifier(identifier)))
        {
            return null;
        }

        return TransferReader.TryRead(payload, out error) is not { } transfer
            ? null
            : new PaymentPayload
            {
                Version = 2,
                Accepted = new AcceptedOffer(accepted),
                Scheme = scheme,
                Network = network,
                ResourceUrl = url,
                Transfer = transfer,
                BindingSalt = salt is null ? null : new ReadOnlyMemory<byte>?(salt),
                PaymentIdentifier = identifier,
                Json = json,
            };
    }

    private static bool TryResource(JsonElement root, out string? url)
    {
        url = null;
        if (PaymentJson.IsAbsent(root, "resource"))
        {
            return true;
        }

        if (PaymentJson.Object(root, "resource") is not { } resource)
        {
            return false;
        }

        url = PaymentJson.Text(resource, "url");
        return url is { Length: <= MaxUrl } || PaymentJson.IsAbsent(resource, "url");
    }

    // An extension that the server declares and the client doesn't use has no such member.
    private static bool TryInfo(JsonElement root, string extension, string member, out string? text)
    {
        text = null;
        if (PaymentJson.IsAbsent(root, "extensions"))
        {
            return true;
        }

        if (PaymentJson.Object(root, "extensions") is not { } extensions)
        {
            return false;
        }

        if (PaymentJson.Object(extensions, extension) is not { } found)
        {
            return PaymentJson.IsAbsent(extensions, extension);
        }

        if (PaymentJson.Object(found, "info") is not { } info)
        {
            return PaymentJson.IsAbsent(found, "info");
        }

        text = PaymentJson.Text(info, member);
        return text is not null || PaymentJson.IsAbsent(info, member);
    }

    private static bool TrySalt(string? text, out byte[]? salt)
    {
        salt = null;
        if (text is null)
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[PaidRequest.ShortSize + 2];
        if (text.Length != 22 || Base64Url.DecodeFromChars(text, bytes, out _, out int length) != System.Buffers.OperationStatus.Done || length != PaidRequest.ShortSize)
        {
            return false;
        }

        salt = bytes[..PaidRequest.ShortSize].ToArray();
        return Base64Url.EncodeToString(salt) == text;
    }

    private static bool IsIdentifier(string text) =>
        text.Length is >= MinIdentifier and <= MaxIdentifier && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>The scheme's part of the message.</summary>
    private static class TransferReader
    {
        internal static SignedTransfer? TryRead(JsonElement payload, out string? error)
        {
            JsonElement? authorization = PaymentJson.Object(payload, "authorization"), permit = PaymentJson.Object(payload, "permit2Authorization");
            error = PayloadErrors.Kind;
            if (authorization is null == permit is null)
            {
                return null;
            }

            error = PayloadErrors.SignatureForm;
            string? text = PaymentJson.Text(payload, "signature");
            if (!EvmSignature.TryParse(text, out EvmSignature signature))
            {
                error = text?.Length > SignatureDigits ? PayloadErrors.ContractPayer : error;
                return null;
            }

            SignedTransfer? read = authorization is { } element ? Authorization(element, signature) : Permit(permit!.Value, signature);
            error = read is null ? PayloadErrors.Form : null;
            return read;
        }

        private static TransferAuthorization? Authorization(JsonElement element, in EvmSignature signature) =>
            PaymentJson.TryAddress(element, "from", out EvmAddress from) && PaymentJson.TryAddress(element, "to", out EvmAddress to) && PaymentJson.TryAmount(element, "value", out BigInteger value)
            && PaymentJson.TryAmount(element, "validAfter", out BigInteger after) && PaymentJson.TryAmount(element, "validBefore", out BigInteger before) && PaymentJson.TryWord(element, "nonce", out Digest32 nonce)
                ? new TransferAuthorization { Payer = from, PayTo = to, Amount = value, ValidAfter = after, ValidBefore = before, Nonce = nonce, Signature = signature }
                : null;

        private static PermitTransfer? Permit(JsonElement element, in EvmSignature signature)
        {
            if (PaymentJson.Object(element, "permitted") is not { } permitted
                || PaymentJson.Object(element, "witness") is not { } witness
                || !PaymentJson.TryAddress(element, "from", out EvmAddress from)
                || !PaymentJson.TryAddress(permitted, "token", out EvmAddress token)
                || !PaymentJson.TryAmount(permitted, "amount", out BigInteger amount)
                || !PaymentJson.TryAddress(element, "spender", out EvmAddress spender)
                || !PaymentJson.TryAmount(element, "nonce", out BigInteger nonce)
                || !PaymentJson.TryAmount(element, "deadline", out BigInteger deadline)
                || !PaymentJson.TryAddress(witness, "to", out EvmAddress to)
                || !PaymentJson.TryAmount(witness, "validAfter", out BigInteger after))
            {
                return null;
            }

            bool names = PaymentJson.TryAddress(witness, "facilitator", out EvmAddress facilitator);
            return !names && !PaymentJson.IsAbsent(witness, "facilitator")
                ? null
                : new PermitTransfer
                {
                    Payer = from,
                    PayTo = to,
                    Amount = amount,
                    ValidAfter = after,
                    ValidBefore = deadline,
                    Nonce = EvmAmount.Word(nonce),
                    Signature = signature,
                    Token = token,
                    Spender = spender,
                    Facilitator = names ? facilitator : null,
                };
        }
    }
}
