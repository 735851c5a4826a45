using System.Globalization;
using System.Numerics;

namespace Assay.Attestation;

/// <summary>y² = x³ - 3x + b over a prime field (SEC 2): the platform throws for a point that isn't on its curve, and hostile evidence has such points.</summary>
internal sealed class CurveEquation
{
    private readonly BigInteger _prime;
    private readonly BigInteger _b;

    private CurveEquation(string prime, string b)
    {
        _prime = BigInteger.Parse("0" + prime, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        _b = BigInteger.Parse("0" + b, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>SEC 2, section 2.4.2.</summary>
    internal static CurveEquation P256 { get; } = new(
        "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
        "5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");

    /// <summary>SEC 2, section 2.5.1.</summary>
    internal static CurveEquation P384 { get; } = new(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF",
        "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF");

    /// <summary>Whether x then y, each big-endian and reduced, is a point of the curve.</summary>
    internal bool Holds(ReadOnlySpan<byte> xy)
    {
        BigInteger x = new(xy[..(xy.Length / 2)], isUnsigned: true, isBigEndian: true);
        BigInteger y = new(xy[(xy.Length / 2)..], isUnsigned: true, isBigEndian: true);
        return x < _prime && y < _prime && ((y * y - (x * x - 3) * x - _b) % _prime).IsZero;
    }
}
