using System.Runtime.CompilerServices;

namespace Assay.Proofs.Fields;

/// <summary>An element of <c>F = F_p[X]/(X^4 - 3)</c>, 123.95 bits. Plain and portable.</summary>
/// <param name="C0">Coefficient of 1, below p; the others likewise.</param>
public readonly record struct Ext4(uint C0, uint C1, uint C2, uint C3)
{
    private const ulong P = KoalaBear.P;

    /// <summary>Bytes of an encoded element.</summary>
    public const int Bytes = 16;

    public static Ext4 Zero => default;

    public static Ext4 One => new(1, 0, 0, 0);

    /// <summary>The residue of an integer.</summary>
    public static Ext4 From(long value) => new(KoalaBear.From(value), 0, 0, 0);

    public static Ext4 operator +(Ext4 a, Ext4 b) => new(
        KoalaBear.Add(a.C0, b.C0), KoalaBear.Add(a.C1, b.C1), KoalaBear.Add(a.C2, b.C2), KoalaBear.Add(a.C3, b.C3));

    public static Ext4 operator -(Ext4 a, Ext4 b) => new(
        KoalaBear.Sub(a.C0, b.C0), KoalaBear.Sub(a.C1, b.C1), KoalaBear.Sub(a.C2, b.C2), KoalaBear.Sub(a.C3, b.C3));

    public static Ext4 operator -(Ext4 a) => Zero - a;

    // Optimised from its first call on: a verifier often checks one proof and ends, before the runtime would have noticed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Ext4 operator *(Ext4 a, Ext4 b)
    {
        // Sums of four products of numbers below 2^31 fit in 64 bits: one reduction for each coefficient.
        ulong a0 = a.C0, a1 = a.C1, a2 = a.C2, a3 = a.C3;
        ulong b0 = b.C0, b1 = b.C1, b2 = b.C2, b3 = b.C3;
        ulong t1 = 3 * b1 % P, t2 = 3 * b2 % P, t3 = 3 * b3 % P;
        return new(
            (uint)(((a0 * b0) + (a1 * t3) + (a2 * t2) + (a3 * t1)) % P),
            (uint)(((a0 * b1) + (a1 * b0) + (a2 * t3) + (a3 * t2)) % P),
            (uint)(((a0 * b2) + (a1 * b1) + (a2 * b0) + (a3 * t3)) % P),
            (uint)(((a0 * b3) + (a1 * b2) + (a2 * b1) + (a3 * b0)) % P));
    }

    /// <summary>By an element of the base field.</summary>
    public static Ext4 operator *(Ext4 a, uint b) => new(
        KoalaBear.Mul(a.C0, b), KoalaBear.Mul(a.C1, b), KoalaBear.Mul(a.C2, b), KoalaBear.Mul(a.C3, b));

    /// <summary>The inverse; 0 for 0.</summary>
    public Ext4 Invert()
    {
        // F as a tower: y = X^2, y^2 = 3; a = A + B*X with A, B in F_p[y]; 1/a = (A - B*X) / (A^2 - y*B^2).
        (uint n0, uint n1) = SubTower(MulTower((C0, C2), (C0, C2)), TimesY(MulTower((C1, C3), (C1, C3))));
        uint norm = KoalaBear.Sub(KoalaBear.Mul(n0, n0), KoalaBear.Mul(3, KoalaBear.Mul(n1, n1)));
        uint inverse = KoalaBear.Invert(norm);
        (uint, uint) over = (KoalaBear.Mul(n0, inverse), KoalaBear.Sub(0, KoalaBear.Mul(n1, inverse)));
        (uint r0, uint r2) = MulTower((C0, C2), over);
        (uint r1, uint r3) = MulTower((C1, C3), over);
        return new(r0, KoalaBear.Sub(0, r1), r2, KoalaBear.Sub(0, r3));
    }

    private static (uint, uint) MulTower((uint A, uint B) x, (uint A, uint B) y) => (
        KoalaBear.Add(KoalaBear.Mul(x.A, y.A), KoalaBear.Mul(3, KoalaBear.Mul(x.B, y.B))),
        KoalaBear.Add(KoalaBear.Mul(x.A, y.B), KoalaBear.Mul(x.B, y.A)));

    private static (uint, uint) SubTower((uint A, uint B) x, (uint A, uint B) y) => (KoalaBear.Sub(x.A, y.A), KoalaBear.Sub(x.B, y.B));

    private static (uint, uint) TimesY((uint A, uint B) x) => (KoalaBear.Mul(3, x.B), x.A);
}
