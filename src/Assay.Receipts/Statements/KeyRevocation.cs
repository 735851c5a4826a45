using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Receipts;

/// <summary>
/// A node's word that a key set of its own doesn't count from a moment on, signed by that set's receipt key or a later one's
/// (spec/receipt.md, "Revocation").
/// </summary>
public sealed class KeyRevocation
{
    /// <summary>Most bytes of the reason.</summary>
    public const int MaxReasonLength = 200;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.Revocation);

    private readonly CoseSign1 _cose;

    private KeyRevocation(Digest32 revoked, long from, string reason, CoseSign1 cose)
    {
        Revoked = revoked;
        From = from;
        Reason = reason;
        _cose = cose;
    }

    /// <summary>Digest of the key set that is revoked.</summary>
    public Digest32 Revoked { get; }

    /// <summary>The first millisecond (Unix) in which its signatures don't count.</summary>
    public long From { get; }

    /// <summary>Why, in the operator's words: up to 200 printable ASCII characters.</summary>
    public string Reason { get; }

    /// <summary>Makes a revocation.</summary>
    /// <exception cref="ArgumentException">The reason or the time is out of bounds.</exception>
    public static KeyRevocation Create(in Digest32 revoked, DateTimeOffset from, string reason, IEs256Signer signer)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ArgumentNullException.ThrowIfNull(signer);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, from.ToUnixTimeMilliseconds());
        CborWriter payload = new(256);
        payload.WriteMapHeader(4);
        payload.WriteUInt(1);
        payload.WriteText(DomainTags.Revocation);
        payload.WriteUInt(2);
        payload.WriteBytes(revoked.Bytes);
        payload.WriteUInt(3);
        payload.WriteBytes(time);
        payload.WriteUInt(4);
        payload.WriteText(reason);
        return Parse(CoseSign1.Sign(payload.Written, signer)) ?? throw new ArgumentException("The reason has up to 200 printable ASCII characters, the time lies between 1970 and 9999.", nameof(reason));
    }

    /// <summary>Null if the key set's receipt key signed it, else a code (<c>cose/…</c>).</summary>
    public string? Verify(KeySet signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return _cose.Verify(signer.ReceiptKey);
    }

    internal void Write(CborWriter writer) => writer.WriteBytes(_cose.Encode());

    /// <summary>Reads the COSE_Sign1; null after an error, which the reader keeps.</summary>
    internal static KeyRevocation? Read(ref CborReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.ReadBytes();
        KeyRevocation? revocation = reader.Error is null && CoseSign1.TryDecode(bytes, out _) is { } cose ? Parse(cose) : null;
        if (revocation is null)
        {
            reader.Fail(ReceiptErrors.RevocationLayout);
        }

        return revocation;
    }

    private static KeyRevocation? Parse(CoseSign1 cose)
    {
        CborReader payload = new(cose.Payload);
        SignedMap.Begin(ref payload, 4, Profile, ReceiptErrors.RevocationLayout);
        payload.MapKey(2);
        Digest32 revoked = payload.ReadDigest();
        payload.MapKey(3);
        ReadOnlySpan<byte> time = payload.ReadBytes(8);
        payload.MapKey(4);
        ReadOnlySpan<byte> reason = payload.ReadTextUtf8();
        payload.End();
        if (payload.Error is not null
            || reason.Length > MaxReasonLength || reason.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            || BinaryPrimitives.ReadUInt64BigEndian(time) > ReceiptStatement.MaxUnixMilliseconds)
        {
            return null;
        }

        return new KeyRevocation(revoked, BinaryPrimitives.ReadInt64BigEndian(time), Encoding.ASCII.GetString(reason), cose);
    }
}
