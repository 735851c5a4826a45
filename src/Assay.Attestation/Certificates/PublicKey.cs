using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Assay.Attestation;

/// <summary>A key that verifies: it's known to be one (a point on its curve, a modulus of a sane size), so using it never throws.</summary>
internal sealed class PublicKey : IEquatable<PublicKey>
{
    private const string EcPublicKey = "1.2.840.10045.2.1";
    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private const string P256Curve = "1.2.840.10045.3.1.7";
    private const string P384Curve = "1.3.132.0.34";
    private const int MinModulus = 2048 / 8;
    private const int MaxModulus = 8192 / 8;
    private const int MaxExponent = 4;

    private readonly byte[] _value;
    private readonly byte[] _exponent;

    private PublicKey(PublicKeyKind kind, byte[] value, byte[] exponent)
    {
        Kind = kind;
        _value = value;
        _exponent = exponent;
    }

    /// <summary>What it is.</summary>
    internal PublicKeyKind Kind { get; }

    /// <summary>A point as x then y, 64 or 96 bytes; an RSA modulus, big-endian, no zero in front.</summary>
    internal ReadOnlySpan<byte> Value => _value;

    /// <summary>A point given as x then y: 64 bytes are of P-256, 96 of P-384.</summary>
    /// <returns>Null for another length, or a point that isn't on the curve.</returns>
    internal static PublicKey? TryFromPoint(ReadOnlySpan<byte> xy) => xy.Length switch
    {
        64 when CurveEquation.P256.Holds(xy) => new PublicKey(PublicKeyKind.P256, xy.ToArray(), []),
        96 when CurveEquation.P384.Holds(xy) => new PublicKey(PublicKeyKind.P384, xy.ToArray(), []),
        _ => null,
    };

    /// <summary>Reads a SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7): a named curve with an uncompressed point, or rsaEncryption.</summary>
    /// <returns>Null if it's of another kind, or isn't a key.</returns>
    internal static PublicKey? TryFromInfo(ReadOnlyMemory<byte> info)
    {
        try
        {
            AsnReader outer = new(info, AsnEncodingRules.DER);
            AsnReader sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            AsnReader algorithm = sequence.ReadSequence();
            string kind = algorithm.ReadObjectIdentifier();
            ReadOnlyMemory<byte> parameters = algorithm.ReadEncodedValue();
            algorithm.ThrowIfNotEmpty();
            byte[] key = sequence.ReadBitString(out int unusedBits);
            sequence.ThrowIfNotEmpty();
            return unusedBits != 0 ? null : kind switch
            {
                EcPublicKey => TryReadPoint(parameters, key),
                RsaEncryption when parameters.Span.SequenceEqual<byte>([5, 0]) => TryReadRsa(key),
                _ => null,
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Whether a certificate's or list's signature is by this key: ECDSA's as DER, in the only form that DER has for it.</summary>
    /// <returns>False also if the algorithm isn't of this kind of key.</returns>
    internal bool Verifies(SignatureAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        switch (algorithm, Kind)
        {
            case (SignatureAlgorithm.EcdsaP256, PublicKeyKind.P256):
            case (SignatureAlgorithm.EcdsaP384, PublicKeyKind.P384):
                Span<byte> fixedSize = stackalloc byte[_value.Length];
                return EcdsaSignature.TryFromDer(signature, fixedSize) && VerifiesRaw(data, fixedSize);
            case (SignatureAlgorithm.RsaPssSha384, PublicKeyKind.Rsa):
                return signature.Length == _value.Length && PlatformKeys.VerifyPss(this, data, signature);
            default:
                return false;
        }
    }

    /// <summary>
    /// Whether r then s, 64 bytes under P-256 with SHA-256, 96 under P-384 with SHA-384, is this key's signature. Both of the two
    /// values of s count: hardware makes both. So the bytes of a signature are no identity of anything.
    /// </summary>
    internal bool VerifiesRaw(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Kind != PublicKeyKind.Rsa && signature.Length == _value.Length && PlatformKeys.VerifyEcdsa(this, data, signature);

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) =>
        other is not null && Kind == other.Kind && _value.AsSpan().SequenceEqual(other._value) && _exponent.AsSpan().SequenceEqual(other._exponent);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_value, _value.Length - sizeof(int));

    /// <summary>For the platform. The point's coordinates.</summary>
    internal ECParameters ToEcParameters() => new()
    {
        Curve = Kind == PublicKeyKind.P256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384,
        Q = new ECPoint { X = _value[..(_value.Length / 2)], Y = _value[(_value.Length / 2)..] },
    };

    /// <summary>For the platform. Modulus and exponent.</summary>
    internal RSAParameters ToRsaParameters() => new() { Modulus = _value, Exponent = _exponent };

    private static PublicKey? TryReadPoint(ReadOnlyMemory<byte> parameters, ReadOnlySpan<byte> key)
    {
        string curve = new AsnReader(parameters, AsnEncodingRules.DER).ReadObjectIdentifier();
        int size = curve switch { P256Curve => 64, P384Curve => 96, _ => 0 };
        return size != 0 && key.Length == 1 + size && key[0] == 4 ? TryFromPoint(key[1..]) : null;
    }

    private static PublicKey? TryReadRsa(byte[] key)
    {
        AsnReader outer = new(key, AsnEncodingRules.DER);
        AsnReader sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        byte[]? modulus = TryReadNatural(sequence, MaxModulus);
        byte[]? exponent = TryReadNatural(sequence, MaxExponent);
        sequence.ThrowIfNotEmpty();
        bool fits = modulus is { Length: >= MinModulus } && (modulus[^1] & 1) == 1 && exponent is not null && (exponent[^1] & 1) == 1 && exponent is not [1];
        return fits ? new PublicKey(PublicKeyKind.Rsa, modulus!, exponent!) : null;
    }

    /// <summary>A positive integer without the zero in front; null if it's longer than that, or not positive.</summary>
    private static byte[]? TryReadNatural(AsnReader reader, int maxLength)
    {
        ReadOnlySpan<byte> bytes = reader.ReadIntegerBytes().Span;
        if ((bytes[0] & 0x80) != 0)
        {
            return null;
        }

        bytes = bytes[0] == 0 ? bytes[1..] : bytes;
        return bytes.Length >= 1 && bytes.Length <= maxLength ? bytes.ToArray() : null;
    }
}
