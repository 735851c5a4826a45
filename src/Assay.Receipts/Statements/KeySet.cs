using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;
using Assay.Primitives.Notes;

namespace Assay.Receipts;

/// <summary>
/// A node's keys and the interval in which it signs with them (spec/receipt.md, "Key set"). Entry 0 of the node's log.
/// Trusting a node means trusting the digest of these bytes.
/// </summary>
public sealed class KeySet
{
    /// <summary>Most bytes of an origin.</summary>
    public const int MaxOriginLength = 255;

    private const int Ed25519KeyLength = 32;

    private readonly byte[] _bytes;

    // Checking an Ed25519 key costs more than reading everything else, and is needed only where a checkpoint is.
    private readonly Lazy<NoteVerifierKey?> _logVerifierKey;

    private KeySet(byte[] bytes, string origin, P256PublicKey receiptKey, byte[] logKey, long notBefore, long notAfter)
    {
        _bytes = bytes;
        Origin = origin;
        ReceiptKey = receiptKey;
        LogKey = logKey;
        _logVerifierKey = new Lazy<NoteVerifierKey?>(() => NoteVerifierKey.TryCreate(origin, logKey, out _));
        NotBefore = notBefore;
        NotAfter = notAfter;
        Digest = Digest32.Sha256(bytes);
    }

    /// <summary>The log's name, for example <c>node.example/assay</c>: a note key name (C2SP signed-note), printable ASCII.</summary>
    public string Origin { get; }

    /// <summary>The key that signs batches of receipts.</summary>
    public P256PublicKey ReceiptKey { get; }

    /// <summary>The Ed25519 key that signs checkpoints, 32 bytes.</summary>
    public ReadOnlyMemory<byte> LogKey { get; }

    /// <summary>The log key under the origin as its name; null if the bytes aren't a usable key, so that no checkpoint can be signed with it.</summary>
    public NoteVerifierKey? LogVerifierKey => _logVerifierKey.Value;

    /// <summary>First millisecond (Unix) in which receipts may be issued.</summary>
    public long NotBefore { get; }

    /// <summary>First millisecond (Unix) in which they may no longer.</summary>
    public long NotAfter { get; }

    /// <summary>The key set's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>SHA-256 of the bytes: the node's fingerprint.</summary>
    public Digest32 Digest { get; }

    /// <summary>Makes a key set.</summary>
    /// <exception cref="ArgumentException">A value is out of its bounds.</exception>
    public static KeySet Create(string origin, P256PublicKey receiptKey, ReadOnlySpan<byte> logKey, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        ArgumentNullException.ThrowIfNull(origin);
        CborWriter writer = new();
        Span<byte> time = stackalloc byte[8];
        writer.WriteMapHeader(6);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.KeySet);
        writer.WriteUInt(2);
        writer.WriteText(origin);
        writer.WriteUInt(3);
        writer.WriteBytes(receiptKey.ToArray());
        writer.WriteUInt(4);
        writer.WriteBytes(logKey);
        writer.WriteUInt(5);
        BinaryPrimitives.WriteInt64BigEndian(time, notBefore.ToUnixTimeMilliseconds());
        writer.WriteBytes(time);
        writer.WriteUInt(6);
        BinaryPrimitives.WriteInt64BigEndian(time, notAfter.ToUnixTimeMilliseconds());
        writer.WriteBytes(time);
        return TryDecode(writer.Written, out string? error) is { LogVerifierKey: not null } keySet
            ? keySet
            : throw new ArgumentException($"No key set has these values ({error ?? "the log key is unusable"}).");
    }

    /// <summary>Reads a key set. Errors: <c>keyset/…</c> of <see cref="ReceiptErrors"/>, <c>cbor/…</c>.</summary>
    public static KeySet? TryDecode(ReadOnlySpan<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes);
        reader.ReadMapHeader(6);
        reader.MapKey(1);
        ReadOnlySpan<byte> profile = reader.ReadTextUtf8();
        reader.MapKey(2);
        ReadOnlySpan<byte> origin = reader.ReadTextUtf8();
        reader.MapKey(3);
        ReadOnlySpan<byte> receiptKey = reader.ReadBytes(P256PublicKey.Size);
        reader.MapKey(4);
        ReadOnlySpan<byte> logKey = reader.ReadBytes(Ed25519KeyLength);
        reader.MapKey(5);
        ReadOnlySpan<byte> notBefore = reader.ReadBytes(8);
        reader.MapKey(6);
        ReadOnlySpan<byte> notAfter = reader.ReadBytes(8);
        reader.End();

        error = reader.Error;
        if (error is not null)
        {
            return null;
        }

        if (!profile.SequenceEqual(Encoding.UTF8.GetBytes(DomainTags.KeySet)))
        {
            error = ReceiptErrors.KeySetProfile;
            return null;
        }

        if (origin.Length is 0 or > MaxOriginLength || origin.ContainsAnyExceptInRange((byte)'!', (byte)'~') || origin.Contains((byte)'+'))
        {
            error = ReceiptErrors.KeySetOrigin;
            return null;
        }

        if (!P256PublicKey.TryFrom(receiptKey, out P256PublicKey key))
        {
            error = ReceiptErrors.KeySetReceiptKey;
            return null;
        }

        ulong from = BinaryPrimitives.ReadUInt64BigEndian(notBefore);
        ulong to = BinaryPrimitives.ReadUInt64BigEndian(notAfter);
        if (from >= to || to > ReceiptStatement.MaxUnixMilliseconds)
        {
            error = ReceiptErrors.KeySetInterval;
            return null;
        }

        return new KeySet(bytes.ToArray(), Encoding.ASCII.GetString(origin), key, logKey.ToArray(), (long)from, (long)to);
    }
}
