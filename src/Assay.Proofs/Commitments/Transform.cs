using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Commitments;

/// <summary>Values of a polynomial at all powers of a root of unity: radix 2, decimation in frequency, results in bit-reversed order.
/// Both paths give the same numbers.</summary>
internal static class Transform
{
    /// <summary>p^-1 mod 2^32, for Montgomery reduction with 2^32.</summary>
    private const uint InverseOfP = 0x81000001;

    private static readonly ConcurrentDictionary<int, uint[][]> Roots = [];

    /// <summary>Replaces coefficients by values: afterwards place <c>reverse(q)</c> holds <c>Σ_i values[i] ω^(q i)</c>.</summary>
    /// <param name="values">A power of two of residues; ω has this order.</param>
    /// <param name="used">A power of two of coefficients; those from there on are 0.</param>
    /// <param name="places">The only ones wanted, ascending: other blocks are left as they come.</param>
    /// <param name="lowest">Only the levels down to this: what is left are transforms of the blocks of 2^lowest values around places.</param>
    public static void Forward(Span<uint> values, int used, ReadOnlySpan<int> places, int lowest, bool isWide) =>
        Forward(values, used, 0, places, lowest, Roots.GetOrAdd(Bits.Ceiling(values.Length), Tables), isWide);

    private static void Forward(
        Span<uint> values, int used, int start, ReadOnlySpan<int> places, int lowest, uint[][] roots, bool isWide)
    {
        int level = int.Log2(values.Length);
        if (level <= lowest || places.IsEmpty)
        {
            return;
        }

        int half = values.Length / 2;
        Span<uint> low = values[..half];
        Span<uint> high = values[half..];
        ReadOnlySpan<uint> powers = roots[level];
        int count = Math.Min(used, half);
        if (isWide && count >= Vector256<uint>.Count)
        {
            Wide(low[..count], high[..count], powers[..count]);
        }
        else
        {
            Plain(low[..count], high[..count], powers);
        }

        int split = 0;
        while (split < places.Length && places[split] < start + half)
        {
            split++;
        }

        Forward(low, count, start, places[..split], lowest, roots, isWide);
        Forward(high, count, start + half, places[split..], lowest, roots, isWide);
    }

    /// <summary>The place of a position.</summary>
    public static int Place(int position, int bits)
    {
        int place = 0;
        for (int t = 0; t < bits; t++)
        {
            place |= (position >> t & 1) << (bits - 1 - t);
        }

        return place;
    }

    /// <summary>For each level the powers of its root, times 2^32.</summary>
    private static uint[][] Tables(int bits)
    {
        uint[][] tables = new uint[bits + 1][];
        for (int level = 1; level <= bits; level++)
        {
            uint root = KoalaBear.RootOfUnity(level);
            uint power = (uint)((1UL << 32) % KoalaBear.P);
            tables[level] = new uint[1 << (level - 1)];
            for (int i = 0; i < tables[level].Length; i++)
            {
                tables[level][i] = power;
                power = KoalaBear.Mul(power, root);
            }
        }

        return tables;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Plain(Span<uint> low, Span<uint> high, ReadOnlySpan<uint> powers)
    {
        for (int i = 0; i < low.Length; i++)
        {
            uint a = low[i];
            uint b = high[i];
            low[i] = KoalaBear.Add(a, b);
            high[i] = Reduce((ulong)KoalaBear.Sub(a, b) * powers[i]);
        }
    }

    /// <summary><c>value / 2^32 mod p</c>, value below <c>2^32 p</c>.</summary>
    private static uint Reduce(ulong value)
    {
        uint q = (uint)value * InverseOfP;
        uint high = (uint)(value >> 32);
        uint product = (uint)(((ulong)q * KoalaBear.P) >> 32);
        return high >= product ? high - product : high + (KoalaBear.P - product);
    }

    // Optimised from its first call on: a verifier often checks one proof and ends, before the runtime would have noticed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(Span<uint> low, Span<uint> high, ReadOnlySpan<uint> powers)
    {
        Span<Vector256<uint>> lows = MemoryMarshal.Cast<uint, Vector256<uint>>(low);
        Span<Vector256<uint>> highs = MemoryMarshal.Cast<uint, Vector256<uint>>(high);
        ReadOnlySpan<Vector256<uint>> factors = MemoryMarshal.Cast<uint, Vector256<uint>>(powers);
        Vector256<uint> p = Vector256.Create(KoalaBear.P);
        for (int i = 0; i < lows.Length && i < highs.Length && i < factors.Length; i++)
        {
            Vector256<uint> a = lows[i];
            Vector256<uint> b = highs[i];
            Vector256<uint> sum = a + b;
            Vector256<uint> difference = a - b;
            lows[i] = Avx2.Min(sum, sum - p);
            highs[i] = Multiply(Avx2.Min(difference, difference + p), factors[i], p);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Multiply(Vector256<uint> a, Vector256<uint> b, Vector256<uint> p)
    {
        Vector256<uint> inverse = Vector256.Create(InverseOfP);
        Vector256<ulong> even = Avx2.Multiply(a, b);
        Vector256<ulong> odd = Avx2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), (b.AsUInt64() >>> 32).AsUInt32());
        Vector256<ulong> evenProduct = Avx2.Multiply(Avx2.Multiply(even.AsUInt32(), inverse).AsUInt32(), p);
        Vector256<ulong> oddProduct = Avx2.Multiply(Avx2.Multiply(odd.AsUInt32(), inverse).AsUInt32(), p);
        Vector256<uint> high = Avx2.Blend((even >>> 32).AsUInt32(), odd.AsUInt32(), 0xAA);
        Vector256<uint> product = Avx2.Blend((evenProduct >>> 32).AsUInt32(), oddProduct.AsUInt32(), 0xAA);
        Vector256<uint> difference = high - product;
        return Avx2.Min(difference, difference + p);
    }
}
