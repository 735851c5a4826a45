using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Assay.Evm;

/// <summary>
/// A number modulo p = 2^256 - 2^32 - 977, in four words, lowest first. Between operations it is any number below 2^256, so p to 2^256 - 1
/// have two forms; <see cref="Normalise"/> makes it one.
/// </summary>
internal readonly struct FieldElement
{
    /// <summary>2^256 - p.</summary>
    private const ulong Fold = 0x1000003D1;

    private static readonly ModularInverse Inverse = new(ulong.MaxValue - Fold + 1, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    private readonly ulong _0;
    private readonly ulong _1;
    private readonly ulong _2;
    private readonly ulong _3;

    public FieldElement(ulong w0, ulong w1, ulong w2, ulong w3) => (_0, _1, _2, _3) = (w0, w1, w2, w3);

    public static FieldElement One => new(1, 0, 0, 0);

    /// <summary>Whether it is 0 modulo p: 0 or p.</summary>
    public bool IsZero => (_0 | _1 | _2 | _3) == 0 || (_0 == ulong.MaxValue - Fold + 1 && (_1 & _2 & _3) == ulong.MaxValue);

    /// <summary>Of one in normal form.</summary>
    public bool IsOdd => (_0 & 1) == 1;

    /// <summary>Reads 32 bytes, big-endian; any number below 2^256.</summary>
    public static FieldElement Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt64BigEndian(bytes));

    /// <summary>Writes 32 bytes of one in normal form.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], _0);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], _1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _3);
    }

    /// <summary>Below p.</summary>
    public FieldElement Normalise() => _0 > ulong.MaxValue - Fold && (_1 & _2 & _3) == ulong.MaxValue ? new FieldElement(_0 + Fold, 0, 0, 0) : this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator +(in FieldElement a, in FieldElement b)
    {
        ulong carry = 0;
        ulong w0 = Limbs.Add(a._0, b._0, ref carry);
        ulong w1 = Limbs.Add(a._1, b._1, ref carry);
        ulong w2 = Limbs.Add(a._2, b._2, ref carry);
        ulong w3 = Limbs.Add(a._3, b._3, ref carry);
        return Carried(w0, w1, w2, w3, carry);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator -(in FieldElement a, in FieldElement b)
    {
        ulong borrow = 0;
        ulong w0 = Limbs.Subtract(a._0, b._0, ref borrow);
        ulong w1 = Limbs.Subtract(a._1, b._1, ref borrow);
        ulong w2 = Limbs.Subtract(a._2, b._2, ref borrow);
        ulong w3 = Limbs.Subtract(a._3, b._3, ref borrow);

        // What wrapped is 2^256 too much, which is Fold modulo p; it may wrap once more.
        ulong fold = borrow * Fold;
        borrow = 0;
        w0 = Limbs.Subtract(w0, fold, ref borrow);
        if (borrow != 0)
        {
            w1 = Limbs.Subtract(w1, 0, ref borrow);
            w2 = Limbs.Subtract(w2, 0, ref borrow);
            w3 = Limbs.Subtract(w3, 0, ref borrow);
            w0 -= borrow * Fold;
        }

        return new FieldElement(w0, w1, w2, w3);
    }

    public static FieldElement operator -(in FieldElement a) => default(FieldElement) - a;

    public static FieldElement operator *(in FieldElement a, in FieldElement b)
    {
        ulong carry = 0;
        ulong w0 = Limbs.Multiply(a._0, b._0, ref carry);
        ulong w1 = Limbs.Multiply(a._0, b._1, ref carry);
        ulong w2 = Limbs.Multiply(a._0, b._2, ref carry);
        ulong w3 = Limbs.Multiply(a._0, b._3, ref carry);
        ulong w4 = carry;
        carry = 0;
        w1 = Limbs.MultiplyAdd(a._1, b._0, w1, ref carry);
        w2 = Limbs.MultiplyAdd(a._1, b._1, w2, ref carry);
        w3 = Limbs.MultiplyAdd(a._1, b._2, w3, ref carry);
        w4 = Limbs.MultiplyAdd(a._1, b._3, w4, ref carry);
        ulong w5 = carry;
        carry = 0;
        w2 = Limbs.MultiplyAdd(a._2, b._0, w2, ref carry);
        w3 = Limbs.MultiplyAdd(a._2, b._1, w3, ref carry);
        w4 = Limbs.MultiplyAdd(a._2, b._2, w4, ref carry);
        w5 = Limbs.MultiplyAdd(a._2, b._3, w5, ref carry);
        ulong w6 = carry;
        carry = 0;
        w3 = Limbs.MultiplyAdd(a._3, b._0, w3, ref carry);
        w4 = Limbs.MultiplyAdd(a._3, b._1, w4, ref carry);
        w5 = Limbs.MultiplyAdd(a._3, b._2, w5, ref carry);
        w6 = Limbs.MultiplyAdd(a._3, b._3, w6, ref carry);
        return Reduce(w0, w1, w2, w3, w4, w5, w6, carry);
    }

    public FieldElement Square()
    {
        // Products of different words once, doubled, and the squares on top.
        ulong carry = 0;
        ulong w1 = Limbs.Multiply(_0, _1, ref carry);
        ulong w2 = Limbs.Multiply(_0, _2, ref carry);
        ulong w3 = Limbs.Multiply(_0, _3, ref carry);
        ulong w4 = carry;
        carry = 0;
        w3 = Limbs.MultiplyAdd(_1, _2, w3, ref carry);
        w4 = Limbs.MultiplyAdd(_1, _3, w4, ref carry);
        ulong w5 = carry;
        carry = 0;
        w5 = Limbs.MultiplyAdd(_2, _3, w5, ref carry);
        ulong w6 = carry;
        ulong w7 = w6 >> 63;
        w6 = (w6 << 1) | (w5 >> 63);
        w5 = (w5 << 1) | (w4 >> 63);
        w4 = (w4 << 1) | (w3 >> 63);
        w3 = (w3 << 1) | (w2 >> 63);
        w2 = (w2 << 1) | (w1 >> 63);
        w1 <<= 1;

        ulong w0 = _0 * _0;
        w1 += carry = Limbs.High(_0, _0);
        carry = w1 < carry ? 1UL : 0UL;
        w2 = Limbs.MultiplyAdd(_1, _1, w2, ref carry);
        w3 += carry;
        carry = w3 < carry ? 1UL : 0UL;
        w4 = Limbs.MultiplyAdd(_2, _2, w4, ref carry);
        w5 += carry;
        carry = w5 < carry ? 1UL : 0UL;
        w6 = Limbs.MultiplyAdd(_3, _3, w6, ref carry);
        w7 += carry;
        return Reduce(w0, w1, w2, w3, w4, w5, w6, w7);
    }

    /// <summary>Half of it: plus p first where it is odd.</summary>
    public FieldElement Halve()
    {
        ulong odd = 0 - (_0 & 1);
        ulong carry = 0;
        ulong w0 = Limbs.Add(_0, odd & (ulong.MaxValue - Fold + 1), ref carry);
        ulong w1 = Limbs.Add(_1, odd, ref carry);
        ulong w2 = Limbs.Add(_2, odd, ref carry);
        ulong w3 = Limbs.Add(_3, odd, ref carry);
        return new FieldElement((w0 >> 1) | (w1 << 63), (w1 >> 1) | (w2 << 63), (w2 >> 1) | (w3 << 63), (w3 >> 1) | (carry << 63));
    }

    /// <summary>1 / it; 0 of 0.</summary>
    public FieldElement Invert()
    {
        FieldElement normal = Normalise();
        (ulong w0, ulong w1, ulong w2, ulong w3) = Inverse.Invert(normal._0, normal._1, normal._2, normal._3);
        return new FieldElement(w0, w1, w2, w3);
    }

    /// <summary>A square root, if there is one; else something that isn't. Its power (p + 1) / 4, whose bits are 223 ones, a zero, 22 ones, four zeros, two ones, two zeros.</summary>
    public FieldElement SquareRoot()
    {
        FieldElement two = Square() * this;
        FieldElement three = two.Square() * this;
        FieldElement six = three.Square(3) * three;
        FieldElement nine = six.Square(3) * three;
        FieldElement eleven = nine.Square(2) * two;
        FieldElement twentyTwo = eleven.Square(11) * eleven;
        FieldElement fortyFour = twentyTwo.Square(22) * twentyTwo;
        FieldElement eightyEight = fortyFour.Square(44) * fortyFour;
        FieldElement all = eightyEight.Square(88) * eightyEight;
        all = all.Square(44) * fortyFour;
        all = all.Square(3) * three;
        all = all.Square(23) * twentyTwo;
        all = all.Square(6) * two;
        return all.Square(2);
    }

    private FieldElement Square(int times)
    {
        FieldElement power = Square();
        for (int i = 1; i < times; i++)
        {
            power = power.Square();
        }

        return power;
    }

    /// <summary>The upper half counts Fold times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Reduce(ulong w0, ulong w1, ulong w2, ulong w3, ulong w4, ulong w5, ulong w6, ulong w7)
    {
        ulong carry = 0;
        w0 = Limbs.MultiplyAdd(w4, Fold, w0, ref carry);
        w1 = Limbs.MultiplyAdd(w5, Fold, w1, ref carry);
        w2 = Limbs.MultiplyAdd(w6, Fold, w2, ref carry);
        w3 = Limbs.MultiplyAdd(w7, Fold, w3, ref carry);
        ulong high = Limbs.High(carry, Fold);
        ulong low = carry * Fold;
        carry = 0;
        w0 = Limbs.Add(w0, low, ref carry);
        w1 = Limbs.Add(w1, high, ref carry);
        w2 = Limbs.Add(w2, 0, ref carry);
        w3 = Limbs.Add(w3, 0, ref carry);
        return Carried(w0, w1, w2, w3, carry);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Carried(ulong w0, ulong w1, ulong w2, ulong w3, ulong carry)
    {
        ulong fold = carry * Fold;
        carry = 0;
        w0 = Limbs.Add(w0, fold, ref carry);
        if (carry != 0)
        {
            w1 = Limbs.Add(w1, 0, ref carry);
            w2 = Limbs.Add(w2, 0, ref carry);
            w3 = Limbs.Add(w3, 0, ref carry);
            w0 += carry * Fold;
        }

        return new FieldElement(w0, w1, w2, w3);
    }
}
