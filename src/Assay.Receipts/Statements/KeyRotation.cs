using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Receipts;

/// <summary>
/// A node's change from one key set to the next, signed by the receipt keys of both (spec/receipt.md, "Rotation"). Origin and
/// log key stay: another log key is another log.
/// </summary>
public sealed class KeyRotation
{
    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.Rotation);

    private readonly CoseSign1 _byOld;
    private readonly CoseSign1 _byNew;

    private KeyRotation(Digest32 old, KeySet next, CoseSign1 byOld, CoseSign1 byNew)
    {
        Old = old;
        Next = next;
        _byOld = byOld;
        _byNew = byNew;
    }

    /// <summary>Digest of the key set that signed until then.</summary>
    public Digest32 Old { get; }

    /// <summary>The key set that signs from then on.</summary>
    public KeySet Next { get; }

    /// <summary>Makes a rotation.</summary>
    /// <exception cref="ArgumentException">Origin or log key differ, the sets are the same, or a signer isn't its set's.</exception>
    public static KeyRotation Create(KeySet old, IEs256Signer oldSigner, KeySet next, IEs256Signer nextSigner)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(oldSigner);
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(nextSigner);
        CborWriter payload = new(512);
        payload.WriteMapHeader(3);
        payload.WriteUInt(1);
        payload.WriteText(DomainTags.Rotation);
        payload.WriteUInt(2);
        payload.WriteBytes(old.Digest.Bytes);
        payload.WriteUInt(3);
        payload.WriteBytes(next.Bytes.Span);
        KeyRotation rotation = new(old.Digest, next, CoseSign1.Sign(payload.Written, oldSigner), CoseSign1.Sign(payload.Written, nextSigner));
        return rotation.Verify(old) is { } error ? throw new ArgumentException($"Not a rotation between these key sets ({error}).", nameof(next)) : rotation;
    }

    /// <summary>
    /// Checks it against the key set that it leaves.
    /// </summary>
    /// <returns>Null if it holds, else <see cref="ReceiptErrors.RotationOld"/>, <see cref="ReceiptErrors.RotationLog"/>, <see cref="ReceiptErrors.RotationKey"/> or the code of the first signature that doesn't (<c>cose/…</c>).</returns>
    public string? Verify(KeySet old)
    {
        ArgumentNullException.ThrowIfNull(old);
        return old.Digest != Old ? ReceiptErrors.RotationOld
            : Next.Origin != old.Origin || !Next.LogKey.Span.SequenceEqual(old.LogKey.Span) ? ReceiptErrors.RotationLog
            : Next.ReceiptKey.Equals(old.ReceiptKey) ? ReceiptErrors.RotationKey
            : _byOld.Verify(old.ReceiptKey) ?? _byNew.Verify(Next.ReceiptKey);
    }

    internal void Write(CborWriter writer)
    {
        writer.WriteBytes(_byOld.Encode());
        writer.WriteBytes(_byNew.Encode());
    }

    /// <summary>Reads the two COSE_Sign1; null after an error, which the reader keeps.</summary>
    internal static KeyRotation? Read(ref CborReader reader)
    {
        ReadOnlySpan<byte> oldBytes = reader.ReadBytes();
        ReadOnlySpan<byte> newBytes = reader.ReadBytes();
        if (reader.Error is not null
            || CoseSign1.TryDecode(oldBytes, out string? error) is not { } byOld
            || CoseSign1.TryDecode(newBytes, out error) is not { } byNew)
        {
            reader.Fail(ReceiptErrors.RotationLayout);
            return null;
        }

        CborReader payload = new(byOld.Payload);
        SignedMap.Begin(ref payload, 3, Profile, ReceiptErrors.RotationLayout);
        payload.MapKey(2);
        Digest32 old = payload.ReadDigest();
        payload.MapKey(3);
        ReadOnlySpan<byte> next = payload.ReadBytes();
        payload.End();
        if (payload.Error is not null || !byOld.Payload.AsSpan().SequenceEqual(byNew.Payload)
            || KeySet.TryDecode(next, out _) is not { } keySet)
        {
            reader.Fail(ReceiptErrors.RotationLayout);
            return null;
        }

        return new KeyRotation(old, keySet, byOld, byNew);
    }
}
