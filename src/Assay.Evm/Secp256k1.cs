using Assay.Primitives;

namespace Assay.Evm;

/// <summary>
/// Recovery of the signer from an ECDSA signature on secp256k1 (SEC 1, section 4.1.6). Everything here is public, so nothing needs
/// constant time; keys sign elsewhere. Allocates nothing.
/// </summary>
public static class Secp256k1
{
    private static readonly FieldElement Seven = new(7, 0, 0, 0);

    /// <summary>The greatest s that signatures may have, big-endian: (n - 1) / 2.</summary>
    public static ReadOnlySpan<byte> HalfOrder =>
    [
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
    ];

    /// <summary>The account that signed the digest; null if nobody can have (r or s out of range, no such point).</summary>
    public static EvmAddress? Recover(in Digest32 digest, in EvmSignature signature)
    {
        Scalar r = Scalar.Read(signature.R.Bytes, out bool isR), s = Scalar.Read(signature.S.Bytes, out bool isS);
        if (!isR || !isS || r.IsZero || s.IsZero || signature.V is not (27 or 28))
        {
            return null;
        }

        // The other candidate, x = r + n, is below p for one r in 2^128, and no v says it here.
        FieldElement x = FieldElement.Read(signature.R.Bytes);
        FieldElement square = (x.Square() * x) + Seven;
        FieldElement y = square.SquareRoot().Normalise();
        if (!(y.Square() - square).IsZero)
        {
            return null;
        }

        AffinePoint point = new(x, y.IsOdd == (signature.V == 28) ? y : -y);
        Scalar inverse = r.Invert();
        JacobianPoint key = DoubleScalarMultiplication.Multiply(-(Scalar.Read(digest.Bytes, out _) * inverse), s * inverse, point);
        return key.IsFinite ? AddressOf(key.ToAffine()) : null;
    }

    private static EvmAddress AddressOf(in AffinePoint point)
    {
        Span<byte> key = stackalloc byte[64];
        point.X.Write(key);
        point.Y.Write(key[32..]);
        return EvmAddress.From(Keccak256.HashData(key).Bytes[12..]);
    }
}
