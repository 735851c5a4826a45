using System.Security.Cryptography;

namespace Assay.Ohttp;

/// <summary>Encapsulation of responses (RFC 9458, section 4.4): a key of its own, from the request's context, its ephemeral key and a fresh nonce.</summary>
internal static class ResponseCipher
{
    /// <summary>The nonce's length: of key and AEAD nonce the longer.</summary>
    internal static int NonceSize(HpkeAead aead) => Math.Max(Aead.KeySize(aead), Aead.NonceSize);

    internal static byte[] Seal(HpkeContext context, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> response)
    {
        byte[] result = new byte[nonce.Length + response.Length + Aead.TagSize];
        nonce.CopyTo(result);
        (byte[] key, byte[] aeadNonce) = Derive(context, enc, nonce);
        Aead.Seal(context.Aead, key, aeadNonce, [], response, result.AsSpan(nonce.Length));
        CryptographicOperations.ZeroMemory(key);
        return result;
    }

    internal static byte[]? TryOpen(HpkeContext context, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> response)
    {
        int nonceSize = NonceSize(context.Aead);
        if (response.Length < nonceSize)
        {
            return null;
        }

        (byte[] key, byte[] aeadNonce) = Derive(context, enc, response[..nonceSize]);
        byte[]? opened = Aead.TryOpen(context.Aead, key, aeadNonce, [], response[nonceSize..]);
        CryptographicOperations.ZeroMemory(key);
        return opened;
    }

    private static (byte[] Key, byte[] Nonce) Derive(HpkeContext context, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> nonce)
    {
        byte[] secret = context.Export("message/bhttp response"u8, NonceSize(context.Aead));
        byte[] prk = new byte[SHA256.HashSizeInBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, secret, (byte[])[.. enc, .. nonce], prk);
        byte[] key = new byte[Aead.KeySize(context.Aead)];
        byte[] aeadNonce = new byte[Aead.NonceSize];
        HKDF.Expand(HashAlgorithmName.SHA256, prk, key, "key"u8);
        HKDF.Expand(HashAlgorithmName.SHA256, prk, aeadNonce, "nonce"u8);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(prk);
        return (key, aeadNonce);
    }
}
