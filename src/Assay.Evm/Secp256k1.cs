using System.Globalization;
using System.Numerics;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>
/// Recovery of the signer from an ECDSA signature on secp256k1 (SEC 1, section 4.1.6). Everything here is public, so nothing needs
/// constant time; keys sign elsewhere.
/// </summary>
public static class Secp256k1
{
    private static readonly BigInteger P = Parse("0fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    private static readonly BigInteger N = Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    private static readonly BigInteger Gx = Parse("079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static readonly BigInteger Gy = Parse("0483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");

    /// <summary>The greatest s that signatures may have, big-endian: (n - 1) / 2.</summary>
    public static ReadOnlySpan<byte> HalfOrder =>
    [
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
    ];

    /// <summary>The account that signed the digest; null if nobody can have (r or s out of range, no such point).</summary>
    public static EvmAddress? Recover(in Digest32 digest, in EvmSignature signature)
    {
        BigInteger r = Number(signature.R), s = Number(signature.S), z = Number(digest) % N;
        if (r.IsZero || s.IsZero || r >= N || s >= N || signature.V is not (27 or 28))
        {
            return null;
        }

        // The other candidate, x = r + n, is below p for one r in 2^128, and no v says it here.
        BigInteger square = (BigInteger.ModPow(r, 3, P) + 7) % P;
        BigInteger y = BigInteger.ModPow(square, (P + 1) / 4, P);
        if (y * y % P != square)
        {
            return null;
        }

        y = y.IsEven == (signature.V == 27) ? y : P - y;
        BigInteger inverse = BigInteger.ModPow(r, N - 2, N);
        BigInteger u1 = (N - z) * inverse % N, u2 = s * inverse % N;
        return Add(Multiply((Gx, Gy), u1), Multiply((r, y), u2)) is { } point ? AddressOf(point) : null;
    }

    private static EvmAddress AddressOf((BigInteger X, BigInteger Y) point)
    {
        Span<byte> key = stackalloc byte[64];
        Write(point.X, key[..32]);
        Write(point.Y, key[32..]);
        return EvmAddress.From(Keccak256.HashData(key).Bytes[12..]);
    }

    private static (BigInteger X, BigInteger Y)? Multiply((BigInteger X, BigInteger Y) point, BigInteger scalar)
    {
        (BigInteger X, BigInteger Y)? sum = null;
        for (int bit = 255; bit >= 0; bit--)
        {
            sum = Add(sum, sum);
            sum = ((scalar >> bit) & 1).IsZero ? sum : Add(sum, point);
        }

        return sum;
    }

    private static (BigInteger X, BigInteger Y)? Add((BigInteger X, BigInteger Y)? left, (BigInteger X, BigInteger Y)? right)
    {
        if (left is not { } a || right is not { } b)
        {
            return left ?? right;
        }

        if (a.X == b.X && a.Y != b.Y)
        {
            return null;
        }

        BigInteger slope = (a.X == b.X ? 3 * a.X * a.X * BigInteger.ModPow(2 * a.Y, P - 2, P) : (b.Y - a.Y + P) * BigInteger.ModPow(b.X - a.X + P, P - 2, P)) % P;
        BigInteger x = ((slope * slope) - a.X - b.X + (2 * P)) % P;
        return (x, (((slope * (a.X - x + P)) - a.Y) % P + P) % P);
    }

    private static BigInteger Number(in Digest32 bytes) => new(bytes.Bytes, isUnsigned: true, isBigEndian: true);

    private static BigInteger Parse(string hex) => BigInteger.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static void Write(BigInteger number, Span<byte> destination)
    {
        destination.Clear();
        number.TryWriteBytes(destination[(32 - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
    }
}
