using System.Globalization;
using System.Numerics;
using Assay.Primitives;

namespace Assay.Evm.Tests;

/// <summary>Recovery as SEC 1 has it, bit by bit in numbers of any size: the oracle of the fast one.</summary>
internal static class SlowRecovery
{
    internal static readonly BigInteger P = Parse("0fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    internal static readonly BigInteger N = Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    private static readonly BigInteger Gx = Parse("079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static readonly BigInteger Gy = Parse("0483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");

    public static EvmAddress? Recover(in Digest32 digest, in EvmSignature signature)
    {
        BigInteger r = EvmAmount.FromWord(signature.R), s = EvmAmount.FromWord(signature.S), z = EvmAmount.FromWord(digest) % N;
        if (r.IsZero || s.IsZero || r >= N || s >= N || signature.V is not (27 or 28))
        {
            return null;
        }

        BigInteger square = (BigInteger.ModPow(r, 3, P) + 7) % P;
        BigInteger y = BigInteger.ModPow(square, (P + 1) / 4, P);
        if (y * y % P != square)
        {
            return null;
        }

        y = y.IsEven == (signature.V == 27) ? y : P - y;
        BigInteger inverse = BigInteger.ModPow(r, N - 2, N);
        BigInteger u1 = (N - z) * inverse % N, u2 = s * inverse % N;
        if (Add(Multiply((Gx, Gy, 1), u1), Multiply((r, y, 1), u2)) is not { Z.IsZero: false } sum)
        {
            return null;
        }

        (BigInteger x1, BigInteger y1) = Affine(sum);
        return EvmAddress.From(Keccak256.HashData([.. EvmAmount.Word(x1).Bytes, .. EvmAmount.Word(y1).Bytes]).Bytes[12..]);
    }

    /// <summary>k G, for k from 1 to n - 1.</summary>
    public static (BigInteger X, BigInteger Y) PublicKey(BigInteger k) => Affine(Multiply((Gx, Gy, 1), k));

    private static (BigInteger X, BigInteger Y) Affine((BigInteger X, BigInteger Y, BigInteger Z) point)
    {
        BigInteger inverse = BigInteger.ModPow(point.Z, P - 2, P);
        return (point.X * inverse * inverse % P, point.Y * inverse * inverse % P * inverse % P);
    }

    private static (BigInteger X, BigInteger Y, BigInteger Z) Multiply((BigInteger X, BigInteger Y, BigInteger Z) point, BigInteger scalar)
    {
        (BigInteger X, BigInteger Y, BigInteger Z) sum = default;
        for (int bit = 255; bit >= 0; bit--)
        {
            sum = Double(sum);
            sum = ((scalar >> bit) & 1).IsZero ? sum : Add(sum, point);
        }

        return sum;
    }

    // Jacobian coordinates, Z = 0 at infinity; the formulas of textbooks.
    private static (BigInteger X, BigInteger Y, BigInteger Z) Double((BigInteger X, BigInteger Y, BigInteger Z) a)
    {
        BigInteger yy = a.Y * a.Y % P, s = 4 * a.X * yy % P, m = 3 * a.X * a.X % P, x = Mod((m * m) - (2 * s));
        return (x, Mod((m * (s - x)) - (8 * yy * yy)), 2 * a.Y * a.Z % P);
    }

    private static (BigInteger X, BigInteger Y, BigInteger Z) Add((BigInteger X, BigInteger Y, BigInteger Z) a, (BigInteger X, BigInteger Y, BigInteger Z) b)
    {
        if (a.Z.IsZero || b.Z.IsZero)
        {
            return a.Z.IsZero ? b : a;
        }

        BigInteger aa = a.Z * a.Z % P, bb = b.Z * b.Z % P;
        BigInteger u = a.X * bb % P, s = a.Y * bb % P * b.Z % P;
        BigInteger h = Mod((b.X * aa) - u), r = Mod((b.Y * aa % P * a.Z) - s);
        if (h.IsZero)
        {
            return r.IsZero ? Double(a) : default;
        }

        BigInteger hh = h * h % P, hhh = hh * h % P, v = u * hh % P, x = Mod((r * r) - hhh - (2 * v));
        return (x, Mod((r * (v - x)) - (s * hhh)), a.Z * b.Z % P * h % P);
    }

    private static BigInteger Mod(BigInteger number) => ((number % P) + P) % P;

    private static BigInteger Parse(string hex) => BigInteger.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
