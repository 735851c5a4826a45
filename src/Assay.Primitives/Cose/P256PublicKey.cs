using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Assay.Primitives.Cbor;

namespace Assay.Primitives.Cose;

/// <summary>A point of NIST P-256 that is known to be on the curve: x and y, 32 bytes each, big-endian.</summary>
/// <remarks>The default value isn't a key: nothing verifies under it.</remarks>
public readonly struct P256PublicKey : IEquatable<P256PublicKey>
{
    /// <summary>Length of <c>x | y</c> in bytes.</summary>
    public const int Size = 64;

    /// <summary>Length of a signature <c>r | s</c> in bytes.</summary>
    public const int SignatureSize = 64;

    // SEC 2, section 2.4.2. a is -3.
    private static readonly BigInteger FieldPrime =
        Parse("0FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");

    private static readonly BigInteger CurveB =
        Parse("05AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");

    // id-ecPublicKey with the curve's name, then a BIT STRING of 66 bytes: no unused bits, 4 for uncompressed, x, y.
    private static readonly byte[] InfoPrefix = Convert.FromHexString("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    // Importing a key costs the platform twice what verifying does, and signatures to verify mostly come
    // in rows under one key. An ECDsa isn't safe for concurrent use, hence one for each thread.
    [ThreadStatic]
    private static (P256PublicKey Key, ECDsa? Platform) s_lastImport;

    private readonly Digest32 _x;
    private readonly Digest32 _y;

    private P256PublicKey(Digest32 x, Digest32 y)
    {
        _x = x;
        _y = y;
    }

    /// <summary>Reads <c>x | y</c>; false if it isn't 64 bytes of a point on the curve with reduced coordinates.</summary>
    public static bool TryFrom(ReadOnlySpan<byte> xy, out P256PublicKey key)
    {
        key = default;
        if (xy.Length != Size)
        {
            return false;
        }

        BigInteger x = new(xy[..32], isUnsigned: true, isBigEndian: true);
        BigInteger y = new(xy[32..], isUnsigned: true, isBigEndian: true);
        if (x >= FieldPrime || y >= FieldPrime || !((y * y - (x * x - 3) * x - CurveB) % FieldPrime).IsZero)
        {
            return false;
        }

        key = new P256PublicKey(Digest32.From(xy[..32]), Digest32.From(xy[32..]));
        return true;
    }

    /// <summary>Writes <c>x | y</c>, 64 bytes, to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        _x.CopyTo(destination);
        _y.CopyTo(destination[32..]);
    }

    /// <summary>A fresh array of <c>x | y</c>, 64 bytes.</summary>
    public byte[] ToArray() => [.. _x.Bytes, .. _y.Bytes];

    /// <summary>A fresh array of the SubjectPublicKeyInfo (RFC 5480): DER, 91 bytes, the point uncompressed.</summary>
    public byte[] ToSubjectPublicKeyInfo() => [.. InfoPrefix, .. _x.Bytes, .. _y.Bytes];

    /// <summary>
    /// The COSE key thumbprint (RFC 9679): SHA-256 of the deterministic CBOR of the required members
    /// <c>{1: 2, -1: 1, -2: x, -3: y}</c>.
    /// </summary>
    public Digest32 Thumbprint()
    {
        CborWriter writer = new(96);
        writer.WriteMapHeader(4);
        writer.WriteInt(1); // kty: EC2
        writer.WriteInt(2);
        writer.WriteInt(-1); // crv: P-256
        writer.WriteInt(1);
        writer.WriteInt(-2);
        writer.WriteBytes(_x.Bytes);
        writer.WriteInt(-3);
        writer.WriteBytes(_y.Bytes);
        return Digest32.Sha256(writer.Written);
    }

    /// <summary>
    /// Whether <paramref name="signature64"/> (<c>r | s</c>, big-endian) is an ECDSA signature with
    /// SHA-256 over <paramref name="data"/>. An <c>s</c> in the upper half of the order fails, so that
    /// nobody can make a second signature from a first.
    /// </summary>
    /// <returns><see cref="CheckResult.Pass"/> or <see cref="CheckResult.Fail"/>; never throws.</returns>
    public CheckResult Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature64)
    {
        // Importing the zero point of the default value would throw.
        if (signature64.Length != SignatureSize || Equals(default) || P256Order.IsHigh(signature64[32..]))
        {
            return CheckResult.Fail;
        }

        bool verified = Import().VerifyData(
            data, signature64, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return verified ? CheckResult.Pass : CheckResult.Fail;
    }

    /// <inheritdoc/>
    public bool Equals(P256PublicKey other) => _x == other._x && _y == other._y;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is P256PublicKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _x.GetHashCode();

    public static bool operator ==(P256PublicKey left, P256PublicKey right) => left.Equals(right);

    public static bool operator !=(P256PublicKey left, P256PublicKey right) => !left.Equals(right);

    private ECDsa Import()
    {
        (P256PublicKey key, ECDsa? platform) = s_lastImport;
        if (platform is null || key != this)
        {
            platform?.Dispose();
            platform = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = _x.ToArray(), Y = _y.ToArray() },
            });
            s_lastImport = (this, platform);
        }

        return platform;
    }

    private static BigInteger Parse(string hex) =>
        BigInteger.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
