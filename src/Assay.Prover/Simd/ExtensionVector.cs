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
        RawProduct(a.C0, a.C1, a.C2, a.C3, b.C0, b.C1, b.C2, b.C3, t1, t2, t3, out TV e0, out TV e1, out TV e2, out TV e3);
        RawProduct(
            TS.Odd(a.C0), TS.Odd(a.C1), TS.Odd(a.C2), TS.Odd(a.C3),
            TS.Odd(b.C0), TS.Odd(b.C1), TS.Odd(b.C2), TS.Odd(b.C3), TS.Odd(t1), TS.Odd(t2), TS.Odd(t3),
            out TV o0, out TV o1, out TV o2, out TV o3);
        return new(Reduce(e0, o0), Reduce(e1, o1), Reduce(e2, o2), Reduce(e3, o3));
    }

    /// <summary>By one element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExtensionVector<TS, TV> operator *(ExtensionVector<TS, TV> a, in ExtensionConstant c)
    {
        TV b0 = TS.Broadcast(c.C0), b1 = TS.Broadcast(c.C1), b2 = TS.Broadcast(c.C2), b3 = TS.Broadcast(c.C3);
        TV t1 = TS.Broadcast(c.T1), t2 = TS.Broadcast(c.T2), t3 = TS.Broadcast(c.T3);
        RawProduct(a.C0, a.C1, a.C2, a.C3, b0, b1, b2, b3, t1, t2, t3, out TV e0, out TV e1, out TV e2, out TV e3);
        RawProduct(
            TS.Odd(a.C0), TS.Odd(a.C1), TS.Odd(a.C2), TS.Odd(a.C3), b0, b1, b2, b3, t1, t2, t3,
            out TV o0, out TV o1, out TV o2, out TV o3);
        return new(Reduce(e0, o0), Reduce(e1, o1), Reduce(e2, o2), Reduce(e3, o3));
    }

    /// <summary>The four sums of raw products of even words, in an order that leaves few numbers alive at a time: what doesn't fit in
    /// registers goes through the stack, which isn't aligned to vectors.</summary>
    /// <param name="t1">3 * b1; the others likewise.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RawProduct(
        TV a0, TV a1, TV a2, TV a3, TV b0, TV b1, TV b2, TV b3, TV t1, TV t2, TV t3, out TV r0, out TV r1, out TV r2, out TV r3)
    {
        r0 = TS.MulEven(a0, b0);
        r1 = TS.MulEven(a0, b1);
        r2 = TS.MulEven(a0, b2);
        r3 = TS.MulEven(a0, b3);
        r0 = TS.Add64(r0, TS.MulEven(a1, t3));
        r1 = TS.Add64(r1, TS.MulEven(a1, b0));
        r2 = TS.Add64(r2, TS.MulEven(a1, b1));
        r3 = TS.Add64(r3, TS.MulEven(a1, b2));
        r0 = TS.Add64(r0, TS.MulEven(a2, t2));
        r1 = TS.Add64(r1, TS.MulEven(a2, t3));
        r2 = TS.Add64(r2, TS.MulEven(a2, b0));
        r3 = TS.Add64(r3, TS.MulEven(a2, b1));
        r0 = TS.Add64(r0, TS.MulEven(a3, t1));
        r1 = TS.Add64(r1, TS.MulEven(a3, t2));
        r2 = TS.Add64(r2, TS.MulEven(a3, t3));
        r3 = TS.Add64(r3, TS.MulEven(a3, b0));
    }

    /// <summary>Adds a second product to sums of four raw products: sums of eight, less multiples of p*2^32 that keep them in 64 bits
    /// and below 2p*2^32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddRawProduct(
        TV a0, TV a1, TV a2, TV a3, TV b0, TV b1, TV b2, TV b3, TV t1, TV t2, TV t3, ref TV r0, ref TV r1, ref TV r2, ref TV r3)
    {
        // Below p*2^32 two products fit, p*2^32 + 2p^2 < 2p*2^32 < 2^64, and after them two more.
        r0 = TS.Add64(TS.Add64(BelowHighP(r0), TS.MulEven(a0, b0)), TS.MulEven(a1, t3));
        r1 = TS.Add64(TS.Add64(BelowHighP(r1), TS.MulEven(a0, b1)), TS.MulEven(a1, b0));
        r2 = TS.Add64(TS.Add64(BelowHighP(r2), TS.MulEven(a0, b2)), TS.MulEven(a1, b1));
        r3 = TS.Add64(TS.Add64(BelowHighP(r3), TS.MulEven(a0, b3)), TS.MulEven(a1, b2));
        r0 = TS.Add64(TS.Add64(BelowHighP(r0), TS.MulEven(a2, t2)), TS.MulEven(a3, t1));
        r1 = TS.Add64(TS.Add64(BelowHighP(r1), TS.MulEven(a2, t3)), TS.MulEven(a3, t2));
        r2 = TS.Add64(TS.Add64(BelowHighP(r2), TS.MulEven(a2, b0)), TS.MulEven(a3, t3));
        r3 = TS.Add64(TS.Add64(BelowHighP(r3), TS.MulEven(a2, b1)), TS.MulEven(a3, b0));
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
