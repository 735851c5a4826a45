using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Ohttp;

/// <summary>LabeledExtract and LabeledExpand of RFC 9180, section 4, with HKDF-SHA256.</summary>
internal static class LabeledKdf
{
    internal static byte[] Extract(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> secret)
    {
        byte[] labeled = [.. "HPKE-v1"u8, .. suite, .. label, .. secret];
        byte[] key = new byte[SHA256.HashSizeInBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, labeled, salt, key);
        CryptographicOperations.ZeroMemory(labeled);
        return key;
    }

    internal static byte[] Expand(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)length);
        byte[] result = new byte[length];
        HKDF.Expand(HashAlgorithmName.SHA256, key, result, [.. size, .. "HPKE-v1"u8, .. suite, .. label, .. info]);
        return result;
    }
}
