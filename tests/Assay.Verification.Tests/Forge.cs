using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>Ways to spoil a bundle's parts.</summary>
internal static class Forge
{
    public static byte[] Flip(byte[] bytes, int at)
    {
        byte[] flipped = [.. bytes];
        flipped[at < 0 ? flipped.Length + at : at] ^= 1;
        return flipped;
    }

    /// <summary>The same bytes with one part of them replaced, which must be there.</summary>
    public static byte[] Replacing(this byte[] bytes, ReadOnlySpan<byte> old, ReadOnlySpan<byte> now)
    {
        int at = bytes.AsSpan().IndexOf(old);
        return at < 0 ? throw new InvalidOperationException("The part to be replaced isn't there.") : [.. bytes.AsSpan(0, at), .. now, .. bytes.AsSpan(at + old.Length)];
    }

    public static byte[] Cbor(Action<CborWriter> write)
    {
        CborWriter writer = new();
        write(writer);
        return writer.ToArray();
    }

    /// <summary>The same leaf with another value.</summary>
    public static byte[] WithValue(byte[] leaf, Action<CborWriter> writeValue) => Relabelled(leaf, null, writeValue);

    /// <summary>The same leaf with another label, and another value if given.</summary>
    public static byte[] Relabelled(byte[] leaf, string? label, Action<CborWriter>? writeValue = null)
    {
        CborReader reader = new(leaf);
        reader.ReadArrayHeader(3);
        byte[] salt = reader.ReadBytes().ToArray();
        string old = reader.ReadText();
        byte[] value = reader.ReadRawItem().ToArray();
        return Cbor(writer =>
        {
            writer.WriteArrayHeader(3);
            writer.WriteBytes(salt);
            writer.WriteText(label ?? old);
            if (writeValue is null)
            {
                writer.WriteRaw(value);
            }
            else
            {
                writeValue(writer);
            }
        });
    }

    /// <summary>Another value of the field's type than the one that World.Answer has.</summary>
    public static void WriteOtherValue(CborWriter writer, ClaimField field)
    {
        switch (field.Type)
        {
            case ClaimType.Text:
                writer.WriteText("altered");
                break;
            case ClaimType.Digest:
                writer.WriteBytes(new byte[32]);
                break;
            case ClaimType.Bytes:
                writer.WriteBytes("altered"u8);
                break;
            case ClaimType.UInt:
                writer.WriteUInt(12345);
                break;
            case ClaimType.Texts:
                writer.WriteArrayHeader(1);
                writer.WriteText("altered");
                break;
            case ClaimType.Digests:
                writer.WriteArrayHeader(1);
                writer.WriteBytes(new byte[32]);
                break;
            case ClaimType.Tensors:
                writer.WriteArrayHeader(1);
                writer.WriteArrayHeader(4);
                writer.WriteText("x");
                writer.WriteText("FP32");
                writer.WriteArrayHeader(2);
                writer.WriteUInt(1);
                writer.WriteUInt(4);
                writer.WriteBytes(World.Tensor("x", [1, 4], 0.5f, -1.25f, 3f, 0.2f).Data.Span);
                break;
            default:
                throw new ArgumentException("A type without an other value.", nameof(field));
        }
    }

    /// <summary>A COSE_Sign1 over anything, with any header, signed for real.</summary>
    public static byte[] Cose(byte[] header, ReadOnlySpan<byte> payload, IEs256Signer signer)
    {
        byte[] body = payload.ToArray();
        byte[] signature = new byte[64];
        signer.Sign(
            Cbor(writer =>
            {
                writer.WriteArrayHeader(4);
                writer.WriteText("Signature1");
                writer.WriteBytes(header);
                writer.WriteBytes([]);
                writer.WriteBytes(body);
            }),
            signature);
        return new CoseSign1(header, body, signature).Encode();
    }

    public static byte[] Header(long algorithm, ReadOnlySpan<byte> kid, bool extra = false)
    {
        byte[] id = kid.ToArray();
        return Cbor(writer =>
        {
            writer.WriteMapHeader(extra ? 3 : 2);
            writer.WriteUInt(1);
            writer.WriteInt(algorithm);
            if (extra)
            {
                writer.WriteUInt(3);
                writer.WriteUInt(0);
            }

            writer.WriteUInt(4);
            writer.WriteBytes(id);
        });
    }

