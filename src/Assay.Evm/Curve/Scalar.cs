using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Assay.Evm;

/// <summary>A number modulo the curve's order n, below n, in four words, lowest first.</summary>
internal readonly struct Scalar
{
    private const ulong N0 = 0xBFD25E8CD0364141;
    private const ulong N1 = 0xBAAEDCE6AF48A03B;
    private const ulong N2 = 0xFFFFFFFFFFFFFFFE;
    private const ulong N3 = ulong.MaxValue;

    // 2^256 - n; a third word is 1.
    private const ulong Fold0 = 0x402DA1732FC9BEBF;
    private const ulong Fold1 = 0x4551231950B75FC4;

    private static readonly ModularInverse Inverse = new(N0, N1, N2, N3);

    private readonly ulong _0;
    private readonly ulong _1;
    private readonly ulong _2;
    private readonly ulong _3;

    public Scalar(ulong w0, ulong w1, ulong w2, ulong w3) => (_0, _1, _2, _3) = (w0, w1, w2, w3);

    public bool IsZero => (_0 | _1 | _2 | _3) == 0;

    /// <summary>More than (n - 1) / 2.</summary>
    public bool IsHigh => _3 > N3 >> 1 || (_3 == N3 >> 1
        && _2 == ulong.MaxValue && (_1 > 0x5D576E7357A4501D || (_1 == 0x5D576E7357A4501D && _0 > 0xDFE92F46681B20A0)));

    /// <summary>The lower half, of one that has no more.</summary>
    public UInt128 Low => new(_1, _0);

    /// <summary>Reads 32 bytes, big-endian, reduced; <paramref name="isBelow"/> says whether they were below n.</summary>
    public static Scalar Read(ReadOnlySpan<byte> bytes, out bool isBelow)
    {
        Scalar number = new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt64BigEndian(bytes));
        isBelow = number.IsBelowOrder;
        return isBelow ? number : number.LessOrder();
    }

    /// <summary>32 bytes, big-endian.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), _0);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), _1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), _2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _3);
        return bytes;
    }

    public static Scalar operator -(in Scalar a) => a.IsZero ? a : new Scalar(N0, N1, N2, N3).Minus(a);

    public static Scalar operator -(in Scalar a, in Scalar b) => a + -b;

    public static Scalar operator +(in Scalar a, in Scalar b)
    {
        ulong carry = 0;
        ulong w0 = Limbs.Add(a._0, b._0, ref carry);
        ulong w1 = Limbs.Add(a._1, b._1, ref carry);
        ulong w2 = Limbs.Add(a._2, b._2, ref carry);
        ulong w3 = Limbs.Add(a._3, b._3, ref carry);
        Scalar sum = new(w0, w1, w2, w3);
        return carry != 0 || !sum.IsBelowOrder ? sum.LessOrder() : sum;
    }

    public static Scalar operator *(in Scalar a, in Scalar b)
    {
        Multiply(a, b, out Scalar low, out Scalar high);
        return Reduce(low, high);
    }

    /// <summary>a * b / 2^384, rounded.</summary>
    public static Scalar MultiplyShift384(in Scalar a, in Scalar b)
    {
        Multiply(a, b, out _, out Scalar high);
        ulong carry = high._1 >> 63;
        ulong w0 = Limbs.Add(high._2, 0, ref carry);
        ulong w1 = Limbs.Add(high._3, 0, ref carry);
        return new Scalar(w0, w1, carry, 0);
    }

    /// <summary>1 / it; 0 of 0.</summary>
    public Scalar Invert()
    {
        (ulong w0, ulong w1, ulong w2, ulong w3) = Inverse.Invert(_0, _1, _2, _3);
        return new Scalar(w0, w1, w2, w3);
    }

    private bool IsBelowOrder => _3 != N3 || _2 < N2 || (_2 == N2 && (_1 < N1 || (_1 == N1 && _0 < N0)));

    private Scalar LessOrder() => Minus(new Scalar(N0, N1, N2, N3));

    private Scalar Minus(in Scalar other)
    {
        ulong borrow = 0;
        ulong w0 = Limbs.Subtract(_0, other._0, ref borrow);
        ulong w1 = Limbs.Subtract(_1, other._1, ref borrow);
        ulong w2 = Limbs.Subtract(_2, other._2, ref borrow);
        return new Scalar(w0, w1, w2, Limbs.Subtract(_3, other._3, ref borrow));
    }

    private static void Multiply(in Scalar a, in Scalar b, out Scalar low, out Scalar high)
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
        low = new Scalar(w0, w1, w2, w3);
        high = new Scalar(w4, w5, w6, carry);
    }

    /// <summary>The upper half counts 2^256 - n times: 129 bits. So three rounds: 512 bits to 386, to 260, to 257.</summary>
    private static Scalar Reduce(in Scalar low, in Scalar high)
    {
        ulong carry = 0;
        ulong w0 = Limbs.MultiplyAdd(high._0, Fold0, low._0, ref carry);
        ulong w1 = Limbs.MultiplyAdd(high._1, Fold0, low._1, ref carry);
        ulong w2 = Limbs.MultiplyAdd(high._2, Fold0, low._2, ref carry);
        ulong w3 = Limbs.MultiplyAdd(high._3, Fold0, low._3, ref carry);
        ulong w4 = carry;
        carry = 0;
        w1 = Limbs.MultiplyAdd(high._0, Fold1, w1, ref carry);
        w2 = Limbs.MultiplyAdd(high._1, Fold1, w2, ref carry);
        w3 = Limbs.MultiplyAdd(high._2, Fold1, w3, ref carry);
        w4 = Limbs.MultiplyAdd(high._3, Fold1, w4, ref carry);
        ulong w5 = carry;
        carry = 0;
        w2 = Limbs.Add(w2, high._0, ref carry);
        w3 = Limbs.Add(w3, high._1, ref carry);
        w4 = Limbs.Add(w4, high._2, ref carry);
        w5 = Limbs.Add(w5, high._3, ref carry);
        ulong w6 = carry;

        carry = 0;
        w0 = Limbs.MultiplyAdd(w4, Fold0, w0, ref carry);
        w1 = Limbs.MultiplyAdd(w5, Fold0, w1, ref carry);
        w2 = Limbs.MultiplyAdd(w6, Fold0, w2, ref carry);
        w3 = Limbs.Add(w3, 0, ref carry);
        ulong over = carry;
        carry = 0;
        w1 = Limbs.MultiplyAdd(w4, Fold1, w1, ref carry);
        w2 = Limbs.MultiplyAdd(w5, Fold1, w2, ref carry);
        w3 = Limbs.MultiplyAdd(w6, Fold1, w3, ref carry);
        over += carry;
        carry = 0;
        w2 = Limbs.Add(w2, w4, ref carry);
        w3 = Limbs.Add(w3, w5, ref carry);
        over += w6 + carry;

        return Folded(w0, w1, w2, w3, over);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Scalar Folded(ulong w0, ulong w1, ulong w2, ulong w3, ulong over)
    {
        ulong carry = 0;
        w0 = Limbs.MultiplyAdd(over, Fold0, w0, ref carry);
        w1 = Limbs.MultiplyAdd(over, Fold1, w1, ref carry);
        ulong added = 0;
        w2 = Limbs.Add(w2, over, ref added);
        w3 = Limbs.Add(w3, 0, ref added);
        ulong low = 0;
        w2 = Limbs.Add(w2, carry, ref low);
        w3 = Limbs.Add(w3, 0, ref low);
        Scalar sum = new(w0, w1, w2, w3);
        return added + low != 0 || !sum.IsBelowOrder ? sum.LessOrder() : sum;
    }
}
