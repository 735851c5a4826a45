using System.Runtime.CompilerServices;

namespace Assay.Prover.Simd;

/// <summary>Sums of raw products that are never reduced on the way: for each coefficient a vector S of 64-bit sums that may wrap, and
/// a vector H of the sums of the products' high words. <c>S - (H &lt;&lt; 32)</c> is the sum of the low words, exactly, for up to 2^31
/// products.</summary>
internal static unsafe class ExtensionSums<TS, TV>
    where TS : struct, ILanes<TV>
    where TV : struct
{
    /// <summary>Adds to one coefficient's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref TV s, ref TV h, TV products)
    {
        s = TS.Add64(s, products);
        h = TS.Add64(h, TS.High64(products));
    }

    /// <summary>Adds to one coefficient's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref TV s, ref TV h, TV even, TV odd)
    {
        Add(ref s, ref h, even);
        Add(ref s, ref h, odd);
    }

    /// <summary>Adds the products of two vectors of elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(
        ref TV s0, ref TV h0, ref TV s1, ref TV h1, ref TV s2, ref TV h2, ref TV s3, ref TV h3,
        ExtensionVector<TS, TV> a, ExtensionVector<TS, TV> b)
    {
        TV t1 = ExtensionVector<TS, TV>.BaseTriple(b.C1);
        TV t2 = ExtensionVector<TS, TV>.BaseTriple(b.C2);
        TV t3 = ExtensionVector<TS, TV>.BaseTriple(b.C3);
        ExtensionVector<TS, TV>.RawProduct(
            a.C0, a.C1, a.C2, a.C3, b.C0, b.C1, b.C2, b.C3, t1, t2, t3, out TV e0, out TV e1, out TV e2, out TV e3);
        Add(ref s0, ref h0, e0);
        Add(ref s1, ref h1, e1);
        Add(ref s2, ref h2, e2);
        Add(ref s3, ref h3, e3);
        ExtensionVector<TS, TV>.RawProduct(
            TS.Odd(a.C0), TS.Odd(a.C1), TS.Odd(a.C2), TS.Odd(a.C3),
            TS.Odd(b.C0), TS.Odd(b.C1), TS.Odd(b.C2), TS.Odd(b.C3), TS.Odd(t1), TS.Odd(t2), TS.Odd(t3),
            out TV o0, out TV o1, out TV o2, out TV o3);
        Add(ref s0, ref h0, o0);
        Add(ref s1, ref h1, o1);
        Add(ref s2, ref h2, o2);
        Add(ref s3, ref h3, o3);
    }

    /// <summary>Reads what was kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(
        ExtensionSum* sum,
        out TV s0, out TV h0, out TV s1, out TV h1, out TV s2, out TV h2, out TV s3, out TV h3)
    {
        uint* low = ExtensionSum.Low(sum);
        uint* high = ExtensionSum.High(sum);
        const int Words = 2 * ExtensionSum.Lanes;
        (s0, s1, s2, s3) = (TS.Load(low), TS.Load(low + Words), TS.Load(low + (2 * Words)), TS.Load(low + (3 * Words)));
        (h0, h1, h2, h3) = (TS.Load(high), TS.Load(high + Words), TS.Load(high + (2 * Words)), TS.Load(high + (3 * Words)));
    }

    /// <summary>Keeps sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ExtensionSum* sum, TV s0, TV h0, TV s1, TV h1, TV s2, TV h2, TV s3, TV h3)
    {
        uint* low = ExtensionSum.Low(sum);
        uint* high = ExtensionSum.High(sum);
        const int Words = 2 * ExtensionSum.Lanes;
        TS.Store(low, s0);
        TS.Store(low + Words, s1);
        TS.Store(low + (2 * Words), s2);
        TS.Store(low + (3 * Words), s3);
        TS.Store(high, h0);
        TS.Store(high + Words, h1);
        TS.Store(high + (2 * Words), h2);
        TS.Store(high + (3 * Words), h3);
    }
}
