using System.Runtime.CompilerServices;

namespace Assay.Prover.Simd;

/// <summary>As many elements of F as a vector has words, in array form: one vector for each coefficient.</summary>
/// <remarks>
/// In memory elements lie in blocks of 16: 16 words C0, 16 words C1, 16 words C2, 16 words C3, so that a block is four vectors of 512
/// bits, or twice or four times four smaller ones. Safety: <see cref="Load"/> and <see cref="Store"/> stay in the block that the
/// pointer is in, if it points to one of its first 16 words at a multiple of the vector's words.
/// </remarks>
internal readonly unsafe struct ExtensionVector<TS, TV>(TV c0, TV c1, TV c2, TV c3)
    where TS : struct, ILanes<TV>
    where TV : struct
{
    public readonly TV C0 = c0, C1 = c1, C2 = c2, C3 = c3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExtensionVector<TS, TV> Load(uint* source) =>
        new(TS.Load(source), TS.Load(source + 16), TS.Load(source + 32), TS.Load(source + 48));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, ExtensionVector<TS, TV> value)
    {
        TS.Store(destination, value.C0);
        TS.Store(destination + 16, value.C1);
        TS.Store(destination + 32, value.C2);
        TS.Store(destination + 48, value.C3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExtensionVector<TS, TV> operator +(ExtensionVector<TS, TV> a, ExtensionVector<TS, TV> b) => new(
        BaseAdd(a.C0, b.C0), BaseAdd(a.C1, b.C1), BaseAdd(a.C2, b.C2), BaseAdd(a.C3, b.C3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExtensionVector<TS, TV> operator -(ExtensionVector<TS, TV> a, ExtensionVector<TS, TV> b) => new(
        BaseSub(a.C0, b.C0), BaseSub(a.C1, b.C1), BaseSub(a.C2, b.C2), BaseSub(a.C3, b.C3));

    /// <summary>Sums of four raw products, and one reduction for each coefficient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExtensionVector<TS, TV> operator *(ExtensionVector<TS, TV> a, ExtensionVector<TS, TV> b)
    {
        TV t1 = BaseTriple(b.C1), t2 = BaseTriple(b.C2), t3 = BaseTriple(b.C3);
        TV x0 = TS.Odd(a.C0), x1 = TS.Odd(a.C1), x2 = TS.Odd(a.C2), x3 = TS.Odd(a.C3);
        TV y0 = TS.Odd(b.C0), y1 = TS.Odd(b.C1), y2 = TS.Odd(b.C2), y3 = TS.Odd(b.C3);
        TV u1 = TS.Odd(t1), u2 = TS.Odd(t2), u3 = TS.Odd(t3);
        return new(
            Reduce(Dot(a.C0, b.C0, a.C1, t3, a.C2, t2, a.C3, t1), Dot(x0, y0, x1, u3, x2, u2, x3, u1)),
            Reduce(Dot(a.C0, b.C1, a.C1, b.C0, a.C2, t3, a.C3, t2), Dot(x0, y1, x1, y0, x2, u3, x3, u2)),
            Reduce(Dot(a.C0, b.C2, a.C1, b.C1, a.C2, b.C0, a.C3, t3), Dot(x0, y2, x1, y1, x2, y0, x3, u3)),
            Reduce(Dot(a.C0, b.C3, a.C1, b.C2, a.C2, b.C1, a.C3, b.C0), Dot(x0, y3, x1, y2, x2, y1, x3, y0)));
    }

    /// <summary>By one element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExtensionVector<TS, TV> operator *(ExtensionVector<TS, TV> a, in ExtensionConstant c)
    {
        TV b0 = TS.Broadcast(c.C0), b1 = TS.Broadcast(c.C1), b2 = TS.Broadcast(c.C2), b3 = TS.Broadcast(c.C3);
        TV t1 = TS.Broadcast(c.T1), t2 = TS.Broadcast(c.T2), t3 = TS.Broadcast(c.T3);
        TV x0 = TS.Odd(a.C0), x1 = TS.Odd(a.C1), x2 = TS.Odd(a.C2), x3 = TS.Odd(a.C3);
        return new(
            Reduce(Dot(a.C0, b0, a.C1, t3, a.C2, t2, a.C3, t1), Dot(x0, b0, x1, t3, x2, t2, x3, t1)),
            Reduce(Dot(a.C0, b1, a.C1, b0, a.C2, t3, a.C3, t2), Dot(x0, b1, x1, b0, x2, t3, x3, t2)),
            Reduce(Dot(a.C0, b2, a.C1, b1, a.C2, b0, a.C3, t3), Dot(x0, b2, x1, b1, x2, b0, x3, t3)),
            Reduce(Dot(a.C0, b3, a.C1, b2, a.C2, b1, a.C3, b0), Dot(x0, b3, x1, b2, x2, b1, x3, b0)));
    }

    /// <summary>Integers of the base field by one element: in array form if one of the two is in array form twice or both are in it
    /// once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExtensionVector<TS, TV> Scale(TV integers, in ExtensionConstant c)
    {
        TV odd = TS.Odd(integers);
        TV b0 = TS.Broadcast(c.C0), b1 = TS.Broadcast(c.C1), b2 = TS.Broadcast(c.C2), b3 = TS.Broadcast(c.C3);
        return new(
            ReduceProduct(TS.MulEven(integers, b0), TS.MulEven(odd, b0)),
            ReduceProduct(TS.MulEven(integers, b1), TS.MulEven(odd, b1)),
            ReduceProduct(TS.MulEven(integers, b2), TS.MulEven(odd, b2)),
            ReduceProduct(TS.MulEven(integers, b3), TS.MulEven(odd, b3)));
    }

    /// <summary>The elements by integers of the base field, word by word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExtensionVector<TS, TV> Scale(ExtensionVector<TS, TV> a, TV integers)
    {
        TV odd = TS.Odd(integers);
        return new(
            ReduceProduct(TS.MulEven(a.C0, integers), TS.MulEven(TS.Odd(a.C0), odd)),
            ReduceProduct(TS.MulEven(a.C1, integers), TS.MulEven(TS.Odd(a.C1), odd)),
            ReduceProduct(TS.MulEven(a.C2, integers), TS.MulEven(TS.Odd(a.C2), odd)),
            ReduceProduct(TS.MulEven(a.C3, integers), TS.MulEven(TS.Odd(a.C3), odd)));
    }

    /// <summary><c>a*b + c*d</c>, with one reduction for each coefficient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExtensionVector<TS, TV> SumOfProducts(
        ExtensionVector<TS, TV> a, ExtensionVector<TS, TV> b, ExtensionVector<TS, TV> c, ExtensionVector<TS, TV> d)
    {
        TV b1 = BaseTriple(b.C1), b2 = BaseTriple(b.C2), b3 = BaseTriple(b.C3);
        TV d1 = BaseTriple(d.C1), d2 = BaseTriple(d.C2), d3 = BaseTriple(d.C3);
        return new(
            ReduceSum(
                a.C0, b.C0, a.C1, b3, a.C2, b2, a.C3, b1,
                c.C0, d.C0, c.C1, d3, c.C2, d2, c.C3, d1),
            ReduceSum(
                a.C0, b.C1, a.C1, b.C0, a.C2, b3, a.C3, b2,
                c.C0, d.C1, c.C1, d.C0, c.C2, d3, c.C3, d2),
            ReduceSum(
                a.C0, b.C2, a.C1, b.C1, a.C2, b.C0, a.C3, b3,
                c.C0, d.C2, c.C1, d.C1, c.C2, d.C0, c.C3, d3),
            ReduceSum(
                a.C0, b.C3, a.C1, b.C2, a.C2, b.C1, a.C3, b.C0,
                c.C0, d.C3, c.C1, d.C2, c.C2, d.C1, c.C3, d.C0));
    }

    /// <summary>The residues of signed integers larger than -p and smaller than p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Residues(TV signed) => TS.Min(signed, TS.Add(signed, TS.Broadcast(ExtensionForm.P)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV BaseAdd(TV a, TV b)
    {
        TV sum = TS.Add(a, b);
        return TS.Min(sum, TS.Sub(sum, TS.Broadcast(ExtensionForm.P)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV BaseSub(TV a, TV b)
    {
        TV difference = TS.Sub(a, b);
        return TS.Min(difference, TS.Add(difference, TS.Broadcast(ExtensionForm.P)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV BaseTriple(TV a) => BaseAdd(BaseAdd(a, a), a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Dot(TV a0, TV b0, TV a1, TV b1, TV a2, TV b2, TV a3, TV b3) => TS.Add64(
        TS.Add64(TS.MulEven(a0, b0), TS.MulEven(a1, b1)), TS.Add64(TS.MulEven(a2, b2), TS.MulEven(a3, b3)));

    /// <summary>Montgomery's reduction of 64-bit numbers up to 4p^2: of <paramref name="even"/> in even places, of
    /// <paramref name="odd"/> in odd ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Reduce(TV even, TV odd)
    {
        // High words are below 2p.
        TV high = TS.MergeHigh(even, odd);
        return Subtract(TS.Min(high, TS.Sub(high, TS.Broadcast(ExtensionForm.P))), even, odd);
    }

    /// <summary>The same for numbers up to p^2, whose high words are below p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV ReduceProduct(TV even, TV odd) => Subtract(TS.MergeHigh(even, odd), even, odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV ReduceSum(
        TV a0, TV b0, TV a1, TV b1, TV a2, TV b2, TV a3, TV b3, TV c0, TV d0, TV c1, TV d1, TV c2, TV d2, TV c3, TV d3)
    {
        // Taking p*2^32 away from what is above it keeps the sum of both below 2p*2^32 < 2^64.
        TV even = TS.Add64(BelowHighP(Dot(a0, b0, a1, b1, a2, b2, a3, b3)), BelowHighP(Dot(c0, d0, c1, d1, c2, d2, c3, d3)));
        TV odd = TS.Add64(
            BelowHighP(Dot(
                TS.Odd(a0), TS.Odd(b0), TS.Odd(a1), TS.Odd(b1), TS.Odd(a2), TS.Odd(b2), TS.Odd(a3), TS.Odd(b3))),
            BelowHighP(Dot(
                TS.Odd(c0), TS.Odd(d0), TS.Odd(c1), TS.Odd(d1), TS.Odd(c2), TS.Odd(d2), TS.Odd(c3), TS.Odd(d3))));
        return Reduce(even, odd);
    }

    /// <summary>64-bit numbers below 2p*2^32, less p*2^32 where that isn't negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV BelowHighP(TV value) => TS.Min(value, TS.Sub(value, TS.BroadcastHigh(ExtensionForm.P)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Subtract(TV high, TV even, TV odd)
    {
        TV inverse = TS.Broadcast(ExtensionForm.Inverse), p = TS.Broadcast(ExtensionForm.P);
        TV multiple = TS.MergeHigh(TS.MulEven(TS.MulEven(even, inverse), p), TS.MulEven(TS.MulEven(odd, inverse), p));
        return BaseSub(high, multiple);
    }
}
