using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Assay.Ohttp;

/// <summary>
/// A key configuration (RFC 9458, section 3): one, without a length before it, as a binding carries it. Its KEM is DHKEM(P-256,
/// HKDF-SHA256), its KDF HKDF-SHA256.
/// </summary>
public sealed class OhttpKeyConfig
{
    /// <summary>As much as a binding carries.</summary>
    public const int MaxSize = 1024;

    private const int HeadSize = 1 + 2 + DhKem.PublicKeySize + 2;

    internal OhttpKeyConfig(byte keyId, ReadOnlyMemory<byte> publicKey, ImmutableArray<HpkeAead> aeads)
    {
        KeyId = keyId;
        PublicKey = publicKey;
        Aeads = aeads;
    }

    /// <summary>The key's number: says which of a gateway's keys, and nothing else.</summary>
    public byte KeyId { get; }

    /// <summary>The public key: 4, x, y; 65 bytes, a point of P-256.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Ciphers of this version that the gateway takes, in its order; at least one.</summary>
    public ImmutableArray<HpkeAead> Aeads { get; }

    /// <summary>Reads a configuration, with nothing after it. Ciphers that aren't known are passed over.</summary>
    /// <returns>Null, and <see cref="OhttpErrors.KeyConfig"/> or <see cref="OhttpErrors.Suite"/>.</returns>
    public static OhttpKeyConfig? TryDecode(ReadOnlySpan<byte> bytes, out string? error)
    {
        error = OhttpErrors.KeyConfig;
        if (bytes.Length is < 3 or > MaxSize)
        {
            return null;
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]) != DhKem.Id)
        {
            error = OhttpErrors.Suite;
            return null;
        }

        if (bytes.Length < HeadSize)
        {
            return null;
        }

        ReadOnlySpan<byte> key = bytes.Slice(3, DhKem.PublicKeySize);
        ReadOnlySpan<byte> suites = bytes[HeadSize..];
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[(HeadSize - 2)..]) != suites.Length || suites.Length == 0 || suites.Length % 4 != 0)
        {
            return null;
        }

        using ECDiffieHellman? point = DhKem.TryDeserialize(key);
        if (point is null)
        {
            return null;
        }

        ImmutableArray<HpkeAead>.Builder aeads = ImmutableArray.CreateBuilder<HpkeAead>();
        for (; suites.Length > 0; suites = suites[4..])
        {
            HpkeAead aead = (HpkeAead)BinaryPrimitives.ReadUInt16BigEndian(suites[2..]);
            if (BinaryPrimitives.ReadUInt16BigEndian(suites) == HpkeContext.Kdf && Enum.IsDefined(aead) && !aeads.Contains(aead))
            {
                aeads.Add(aead);
            }
        }

        error = aeads.Count > 0 ? null : OhttpErrors.Suite;
        return error is null ? new OhttpKeyConfig(bytes[0], key.ToArray(), aeads.ToImmutable()) : null;
    }

    /// <summary>The configuration's bytes.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[HeadSize + 4 * Aeads.Length];
        bytes[0] = KeyId;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(1), DhKem.Id);
        PublicKey.Span.CopyTo(bytes.AsSpan(3));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(HeadSize - 2), (ushort)(4 * Aeads.Length));
        for (int i = 0; i < Aeads.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(HeadSize + 4 * i), HpkeContext.Kdf);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(HeadSize + 4 * i + 2), (ushort)Aeads[i]);
        }

        return bytes;
    }

    /// <summary>The header that an encapsulated request begins with, and that its key depends on.</summary>
    internal byte[] Header(HpkeAead aead) => [KeyId, DhKem.Id >> 8, DhKem.Id & 0xFF, HpkeContext.Kdf >> 8, HpkeContext.Kdf & 0xFF, (byte)((int)aead >> 8), (byte)aead];
}
