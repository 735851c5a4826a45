using System.Security.Cryptography;

namespace Assay.Ohttp;

/// <summary>The two ciphers, one message at a time, without associated data unless given.</summary>
internal static class Aead
{
    internal const int NonceSize = 12;
    internal const int TagSize = 16;

    internal static int KeySize(HpkeAead aead) => aead == HpkeAead.Aes128Gcm ? 16 : 32;

    internal static bool IsSupported(HpkeAead aead) => aead switch
    {
        HpkeAead.Aes128Gcm => AesGcm.IsSupported,
        HpkeAead.ChaCha20Poly1305 => ChaCha20Poly1305.IsSupported,
        _ => false,
    };

    /// <summary>Writes the ciphertext and then the tag; <paramref name="destination"/> is that much longer than the text.</summary>
    internal static void Seal(HpkeAead aead, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> text, Span<byte> destination)
    {
        Span<byte> ciphertext = destination[..text.Length];
        Span<byte> tag = destination[text.Length..];
        if (aead == HpkeAead.Aes128Gcm)
        {
            using AesGcm aes = new(key, TagSize);
            aes.Encrypt(nonce, text, ciphertext, tag, aad);
        }
        else
        {
            using ChaCha20Poly1305 chacha = new(key);
            chacha.Encrypt(nonce, text, ciphertext, tag, aad);
        }
    }

    /// <summary>Null if it isn't what was sealed.</summary>
    internal static byte[]? TryOpen(HpkeAead aead, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> sealedText)
    {
        if (sealedText.Length < TagSize)
        {
            return null;
        }

        byte[] text = new byte[sealedText.Length - TagSize];
        try
        {
            if (aead == HpkeAead.Aes128Gcm)
            {
                using AesGcm aes = new(key, TagSize);
                aes.Decrypt(nonce, sealedText[..text.Length], sealedText[text.Length..], text, aad);
            }
            else
            {
                using ChaCha20Poly1305 chacha = new(key);
                chacha.Decrypt(nonce, sealedText[..text.Length], sealedText[text.Length..], text, aad);
            }

            return text;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
