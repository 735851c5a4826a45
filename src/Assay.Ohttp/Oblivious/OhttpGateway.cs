using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Assay.Ohttp;

/// <summary>
/// The receiving end: one key, made here, that never leaves memory. Opens each request once: what it has opened before is refused as
/// long as the key lives. For any number of threads.
/// </summary>
public sealed class OhttpGateway : IDisposable
{
    /// <summary>Requests that a key opens, unless told otherwise; 32 MB of memory when it has.</summary>
    public const int DefaultCapacity = 1 << 20;

    private const int HeaderSize = 7;

    private readonly Lock _lock = new();
    private readonly ECDiffieHellman _key = DhKem.Generate();
    private readonly byte[] _publicKey;
    private readonly HashSet<UInt128> _seen = [];
    private readonly int _capacity;
    private bool _disposed;

    /// <summary>Makes a key.</summary>
    /// <param name="keyId">Its number; another than its predecessor's, so that who still holds that one is told.</param>
    /// <param name="capacity">How many requests it opens. Remembering all of them is what keeps replays out, so that there is an end to them.</param>
    public OhttpGateway(byte keyId, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;
        _publicKey = DhKem.Serialize(_key);
        ImmutableArray<HpkeAead> aeads = [.. Enum.GetValues<HpkeAead>().Where(Aead.IsSupported)];
        Config = new OhttpKeyConfig(keyId, _publicKey, aeads);
    }

    /// <summary>What senders encrypt to.</summary>
    public OhttpKeyConfig Config { get; }

    /// <summary>Opens an encapsulated request.</summary>
    /// <returns>Null and a code of <see cref="OhttpErrors"/>. Garbage, and what is for another key, isn't remembered.</returns>
    public OhttpOpened? TryOpen(ReadOnlySpan<byte> encapsulated, out string? error)
    {
        error = Look(encapsulated, out HpkeAead aead);
        if (error is not null)
        {
            return null;
        }

        ReadOnlySpan<byte> header = encapsulated[..HeaderSize];
        ReadOnlySpan<byte> enc = encapsulated.Slice(HeaderSize, DhKem.PublicKeySize);
        HpkeContext? context;
        lock (_lock)
        {
            // A key that was replaced opens nothing, also not what came in before.
            error = _disposed ? OhttpErrors.KeyUnknown : OhttpErrors.Request;
            context = _disposed ? null : HpkeContext.TryReceive(aead, enc, _key, _publicKey, OhttpExchange.Info(header));
        }

        if (context is null)
        {
            return null;
        }

        byte[]? request = context.TryOpen(0, [], encapsulated[(HeaderSize + DhKem.PublicKeySize)..]);
        error = request is null ? OhttpErrors.Open : Remember(enc);
        if (error is not null)
        {
            context.Dispose();
            return null;
        }

        return new OhttpOpened(context, enc.ToArray(), request!);
    }

    /// <summary>Forgets the key. What was opened can still be answered.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _key.Dispose();
            _seen.Clear();
        }
    }

    private string? Look(ReadOnlySpan<byte> encapsulated, out HpkeAead aead)
    {
        aead = default;
        if (encapsulated.Length < HeaderSize + DhKem.PublicKeySize + Aead.TagSize)
        {
            return OhttpErrors.Request;
        }

        if (encapsulated[0] != Config.KeyId)
        {
            return OhttpErrors.KeyUnknown;
        }

        aead = (HpkeAead)BinaryPrimitives.ReadUInt16BigEndian(encapsulated[5..]);
        bool known = BinaryPrimitives.ReadUInt16BigEndian(encapsulated[1..]) == DhKem.Id
            && BinaryPrimitives.ReadUInt16BigEndian(encapsulated[3..]) == HpkeContext.Kdf
            && Config.Aeads.Contains(aead);
        return known ? null : OhttpErrors.Suite;
    }

    /// <summary>By a digest of the ephemeral key: half of SHA-256, which nobody makes two of for this.</summary>
    private string? Remember(ReadOnlySpan<byte> enc)
    {
        UInt128 digest = BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(enc));
        lock (_lock)
        {
            return _seen.Contains(digest) ? OhttpErrors.Replay : _seen.Count >= _capacity ? OhttpErrors.Exhausted : _seen.Add(digest) ? null : OhttpErrors.Replay;
        }
    }
}
