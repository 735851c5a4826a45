using System.Security.Cryptography;
using System.Text;
using Assay.Primitives;

namespace Assay.Node.Issuing;

/// <summary>
/// Contents of confidential receipts as they lie on the disk: encrypted under a key that follows from the receipt's <see cref="ReadSecret"/>,
/// which the node forgets and only the caller was told. Else the disk would show whoever holds it what the request hid.
/// </summary>
internal static class SealedContent
{
    private const int TagSize = 16;

    // A key encrypts one content, so that its nonce needn't differ from others'.
    private static readonly byte[] s_nonce = new byte[12];

    /// <summary>Ciphertext, then tag (AES-256-GCM).</summary>
    internal static byte[] Seal(string secret, ReadOnlySpan<byte> content)
    {
        byte[] box = new byte[content.Length + TagSize];
        byte[] key = KeyOf(secret);
        using AesGcm cipher = new(key, TagSize);
        cipher.Encrypt(s_nonce, content, box.AsSpan(0, content.Length), box.AsSpan(content.Length));
        CryptographicOperations.ZeroMemory(key);
        return box;
    }

    /// <summary>Null if that isn't the secret, or the box was changed.</summary>
    internal static byte[]? TryOpen(string secret, ReadOnlySpan<byte> box)
    {
        if (box.Length < TagSize)
        {
            return null;
        }

        byte[] content = new byte[box.Length - TagSize];
        byte[] key = KeyOf(secret);
        try
        {
            using AesGcm cipher = new(key, TagSize);
            cipher.Decrypt(s_nonce, box[..content.Length], box[content.Length..], content);
            return content;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] KeyOf(string secret) => Digest32.Sha256("assay/sealed-content/v1"u8, Encoding.UTF8.GetBytes(secret)).Bytes.ToArray();
}
