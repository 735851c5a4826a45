using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Verification.Tests;

/// <summary>
/// ES256 with a nonce that is a hash of key and message, so that vectors come out the same every time.
/// For tests only: the arithmetic isn't fixed-time.
/// </summary>
internal sealed class FixedSigner : IEs256Signer
{
    public static readonly BigInteger Order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private readonly BigInteger _secret;

    public FixedSigner(Digest32 secret)
    {
        _secret = Number(secret.Bytes);
        ECPoint point = PointOf(_secret);
        PublicKey = P256PublicKey.TryFrom([.. point.X!, .. point.Y!], out P256PublicKey key) ? key : throw new ArgumentException("Not a secret.", nameof(secret));
    }

    public P256PublicKey PublicKey { get; }

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature64)
    {
        Digest32 message = Digest32.Sha256(data);
        BigInteger k = Number(Digest32.Sha256(Bytes(_secret), message.Bytes).Bytes) % Order;
        BigInteger r = Number(PointOf(k).X) % Order;
        BigInteger s = BigInteger.ModPow(k, Order - 2, Order) * (Number(message.Bytes) + r * _secret) % Order;
        Bytes(r).CopyTo(signature64);
        Bytes(BigInteger.Min(s, Order - s)).CopyTo(signature64[32..]);
    }

    public static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static byte[] Bytes(BigInteger number)
    {
        byte[] bytes = new byte[32];
        byte[] significant = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        significant.CopyTo(bytes, 32 - significant.Length);
        return bytes;
    }

    // The framework multiplies the base point when it derives a public key.
    private static ECPoint PointOf(BigInteger scalar)
    {
        using ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Bytes(scalar) });
        return key.ExportParameters(includePrivateParameters: false).Q;
    }
}
