namespace Assay.Payments;

/// <summary>x402's headers: JSON in base64 with padding (RFC 4648, section 4).</summary>
public static class PaymentHeader
{
    /// <summary>Offers, server to client, version 2.</summary>
    public const string Required = "PAYMENT-REQUIRED";

    /// <summary>Payment, client to server, version 2.</summary>
    public const string Signature = "PAYMENT-SIGNATURE";

    /// <summary>Settlement, server to client, version 2.</summary>
    public const string Response = "PAYMENT-RESPONSE";

    /// <summary>Payment, client to server, version 1.</summary>
    public const string SignatureV1 = "X-PAYMENT";

    /// <summary>Settlement, server to client, version 1.</summary>
    public const string ResponseV1 = "X-PAYMENT-RESPONSE";

    /// <summary>Sign-in with a wallet, client to server.</summary>
    public const string SignIn = "SIGN-IN-WITH-X";

    /// <summary>Most characters of a header that is read.</summary>
    public const int MaxLength = 24 * 1024;

    /// <summary>The bytes; null if it is too long, or not exactly base64 with padding and without white space.</summary>
    public static byte[]? TryDecode(string? header)
    {
        if (header is not { Length: > 0 and <= MaxLength } || header.Length % 4 != 0 || header.AsSpan().ContainsAny(" \t\r\n"))
        {
            return null;
        }

        byte[] bytes = new byte[header.Length / 4 * 3];
        return Convert.TryFromBase64String(header, bytes, out int length) ? bytes[..length] : null;
    }

    /// <summary>The header of these bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> json) => Convert.ToBase64String(json);
}
