using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Ohttp;

/// <summary>What both sides share after the setup in base mode (RFC 9180, section 5.1): key, nonce and exporter. Messages are numbered by the caller.</summary>
internal sealed class HpkeContext : IDisposable
{
    internal const ushort Kdf = 0x0001;

    private readonly byte[] _suite;
    private readonly byte[] _key;
    private readonly byte[] _baseNonce;
    private readonly byte[] _exporter;

    private HpkeContext(HpkeAead aead, ReadOnlySpan<byte> shared, ReadOnlySpan<byte> info)
    {
        Aead = aead;
        _suite = [.. "HPKE"u8, DhKem.Id >> 8, DhKem.Id & 0xFF, Kdf >> 8, Kdf & 0xFF, (byte)((int)aead >> 8), (byte)aead];
        byte[] context = [0, .. LabeledKdf.Extract(_suite, [], "psk_id_hash"u8, []), .. LabeledKdf.Extract(_suite, [], "info_hash"u8, info)];
        byte[] secret = LabeledKdf.Extract(_suite, shared, "secret"u8, []);
        _key = LabeledKdf.Expand(_suite, secret, "key"u8, context, Ohttp.Aead.KeySize(aead));
        _baseNonce = LabeledKdf.Expand(_suite, secret, "base_nonce"u8, context, Ohttp.Aead.NonceSize);
        _exporter = LabeledKdf.Expand(_suite, secret, "exp"u8, context, SHA256.HashSizeInBytes);
        CryptographicOperations.ZeroMemory(secret);
    }

    internal HpkeAead Aead { get; }

    /// <summary>SetupBaseS. The ephemeral key must be fresh for each message: everything rests on that.</summary>
    internal static HpkeContext Send(HpkeAead aead, ECDiffieHellman ephemeral, ECDiffieHellman recipient, ReadOnlySpan<byte> info, out byte[] enc)
    {
        enc = DhKem.Serialize(ephemeral);
        return Make(aead, DhKem.Agree(ephemeral, recipient, enc, DhKem.Serialize(recipient)), info);
    }

    /// <summary>SetupBaseR; null if <paramref name="enc"/> isn't a point of the curve.</summary>
    internal static HpkeContext? TryReceive(HpkeAead aead, ReadOnlySpan<byte> enc, ECDiffieHellman own, ReadOnlySpan<byte> ownPublic, ReadOnlySpan<byte> info)
    {
        using ECDiffieHellman? ephemeral = DhKem.TryDeserialize(enc);
        return ephemeral is null ? null : Make(aead, DhKem.Agree(own, ephemeral, enc, ownPublic), info);
    }

    internal byte[] Seal(ulong number, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> text)
    {
        byte[] result = new byte[text.Length + Ohttp.Aead.TagSize];
        Ohttp.Aead.Seal(Aead, _key, Nonce(number), aad, text, result);
        return result;
    }

    internal byte[]? TryOpen(ulong number, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> sealedText) =>
        Ohttp.Aead.TryOpen(Aead, _key, Nonce(number), aad, sealedText);

    internal byte[] Export(ReadOnlySpan<byte> context, int length) => LabeledKdf.Expand(_suite, _exporter, "sec"u8, context, length);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        CryptographicOperations.ZeroMemory(_baseNonce);
        CryptographicOperations.ZeroMemory(_exporter);
    }

    private static HpkeContext Make(HpkeAead aead, byte[] shared, ReadOnlySpan<byte> info)
    {
        HpkeContext context = new(aead, shared, info);
        CryptographicOperations.ZeroMemory(shared);
        return context;
    }

    private byte[] Nonce(ulong number)
    {
        byte[] nonce = [.. _baseNonce];
        Span<byte> low = nonce.AsSpan(nonce.Length - sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ number);
        return nonce;
    }
}
