using System.Runtime.CompilerServices;
using Assay.Prover.Simd;

namespace Assay.Prover.Witness;

/// <summary>Products of 16-bit matrices with 32-bit sums, which the accumulator rule keeps exact.</summary>
/// <remarks>Safety: pointers cover what the parameters say; weights are padded with zeros to whole vectors.</remarks>
internal static unsafe class MatrixKernels<TS, TV>
    where TS : struct, IBaseVector<TV>
    where TV : unmanaged
{
    /// <summary>Results that <see cref="Lanes"/> makes at once.</summary>
    public static int Block => 2 * TS.Lanes;

    /// <summary>Results along lanes: four rows of weights by a block of positions.</summary>
    /// <param name="w0">Row of weights, <paramref name="pairs"/> pairs of 16 bits; the other rows likewise.</param>
    /// <param name="panel">For each pair of k, the block's values of both.</param>
    /// <param name="sums">Four rows of results, at a distance of <paramref name="stride"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Lanes(uint* w0, uint* w1, uint* w2, uint* w3, int pairs, uint* panel, int* sums, nint stride)
    {
        TV zero = TS.Broadcast(0);
        TV a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero, d0 = zero, d1 = zero;
        for (nint k = 0; k < pairs; k++)
        {
            TV x0 = TS.Load(panel);
            TV x1 = TS.Load(panel + TS.Lanes);
            panel += 2 * TS.Lanes;
            TV w = TS.Broadcast(w0[k]);
            a0 = TS.Add(a0, TS.MultiplyAddPairs(w, x0));
            a1 = TS.Add(a1, TS.MultiplyAddPairs(w, x1));
            w = TS.Broadcast(w1[k]);
            b0 = TS.Add(b0, TS.MultiplyAddPairs(w, x0));
            b1 = TS.Add(b1, TS.MultiplyAddPairs(w, x1));
            w = TS.Broadcast(w2[k]);
            c0 = TS.Add(c0, TS.MultiplyAddPairs(w, x0));
            c1 = TS.Add(c1, TS.MultiplyAddPairs(w, x1));
            w = TS.Broadcast(w3[k]);
            d0 = TS.Add(d0, TS.MultiplyAddPairs(w, x0));
            d1 = TS.Add(d1, TS.MultiplyAddPairs(w, x1));
        }

        TS.Store(sums, a0);
        TS.Store(sums + TS.Lanes, a1);
        TS.Store(sums + stride, b0);
        TS.Store(sums + stride + TS.Lanes, b1);
        TS.Store(sums + (2 * stride), c0);
        TS.Store(sums + (2 * stride) + TS.Lanes, c1);
        TS.Store(sums + (3 * stride), d0);
        TS.Store(sums + (3 * stride) + TS.Lanes, d1);
    }

    /// <summary>Inner products along k: four rows of weights by two positions.</summary>
    /// <param name="w0">Row of weights, as long as the operands; the other rows likewise.</param>
    /// <param name="x0">Operand of the first position.</param>
    /// <param name="x1">Operand of the second position.</param>
    /// <param name="words">Pairs of 16 bits; a multiple of the lanes.</param>
    /// <param name="sums">Eight results: row by row, two positions each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dots(uint* w0, uint* w1, uint* w2, uint* w3, uint* x0, uint* x1, int words, int* sums)
    {
        TV zero = TS.Broadcast(0);
        TV a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero, d0 = zero, d1 = zero;
        for (nint k = 0; k < words; k += TS.Lanes)
        {
            TV x = TS.Load(x0 + k);
            TV y = TS.Load(x1 + k);
            TV w = TS.Load(w0 + k);
            a0 = TS.Add(a0, TS.MultiplyAddPairs(w, x));
            a1 = TS.Add(a1, TS.MultiplyAddPairs(w, y));
            w = TS.Load(w1 + k);
            b0 = TS.Add(b0, TS.MultiplyAddPairs(w, x));
            b1 = TS.Add(b1, TS.MultiplyAddPairs(w, y));
            w = TS.Load(w2 + k);
            c0 = TS.Add(c0, TS.MultiplyAddPairs(w, x));
            c1 = TS.Add(c1, TS.MultiplyAddPairs(w, y));
            w = TS.Load(w3 + k);
            d0 = TS.Add(d0, TS.MultiplyAddPairs(w, x));
            d1 = TS.Add(d1, TS.MultiplyAddPairs(w, y));
        }

        sums[0] = Total(a0);
        sums[1] = Total(a1);
        sums[2] = Total(b0);
        sums[3] = Total(b1);
        sums[4] = Total(c0);
        sums[5] = Total(c1);
        sums[6] = Total(d0);
        sums[7] = Total(d1);
    }

    /// <summary>The sum of all lanes.</summary>
    private static int Total(TV vector)
    {
        int* words = stackalloc int[TS.Lanes];
        TS.Store(words, vector);
        int sum = 0;
        for (int i = 0; i < TS.Lanes; i++)
        {
            sum += words[i];
        }

        return sum;
    }
}
