using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Assay.Proofs.Fields;

/// <summary>Sums over vectors of F. Both paths give the same elements.</summary>
public static class Sums
{
    /// <summary>Of all elements.</summary>
    public static Ext4 Of(ReadOnlySpan<Ext4> values)
    {
        // 2^33 elements below 2^31 would fit.
        ulong c0 = 0, c1 = 0, c2 = 0, c3 = 0;
        foreach (Ext4 value in values)
        {
            c0 += value.C0;
            c1 += value.C1;
            c2 += value.C2;
            c3 += value.C3;
        }

        return new((uint)(c0 % KoalaBear.P), (uint)(c1 % KoalaBear.P), (uint)(c2 % KoalaBear.P), (uint)(c3 % KoalaBear.P));
    }

    /// <summary><c>Σ a[i] b[i]</c>.</summary>
    /// <param name="b">As long as a.</param>
    public static Ext4 Dot(ReadOnlySpan<Ext4> a, ReadOnlySpan<Ext4> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        return Avx2.IsSupported && a.Length >= 4 ? DotWide(a, b) : DotPlain(a, b);
    }

    /// <summary><c>Σ a[i] b[i]</c> with elements of the base field.</summary>
    /// <param name="b">As long as a.</param>
    public static Ext4 Dot(ReadOnlySpan<Ext4> a, ReadOnlySpan<uint> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        return Avx2.IsSupported && a.Length >= 4 ? DotWide(a, b) : DotPlain(a, b);
    }

    internal static Ext4 DotPlain(ReadOnlySpan<Ext4> a, ReadOnlySpan<Ext4> b)
    {
        Ext4 sum = Ext4.Zero;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    internal static Ext4 DotPlain(ReadOnlySpan<Ext4> a, ReadOnlySpan<uint> b)
    {
        // A product is below p^2 < 2^62: what is carried on stays below p^2 too, so one subtraction keeps it.
        const ulong Limit = (ulong)KoalaBear.P * KoalaBear.P;
        ulong c0 = 0, c1 = 0, c2 = 0, c3 = 0;
        for (int i = 0; i < a.Length; i++)
        {
            ulong factor = b[i];
            c0 += a[i].C0 * factor;
            c1 += a[i].C1 * factor;
            c2 += a[i].C2 * factor;
            c3 += a[i].C3 * factor;
            c0 = Math.Min(c0, c0 - Limit);
            c1 = Math.Min(c1, c1 - Limit);
            c2 = Math.Min(c2, c2 - Limit);
            c3 = Math.Min(c3, c3 - Limit);
        }

        return new((uint)(c0 % KoalaBear.P), (uint)(c1 % KoalaBear.P), (uint)(c2 % KoalaBear.P), (uint)(c3 % KoalaBear.P));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Ext4 DotWide(ReadOnlySpan<Ext4> a, ReadOnlySpan<uint> b)
    {
        ReadOnlySpan<Vector128<uint>> wide = MemoryMarshal.Cast<Ext4, Vector128<uint>>(a);
        Wide sum = default;
        int i = 0;
        for (; i + 4 <= wide.Length; i += 4)
        {
            // Four products below p^2 fit in 64 bits.
            sum.Add(Product(wide[i], b[i]) + Product(wide[i + 1], b[i + 1]) + Product(wide[i + 2], b[i + 2]) + Product(wide[i + 3], b[i + 3]));
        }

        for (; i < wide.Length; i++)
        {
            sum.Add(Product(wide[i], b[i]));
        }

        return new(sum.At(0), sum.At(1), sum.At(2), sum.At(3));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Ext4 DotWide(ReadOnlySpan<Ext4> a, ReadOnlySpan<Ext4> b)
    {
        // Row r collects a.C_r times all coefficients of b: coefficient c of it belongs to X^(r+c).
        ReadOnlySpan<Vector128<uint>> wide = MemoryMarshal.Cast<Ext4, Vector128<uint>>(b);
        Wide row0 = default, row1 = default, row2 = default, row3 = default;
        int i = 0;
        for (; i + 2 <= wide.Length; i += 2)
        {
            Ext4 x = a[i];
            Ext4 y = a[i + 1];
            row0.Add(Product(wide[i], x.C0) + Product(wide[i + 1], y.C0));
            row1.Add(Product(wide[i], x.C1) + Product(wide[i + 1], y.C1));
            row2.Add(Product(wide[i], x.C2) + Product(wide[i + 1], y.C2));
            row3.Add(Product(wide[i], x.C3) + Product(wide[i + 1], y.C3));
        }

        if (i < wide.Length)
        {
            row0.Add(Product(wide[i], a[i].C0));
            row1.Add(Product(wide[i], a[i].C1));
            row2.Add(Product(wide[i], a[i].C2));
            row3.Add(Product(wide[i], a[i].C3));
        }

        return new(
            Folded(row0.At(0), row1.At(3), row2.At(2), row3.At(1)),
            Plain(row0.At(1), row1.At(0), Folded(0, row2.At(3), row3.At(2), 0)),
            Plain(row0.At(2), row1.At(1), Folded(row2.At(0), row3.At(3), 0, 0)),
            Plain(Plain(row0.At(3), row1.At(2), row2.At(1)), row3.At(0), 0));
    }

    /// <summary>A number of X^0 and three of X^4 = 3.</summary>
    private static uint Folded(uint low, uint x, uint y, uint z) => (uint)((low + (3 * ((ulong)x + y + z))) % KoalaBear.P);

    private static uint Plain(uint x, uint y, uint z) => (uint)(((ulong)x + y + z) % KoalaBear.P);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector128<uint> element, uint factor) =>
        Avx2.Multiply(Avx2.ConvertToVector256Int64(element).AsUInt32(), Vector256.Create((ulong)factor).AsUInt32());

    /// <summary>Four sums of 64-bit numbers, kept as sums of their halves: exact for 2^31 of them.</summary>
    private struct Wide
    {
        private Vector256<ulong> _low;
        private Vector256<ulong> _high;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector256<ulong> value)
        {
            _low += value & Vector256.Create((ulong)uint.MaxValue);
            _high += value >>> 32;
        }

        /// <summary>The sum of one lane modulo p.</summary>
        public readonly uint At(int lane) =>
            (uint)(((_high[lane] % KoalaBear.P << 32) + (_low[lane] % KoalaBear.P)) % KoalaBear.P);
    }
}
