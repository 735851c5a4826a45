using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Assay.Primitives.Notes.Curve25519;

/// <summary>
/// An integer modulo p = 2^255 - 19 in five limbs of 51 bits. No branch or index depends on a value.
/// </summary>
/// <remarks>
/// Limbs may exceed 51 bits: a product, square or difference has limbs below 2^52, one
/// <see cref="Add"/> of two such below 2^53. Products and differences accept limbs below 2^54.
/// </remarks>
internal readonly struct FieldElement
{
    private const ulong Mask51 = (1UL << 51) - 1;

    private readonly ulong _l0;
    private readonly ulong _l1;
    private readonly ulong _l2;
    private readonly ulong _l3;
    private readonly ulong _l4;

    /// <summary>The value <c>sum l[i] * 2^(51 i)</c>.</summary>
    public FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
        _l4 = l4;
    }

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0, 0);

    /// <summary>Reads 32 bytes little-endian, ignoring the top bit. Values from p to 2^255-1 are taken modulo p.</summary>
    public static FieldElement Read(ReadOnlySpan<byte> bytes)
    {
        ulong w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ulong w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        ulong w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        ulong w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new FieldElement(
            w0 & Mask51,
            ((w0 >> 51) | (w1 << 13)) & Mask51,
            ((w1 >> 38) | (w2 << 26)) & Mask51,
            ((w2 >> 25) | (w3 << 39)) & Mask51,
            (w3 >> 12) & Mask51);
    }

    /// <summary>Writes the value, fully reduced, as 32 bytes little-endian.</summary>
    public void Write(Span<byte> destination)
    {
        FieldElement t = Carried(_l0, _l1, _l2, _l3, _l4);

        // The carry out of value + 19 is 1 exactly when the value is p or more.
        ulong q = (t._l0 + 19) >> 51;
        q = (t._l1 + q) >> 51;
        q = (t._l2 + q) >> 51;
        q = (t._l3 + q) >> 51;
        q = (t._l4 + q) >> 51;

        ulong l0 = t._l0 + 19 * q;
        ulong l1 = t._l1 + (l0 >> 51);
        ulong l2 = t._l2 + (l1 >> 51);
        ulong l3 = t._l3 + (l2 >> 51);
        ulong l4 = t._l4 + (l3 >> 51);
        l0 &= Mask51;
        l1 &= Mask51;
        l2 &= Mask51;
        l3 &= Mask51;
        l4 &= Mask51;

        BinaryPrimitives.WriteUInt64LittleEndian(destination, l0 | (l1 << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], (l1 >> 13) | (l2 << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], (l2 >> 26) | (l3 << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], (l3 >> 39) | (l4 << 12));
    }

    public static FieldElement Add(in FieldElement a, in FieldElement b) =>
        new(a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4);

    public static FieldElement Subtract(in FieldElement a, in FieldElement b)
    {
        // 16 p, so that no limb goes below zero.
        const ulong P0 = 16 * (Mask51 - 18);
        const ulong P = 16 * Mask51;
        return Carried(
            a._l0 + P0 - b._l0, a._l1 + P - b._l1, a._l2 + P - b._l2, a._l3 + P - b._l3, a._l4 + P - b._l4);
    }

    public static FieldElement Negate(in FieldElement a) => Subtract(Zero, a);

    public static FieldElement Multiply(in FieldElement a, in FieldElement b)
    {
        ulong a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3, a4 = a._l4;
        ulong b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3, b4 = b._l4;
        ulong b1x19 = 19 * b1, b2x19 = 19 * b2, b3x19 = 19 * b3, b4x19 = 19 * b4;

        // 2^255 = 19 modulo p, so what overflows the fifth limb comes back times 19.
        ulong carry = Column(0, a0, b0, a1, b4x19, a2, b3x19, a3, b2x19, a4, b1x19, out ulong l0);
        carry = Column(carry, a0, b1, a1, b0, a2, b4x19, a3, b3x19, a4, b2x19, out ulong l1);
        carry = Column(carry, a0, b2, a1, b1, a2, b0, a3, b4x19, a4, b3x19, out ulong l2);
        carry = Column(carry, a0, b3, a1, b2, a2, b1, a3, b0, a4, b4x19, out ulong l3);
        carry = Column(carry, a0, b4, a1, b3, a2, b2, a3, b1, a4, b0, out ulong l4);
        l0 += 19 * carry;
        return new FieldElement(l0 & Mask51, l1 + (l0 >> 51), l2, l3, l4);
    }

    public static FieldElement Square(in FieldElement a)
    {
        ulong a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3, a4 = a._l4;
        ulong a0x2 = 2 * a0, a1x2 = 2 * a1, a3x19 = 19 * a3, a4x19 = 19 * a4;

        ulong carry = Column(0, a0, a0, a1x2, a4x19, 2 * a2, a3x19, out ulong l0);
        carry = Column(carry, a0x2, a1, 2 * a2, a4x19, a3, a3x19, out ulong l1);
        carry = Column(carry, a0x2, a2, a1, a1, 2 * a3, a4x19, out ulong l2);
        carry = Column(carry, a0x2, a3, a1x2, a2, a4, a4x19, out ulong l3);
        carry = Column(carry, a0x2, a4, a1x2, a3, a2, a2, out ulong l4);
        l0 += 19 * carry;
        return new FieldElement(l0 & Mask51, l1 + (l0 >> 51), l2, l3, l4);
    }

    /// <summary>a^(2^count).</summary>
    public static FieldElement Square(in FieldElement a, int count)
    {
        FieldElement result = a;
        for (int i = 0; i < count; i++)
        {
            result = Square(result);
        }

        return result;
    }

    /// <summary>a^(p-2): the inverse, or zero for zero.</summary>
    public static FieldElement Invert(in FieldElement a)
    {
        // p - 2 = 2^255 - 21 = (2^252 - 3) * 2^3 + 3
        FieldElement a3 = Multiply(Square(a), a);
        return Multiply(Square(Power2To252Minus3(a), 3), a3);
    }

    /// <summary>a^((p-5)/8) = a^(2^252-3), the heart of square roots modulo p.</summary>
    public static FieldElement Power2To252Minus3(in FieldElement a)
    {
        // eN is a^(2^N - 1); e(M+N) = eM^(2^N) * eN.
        FieldElement e2 = Multiply(Square(a), a);
        FieldElement e4 = Multiply(Square(e2, 2), e2);
        FieldElement e5 = Multiply(Square(e4), a);
        FieldElement e10 = Multiply(Square(e5, 5), e5);
        FieldElement e20 = Multiply(Square(e10, 10), e10);
        FieldElement e40 = Multiply(Square(e20, 20), e20);
        FieldElement e50 = Multiply(Square(e40, 10), e10);
        FieldElement e100 = Multiply(Square(e50, 50), e50);
        FieldElement e200 = Multiply(Square(e100, 100), e100);
        FieldElement e250 = Multiply(Square(e200, 50), e50);
        return Multiply(Square(e250, 2), a);
    }

    /// <summary><paramref name="a"/> where <paramref name="mask"/> is 0, <paramref name="b"/> where it is all ones.</summary>
    public static FieldElement Select(in FieldElement a, in FieldElement b, ulong mask) => new(
        a._l0 ^ (mask & (a._l0 ^ b._l0)),
        a._l1 ^ (mask & (a._l1 ^ b._l1)),
        a._l2 ^ (mask & (a._l2 ^ b._l2)),
        a._l3 ^ (mask & (a._l3 ^ b._l3)),
        a._l4 ^ (mask & (a._l4 ^ b._l4)));

    /// <summary>Whether both are the same modulo p. Used on public values only.</summary>
    public static bool AreEqual(in FieldElement a, in FieldElement b)
    {
        Span<byte> left = stackalloc byte[32];
        Span<byte> right = stackalloc byte[32];
        a.Write(left);
        b.Write(right);
        return left.SequenceEqual(right);
    }

    /// <summary>The lowest bit of the reduced value: "negative" in RFC 8032.</summary>
    public int LowBit()
    {
        Span<byte> bytes = stackalloc byte[32];
        Write(bytes);
        return bytes[0] & 1;
    }

    /// <summary>carry + the sum of three products: its low 51 bits, and the rest, which fits 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Column(
        ulong carry, ulong a0, ulong b0, ulong a1, ulong b1, ulong a2, ulong b2, out ulong limb)
    {
        ulong low = carry;
        ulong high = 0;
        AddProduct(ref high, ref low, a0, b0);
        AddProduct(ref high, ref low, a1, b1);
        AddProduct(ref high, ref low, a2, b2);
        limb = low & Mask51;
        return (high << 13) | (low >> 51);
    }

    /// <summary>carry + the sum of five products: its low 51 bits, and the rest, which fits 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Column(
        ulong carry, ulong a0, ulong b0, ulong a1, ulong b1, ulong a2, ulong b2, ulong a3, ulong b3, ulong a4, ulong b4, out ulong limb)
    {
        ulong low = carry;
        ulong high = 0;
        AddProduct(ref high, ref low, a0, b0);
        AddProduct(ref high, ref low, a1, b1);
        AddProduct(ref high, ref low, a2, b2);
        AddProduct(ref high, ref low, a3, b3);
        AddProduct(ref high, ref low, a4, b4);
        limb = low & Mask51;
        return (high << 13) | (low >> 51);
    }

    // Multiplying twice is twice as fast here as UInt128, or as letting BigMul write its low half to memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(ref ulong high, ref ulong low, ulong a, ulong b)
    {
        ulong product = a * b;
        low += product;
        high += Math.BigMul(a, b, out _) + (low < product ? 1UL : 0UL);
    }

    /// <summary>Carries each limb of up to 64 bits once: limbs below 2^51 + 2^18.</summary>
    private static FieldElement Carried(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) => new(
        (l0 & Mask51) + 19 * (l4 >> 51),
        (l1 & Mask51) + (l0 >> 51),
        (l2 & Mask51) + (l1 >> 51),
        (l3 & Mask51) + (l2 >> 51),
        (l4 & Mask51) + (l3 >> 51));
}
