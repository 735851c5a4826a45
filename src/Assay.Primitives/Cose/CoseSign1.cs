using Assay.Primitives.Cbor;

namespace Assay.Primitives.Cose;

/// <summary>
/// An untagged COSE_Sign1 (RFC 9052, section 4.2) of one profile (spec/receipt.md): ES256; protected
/// header <c>{1: -7, 4: kid}</c> with the signer's RFC 9679 thumbprint; unprotected header empty;
/// payload attached; no external data. The arrays belong to the record.
/// </summary>
/// <param name="Protected">The protected header's bytes, as signed.</param>
/// <param name="Payload">The signed content.</param>
/// <param name="Signature"><c>r | s</c>, 64 bytes.</param>
public sealed record CoseSign1(byte[] Protected, byte[] Payload, byte[] Signature)
{
    private const long Es256 = -7;

    /// <summary>
    /// Reads the structure. The content of the protected header is looked at by <see cref="Verify"/>, since
    /// it says nothing before its signature is checked.
    /// </summary>
    /// <returns>The message, or null and a code of <see cref="CborErrors"/> or <see cref="CoseErrors"/>.</returns>
    public static CoseSign1? TryDecode(ReadOnlySpan<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes);
        reader.ReadArrayHeader(4);
        ReadOnlySpan<byte> header = reader.ReadBytes();
        if (reader.ReadMapHeader() != 0)
        {
            reader.Fail(CoseErrors.Header);
        }

        ReadOnlySpan<byte> payload = reader.ReadBytes();
        ReadOnlySpan<byte> signature = reader.ReadBytes();
        reader.End();
        if (signature.Length != P256PublicKey.SignatureSize)
        {
            reader.Fail(CoseErrors.SignatureLength);
        }

        error = reader.Error;
        return error is null ? new CoseSign1(header.ToArray(), payload.ToArray(), signature.ToArray()) : null;
    }

    /// <summary>Signs <paramref name="payload"/>.</summary>
    public static CoseSign1 Sign(ReadOnlySpan<byte> payload, IEs256Signer signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        CborWriter header = new(48);
        header.WriteMapHeader(2);
        header.WriteInt(1);
        header.WriteInt(Es256);
        header.WriteInt(4);
        header.WriteBytes(signer.PublicKey.Thumbprint().Bytes);

        byte[] signature = new byte[P256PublicKey.SignatureSize];
        signer.Sign(SigStructure(header.Written, payload), signature);
        return new CoseSign1(header.ToArray(), payload.ToArray(), signature);
    }

    /// <summary>The message's bytes; <see cref="TryDecode"/> of them gives the message back.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(32 + Protected.Length + Payload.Length + Signature.Length);
        writer.WriteArrayHeader(4);
        writer.WriteBytes(Protected);
        writer.WriteMapHeader(0);
        writer.WriteBytes(Payload);
        writer.WriteBytes(Signature);
        return writer.ToArray();
    }

    /// <summary>Checks the protected header against the profile and the key, and then the signature.</summary>
    /// <returns>Null if everything holds, else the first code that applies.</returns>
    public string? Verify(P256PublicKey key)
    {
        CborReader reader = new(Protected);
        if (reader.ReadMapHeader() != 2 || !reader.TryMapKey(1))
        {
            return reader.Error ?? CoseErrors.Header;
        }

        if (reader.Peek() is not (CborKind.NegativeInteger or CborKind.UnsignedInteger) || reader.ReadInt() != Es256)
        {
            return reader.Error ?? CoseErrors.Algorithm;
        }

        if (!reader.TryMapKey(4))
        {
            return CoseErrors.Header;
        }

        ReadOnlySpan<byte> kid = reader.ReadBytes();
        reader.End();
        if (reader.Error is not null)
        {
            return reader.Error;
        }

        if (!kid.SequenceEqual(key.Thumbprint().Bytes))
        {
            return CoseErrors.KeyId;
        }

        if (Signature.Length != P256PublicKey.SignatureSize)
        {
            return CoseErrors.SignatureLength;
        }

        if (P256Order.IsHigh(Signature.AsSpan(32)))
        {
            return CoseErrors.SignatureMalleable;
        }

        return key.Verify(SigStructure(Protected, Payload), Signature) == CheckResult.Pass ? null : CoseErrors.Signature;
    }

    /// <summary>The Sig_structure of RFC 9052, section 4.4.</summary>
    private static ReadOnlySpan<byte> SigStructure(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        CborWriter writer = new(48 + header.Length + payload.Length);
        writer.WriteArrayHeader(4);
        writer.WriteText("Signature1");
        writer.WriteBytes(header);
        writer.WriteBytes([]);
        writer.WriteBytes(payload);
        return writer.Written;
    }
}
