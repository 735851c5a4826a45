using System.Runtime.CompilerServices;
using Assay.Proofs.Fields;

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
    public static void Add(ref TV s, ref TV h, TV even, TV odd)
    {
        s = TS.Add64(TS.Add64(s, even), odd);
        h = TS.Add64(TS.Add64(h, TS.High64(even)), TS.High64(odd));
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
        AddProduct(ref s0, ref h0, ref s1, ref h1, ref s2, ref h2, ref s3, ref h3, a, b, t1, t2, t3);
    }

    /// <summary>The same with 3b given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(
        ref TV s0, ref TV h0, ref TV s1, ref TV h1, ref TV s2, ref TV h2, ref TV s3, ref TV h3,
        ExtensionVector<TS, TV> a, ExtensionVector<TS, TV> b, TV t1, TV t2, TV t3)
    {
        TV x0 = TS.Odd(a.C0), x1 = TS.Odd(a.C1), x2 = TS.Odd(a.C2), x3 = TS.Odd(a.C3);
        TV y0 = TS.Odd(b.C0), y1 = TS.Odd(b.C1), y2 = TS.Odd(b.C2), y3 = TS.Odd(b.C3);
        TV u1 = TS.Odd(t1), u2 = TS.Odd(t2), u3 = TS.Odd(t3);
        Add(
            ref s0, ref h0,
            ExtensionVector<TS, TV>.Dot(a.C0, b.C0, a.C1, t3, a.C2, t2, a.C3, t1),
            ExtensionVector<TS, TV>.Dot(x0, y0, x1, u3, x2, u2, x3, u1));
        Add(
            ref s1, ref h1,
            ExtensionVector<TS, TV>.Dot(a.C0, b.C1, a.C1, b.C0, a.C2, t3, a.C3, t2),
            ExtensionVector<TS, TV>.Dot(x0, y1, x1, y0, x2, u3, x3, u2));
        Add(
            ref s2, ref h2,
            ExtensionVector<TS, TV>.Dot(a.C0, b.C2, a.C1, b.C1, a.C2, b.C0, a.C3, t3),
            ExtensionVector<TS, TV>.Dot(x0, y2, x1, y1, x2, y0, x3, u3));
        Add(
            ref s3, ref h3,
            ExtensionVector<TS, TV>.Dot(a.C0, b.C3, a.C1, b.C2, a.C2, b.C1, a.C3, b.C0),
            ExtensionVector<TS, TV>.Dot(x0, y3, x1, y2, x2, y1, x3, y0));
    }

    /// <summary>The sum of all lanes of one coefficient.</summary>
    public static UInt128 Total(TV s, TV h)
    {
        ulong* lanes = stackalloc ulong[16];
        TS.Store((uint*)lanes, s);
        TS.Store((uint*)(lanes + 8), h);
        UInt128 low = 0;
        UInt128 high = 0;
        for (int i = 0; i < TS.Count / 2; i++)
        {
            low += lanes[i] - (lanes[8 + i] << 32);
            high += lanes[8 + i];
        }

        return low + (high << 32);
    }

    /// <summary>The sum of products of elements in array form, in standard form.</summary>
    public static Ext4 Leave(TV s0, TV h0, TV s1, TV h1, TV s2, TV h2, TV s3, TV h3) => new(
        ExtensionForm.LeaveProduct(Total(s0, h0)),
        ExtensionForm.LeaveProduct(Total(s1, h1)),
        ExtensionForm.LeaveProduct(Total(s2, h2)),
        ExtensionForm.LeaveProduct(Total(s3, h3)));
}