    /// <summary>The other s that ECDSA accepts for the same message: n - s.</summary>
    public static byte[] Malleate(byte[] signature)
    {
        return [.. signature.AsSpan(0, 32), .. FixedSigner.Bytes(FixedSigner.Order - FixedSigner.Number(signature.AsSpan(32)))];
    }

    /// <summary>The signature as ASN.1 DER, as other systems write it.</summary>
    public static byte[] Der(byte[] signature)
    {
        byte[] Integer(ReadOnlySpan<byte> value)
        {
            byte[] bytes = FixedSigner.Number(value).ToByteArray(isUnsigned: false, isBigEndian: true);
            return [0x02, (byte)bytes.Length, .. bytes];
        }

        byte[] content = [.. Integer(signature.AsSpan(0, 32)), .. Integer(signature.AsSpan(32))];
        return [0x30, (byte)content.Length, .. content];
    }

    public static BundleParts WithSignature(this BundleParts parts, Func<byte[], byte[]> change)
    {
        CoseSign1 cose = CoseSign1.TryDecode(parts.Cose, out _)!;
        parts.Cose = Cbor(writer =>
        {
            writer.WriteArrayHeader(4);
            writer.WriteBytes(cose.Protected);
            writer.WriteMapHeader(0);
            writer.WriteBytes(cose.Payload);
            writer.WriteBytes(change(cose.Signature));
        });
        return parts;
    }

    public static byte[] Head(this BundleParts parts) => CoseSign1.TryDecode(parts.Cose, out _)!.Payload;

    public static BundleParts Also(this BundleParts parts, Action<BundleParts> change)
    {
        change(parts);
        return parts;
    }

    /// <summary>The entry of a rotation, whoever signs it.</summary>
    public static byte[] Rotation(World old, World next, IEs256Signer first, IEs256Signer second) =>
        RotationEntry(CoseSign1.Sign(RotationPayload(old, next), first), CoseSign1.Sign(RotationPayload(old, next), second));

    /// <summary>The entry of a rotation whose two signatures are over different changes.</summary>
    public static byte[] MixedRotation(World old, World next, World another) =>
        RotationEntry(CoseSign1.Sign(RotationPayload(old, next), old.Signer), CoseSign1.Sign(RotationPayload(old, another), next.Signer));

    /// <summary>The entry of a revocation by the set itself, with any time and reason.</summary>
    public static byte[] Revocation(World world, ulong from, string reason)
    {
        byte[] time = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(time, from);
        byte[] payload = Cbor(writer =>
        {
            writer.WriteMapHeader(4);
            writer.WriteUInt(1);
            writer.WriteText(Primitives.DomainTags.Revocation);
            writer.WriteUInt(2);
            writer.WriteBytes(world.KeySet.Digest.Bytes);
            writer.WriteUInt(3);
            writer.WriteBytes(time);
            writer.WriteUInt(4);
            writer.WriteText(reason);
        });
        return Cbor(writer =>
        {
            writer.WriteArrayHeader(3);
            writer.WriteText(Primitives.DomainTags.LogEntry);
            writer.WriteText("revocation");
            writer.WriteBytes(CoseSign1.Sign(payload, world.Signer).Encode());
        });
    }

    private static byte[] RotationPayload(World old, World next) => Cbor(writer =>
    {
        writer.WriteMapHeader(3);
        writer.WriteUInt(1);
        writer.WriteText(Primitives.DomainTags.Rotation);
        writer.WriteUInt(2);
        writer.WriteBytes(old.KeySet.Digest.Bytes);
        writer.WriteUInt(3);
        writer.WriteBytes(next.KeySet.Bytes.Span);
    });

    private static byte[] RotationEntry(CoseSign1 byOld, CoseSign1 byNew) => Cbor(writer =>
    {
        writer.WriteArrayHeader(4);
        writer.WriteText(Primitives.DomainTags.LogEntry);
        writer.WriteText("rotation");
        writer.WriteBytes(byOld.Encode());
        writer.WriteBytes(byNew.Encode());
    });
}
