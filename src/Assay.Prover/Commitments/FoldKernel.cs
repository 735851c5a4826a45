using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Commitments;

/// <summary>Weighted sums of rows of small integers, with weights in F: 16-bit multiplications of pairs (vpmaddwd).</summary>
/// <remarks>
/// <para>Each coefficient e of a weight, centred so that |e| &lt; 2^30, is <c>l0 + 2^11 l1 + 2^22 l2</c> with |l| at most 2^10.
/// Numbers in rows are at most 2^15 in magnitude, so a pair's sum is at most <c>2 * 2^15 * 2^10 = 2^26</c> and up to 31 of them fit
/// in 32 bits. After 28 pairs the three sums are joined in 64 bits: below <c>56 * 2^15 * 2^30 &lt; 2^51</c> each time, and reduced
/// modulo p after 2^11 times, before 2^63.</para>
/// <para>A 32-bit cell x is a pair itself: <c>x = lo + 2^16 hi</c> with signed 16-bit halves, weighted with e and 2^16 e.</para>
/// <para>Safety: each row has as many columns as are asked for; accumulators are of <see cref="MostColumns"/> columns.</para>
/// </remarks>
[SkipLocalsInit]
internal static unsafe class FoldKernel<TS, TV>
    where TS : struct, IBaseVector<TV>
    where TV : unmanaged
{
    /// <summary>Columns of one call: their accumulators stay in the first-level cache.</summary>
    public const int MostColumns = 256;

    /// <summary>Limbs of a weight: three of each coefficient.</summary>
    public const int Limbs = 12;

    /// <summary>Pairs of rows that are read side by side; the rows' distance may be a power of two, and a cache has 8 ways.</summary>
    private const int PairsAtOnce = 4;
    private const int PairsInWord = 28;
    private const int JoinsInLong = 1 << 11;

    /// <summary>Sums of 16-bit rows.</summary>
    /// <param name="rows">Twice as many as pairs.</param>
    /// <param name="offset">The first column.</param>
    /// <param name="pairs">Pairs of rows.</param>
    /// <param name="limbs">Of each pair (<see cref="FoldWeights"/>).</param>
    /// <param name="columns">A multiple of <c>2 * Lanes</c>.</param>
    /// <param name="result">One element for each column.</param>
    public static void Shorts(short** rows, nint offset, int pairs, int* limbs, int columns, Span<Ext4> result)
    {
        TV* words = stackalloc TV[Limbs * MostColumns / TS.Lanes];
        long* joined = stackalloc long[4 * MostColumns];
        Start(words, joined, columns);
        for (int first = 0, filled = 0, joins = 0; first < pairs; first += PairsAtOnce)
        {
            int here = Math.Min(PairsAtOnce, pairs - first);
            AddShorts(rows + (2 * first), offset, here, limbs + (Limbs * first), columns / (2 * TS.Lanes), words);
            filled += PairsAtOnce;
            Join(words, joined, columns, first + PairsAtOnce >= pairs, ref filled, ref joins);
        }

        int block = 2 * TS.Lanes;
        for (int i = 0; i < columns; i++)
        {
            result[i] = Element(joined, (i / block * block) + SplitPosition(i % block));
        }
    }

    /// <summary>Sums of 32-bit rows, of integers above -p and below p.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="offset">The first column.</param>
    /// <param name="count">How many.</param>
    /// <param name="limbs">Of each row.</param>
    /// <param name="columns">A multiple of <c>Lanes</c>.</param>
    /// <param name="result">One element for each column.</param>
    public static void Ints(int** rows, nint offset, int count, int* limbs, int columns, Span<Ext4> result)
    {
        TV* words = stackalloc TV[Limbs * MostColumns / TS.Lanes];
        long* joined = stackalloc long[4 * MostColumns];
        Start(words, joined, columns);
        for (int first = 0, filled = 0, joins = 0; first < count; first += PairsAtOnce)
        {
            AddInts(rows + first, offset, Math.Min(PairsAtOnce, count - first), limbs + (Limbs * first), columns / TS.Lanes, words);
            filled += PairsAtOnce;
            Join(words, joined, columns, first + PairsAtOnce >= count, ref filled, ref joins);
        }

        for (int i = 0; i < columns; i++)
        {
            result[i] = Element(joined, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddShorts(short** rows, nint offset, int pairs, int* limbs, int blocks, TV* words)
    {
        for (nint block = 0; block < 2 * blocks; block++)
        {
            nint at = offset + ((block >> 1) * 2 * TS.Lanes);
            TV w0 = words[0], w1 = words[1], w2 = words[2], w3 = words[3], w4 = words[4], w5 = words[5];
            TV w6 = words[6], w7 = words[7], w8 = words[8], w9 = words[9], w10 = words[10], w11 = words[11];
            int* l = limbs;
            for (int r = 0; r < pairs; r++, l += Limbs)
            {
                TV a = TS.Load(rows[2 * r] + at), b = TS.Load(rows[(2 * r) + 1] + at);
                TV x = (block & 1) == 0 ? TS.UnpackLow(a, b) : TS.UnpackHigh(a, b);
                w0 = AddProduct(w0, x, l[0]);
                w1 = AddProduct(w1, x, l[1]);
                w2 = AddProduct(w2, x, l[2]);
                w3 = AddProduct(w3, x, l[3]);
                w4 = AddProduct(w4, x, l[4]);
                w5 = AddProduct(w5, x, l[5]);
                w6 = AddProduct(w6, x, l[6]);
                w7 = AddProduct(w7, x, l[7]);
                w8 = AddProduct(w8, x, l[8]);
                w9 = AddProduct(w9, x, l[9]);
                w10 = AddProduct(w10, x, l[10]);
                w11 = AddProduct(w11, x, l[11]);
            }

            words[0] = w0;
            words[1] = w1;
            words[2] = w2;
            words[3] = w3;
            words[4] = w4;
            words[5] = w5;
            words[6] = w6;
            words[7] = w7;
            words[8] = w8;
            words[9] = w9;
            words[10] = w10;
            words[11] = w11;
            words += Limbs;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddInts(int** rows, nint offset, int count, int* limbs, int vectors, TV* words)
    {
        TV half = TS.Broadcast(0x8000);
        for (nint v = 0; v < vectors; v++)
        {
            TV w0 = words[0], w1 = words[1], w2 = words[2], w3 = words[3], w4 = words[4], w5 = words[5];
            TV w6 = words[6], w7 = words[7], w8 = words[8], w9 = words[9], w10 = words[10], w11 = words[11];
            int* l = limbs;
            for (int r = 0; r < count; r++, l += Limbs)
            {
                // Adding 2^15 carries into the high half what makes the low half signed; the flip takes it off again below.
                TV x = TS.Xor(TS.Add(TS.Load(rows[r] + offset + (v * TS.Lanes)), half), half);
                w0 = AddProduct(w0, x, l[0]);
                w1 = AddProduct(w1, x, l[1]);
                w2 = AddProduct(w2, x, l[2]);
                w3 = AddProduct(w3, x, l[3]);
                w4 = AddProduct(w4, x, l[4]);
                w5 = AddProduct(w5, x, l[5]);
                w6 = AddProduct(w6, x, l[6]);
                w7 = AddProduct(w7, x, l[7]);
                w8 = AddProduct(w8, x, l[8]);
                w9 = AddProduct(w9, x, l[9]);
                w10 = AddProduct(w10, x, l[10]);
                w11 = AddProduct(w11, x, l[11]);
            }

            words[0] = w0;
            words[1] = w1;
            words[2] = w2;
            words[3] = w3;
            words[4] = w4;
            words[5] = w5;
            words[6] = w6;
            words[7] = w7;
            words[8] = w8;
            words[9] = w9;
            words[10] = w10;
            words[11] = w11;
            words += Limbs;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV AddProduct(TV sum, TV pairs, int limbs) => TS.Add(sum, TS.MultiplyAddPairs(pairs, TS.Broadcast((uint)limbs)));

    private static void Start(TV* words, long* joined, int columns)
    {
        new Span<byte>(words, Limbs * columns * sizeof(int)).Clear();
        new Span<byte>(joined, 4 * columns * sizeof(long)).Clear();
    }

    /// <summary>Empties the 32-bit sums into the 64-bit ones, if they are full or this is the end.</summary>
    private static void Join(TV* words, long* joined, int columns, bool last, ref int filled, ref int joins)
    {
        if (!last && filled + PairsAtOnce <= PairsInWord)
        {
            return;
        }

        filled = 0;
        JoinLimbs(words, joined, columns / TS.Lanes);
        if (++joins == JoinsInLong)
        {
            joins = 0;
            for (int i = 0; i < 4 * columns; i++)
            {
                joined[i] %= KoalaBear.P;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void JoinLimbs(TV* words, long* joined, int vectors)
    {
        for (int v = 0; v < vectors; v++, words += Limbs)
        {
            for (int c = 0; c < 4; c++, joined += TS.Lanes)
            {
                int* l0 = (int*)(words + (3 * c)), l1 = (int*)(words + (3 * c) + 1), l2 = (int*)(words + (3 * c) + 2);
                if (TS.Lanes < 8)
                {
                    for (int i = 0; i < TS.Lanes; i++)
                    {
                        joined[i] += l0[i] + ((long)l1[i] << 11) + ((long)l2[i] << 22);
                    }

                    continue;
                }

                for (int i = 0; i < TS.Lanes; i += 8)
                {
                    (Vector256<long> low0, Vector256<long> high0) = Vector256.Widen(Vector256.Load(l0 + i));
                    (Vector256<long> low1, Vector256<long> high1) = Vector256.Widen(Vector256.Load(l1 + i));
                    (Vector256<long> low2, Vector256<long> high2) = Vector256.Widen(Vector256.Load(l2 + i));
                    (Vector256.Load(joined + i) + low0 + (low1 << 11) + (low2 << 22)).Store(joined + i);
                    (Vector256.Load(joined + i + 4) + high0 + (high1 << 11) + (high2 << 22)).Store(joined + i + 4);
                }
            }
        }

        words -= Limbs * vectors;
        new Span<byte>(words, Limbs * vectors * sizeof(TV)).Clear();
    }

    /// <summary>The sums of one 32-bit place.</summary>
    private static Ext4 Element(long* joined, int place)
    {
        long* at = joined + (place / TS.Lanes * 4 * TS.Lanes) + (place % TS.Lanes);
        return new(KoalaBear.From(at[0]), KoalaBear.From(at[TS.Lanes]), KoalaBear.From(at[2 * TS.Lanes]), KoalaBear.From(at[3 * TS.Lanes]));
    }

    /// <summary>Where unpacking puts element i of a block of 2 * Lanes: in each 128 bits the first half goes to the low vector.</summary>
    private static int SplitPosition(int i)
    {
        int group = Math.Min(4, TS.Lanes);
        int within = i % (2 * group);
        return (within >= group ? TS.Lanes : 0) + (i / (2 * group) * group) + (within % group);
    }
}
