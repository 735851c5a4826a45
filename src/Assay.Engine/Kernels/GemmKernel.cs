using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>The register-blocked product: four rows by one panel of channels, 32-bit accumulators.</summary>
/// <remarks>
/// <para>Exactness: the accumulator rule (spec/program.md) bounds the sum of the absolute values of all terms of an accumulator,
/// bias and rounding constant included, below 2^31, so no partial sum in any order can wrap.</para>
/// <para>Safety: the step that owns the arguments made offsets, runs and panels for exactly the buffers it passes; buffers end
/// with slack for one vector (<c>ArenaPlan</c>); a panel's results are stored up to its last channel, or behind it where later
/// rows are written afterwards.</para>
/// </remarks>
internal static unsafe class GemmKernel<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    /// <summary>Rows per pass over the panels, few enough that their operands stay in the first-level cache.</summary>
    private const int RowsPerPass = 64;

    /// <summary>Computes some panels of rows <paramref name="first"/> (inclusive) to <paramref name="end"/> (exclusive), counted
    /// over all items.</summary>
    public static void Multiply(in GemmArguments a, int firstPanel, int endPanel, int first, int end)
    {
        for (int from = first; from < end && firstPanel < endPanel; from += RowsPerPass)
        {
            int to = Math.Min(end, from + RowsPerPass);
            // The last panel first: what it writes behind its channels is the next row's, which the others write then.
            for (int i = firstPanel; i < endPanel; i++)
            {
                int panel = i == firstPanel ? endPanel - 1 : i - 1;
                if (a.JoinsInVectors)
                {
                    MultiplyLimbs(in a, panel, from, to);
                }
                else if (a.HasHalf && (panel + 1) * 2 * TS.Lanes >= a.Channels)
                {
                    MultiplyHalf(in a, panel, from, to);
                }
                else
                {
                    MultiplyPanel(in a, panel, from, to);
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyPanel(in GemmArguments a, int panel, int first, int end)
    {
        int lanes = TS.Lanes;
        int* weights = a.Weights + (panel * a.PanelStride);
        int* bias = a.Bias + (panel * 2 * lanes);
        int* shifts = a.Shifts + (panel * 2 * lanes);
        Run* runs = a.Runs;
        Run* lastRun = runs + a.RunCount;
        TV lo = TS.Broadcast(Both.Of(a.Lo));
        TV hi = TS.Broadcast(Both.Of(a.Hi));
        TV shift0 = TS.Load(shifts);
        TV shift1 = TS.Load(shifts + lanes);
        int channels = Math.Min(2 * lanes, a.Channels - (panel * 2 * lanes));
        bool full = channels == 2 * lanes;
        short* overwritable = full ? null : a.Stop;
        short* part = stackalloc short[4 * 2 * lanes];

        RowCursor cursor = new(in a, first, panel * 2 * lanes);
        int left = end - first;
        for (; left >= 4; left -= 4)
        {
            cursor.Next(in a, out short* x0, out short* y0);
            cursor.Next(in a, out short* x1, out short* y1);
            cursor.Next(in a, out short* x2, out short* y2);
            cursor.Next(in a, out short* x3, out short* y3);
            TV a00 = TS.Load(bias), a01 = TS.Load(bias + lanes);
            TV a10 = a00, a11 = a01, a20 = a00, a21 = a01, a30 = a00, a31 = a01;
            int* w = weights;
            for (Run* run = runs; run < lastRun; run++)
            {
                nint at = run->Offset;
                nint stop = at + (2 * run->Pairs);
                for (; at < stop; at += 2)
                {
                    TV w0 = TS.Load(w);
                    TV w1 = TS.Load(w + lanes);
                    w += 2 * lanes;
                    TV v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x0 + at));
                    a00 = TS.Add(a00, TS.MultiplyAddPairs(w0, v));
                    a01 = TS.Add(a01, TS.MultiplyAddPairs(w1, v));
                    v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x1 + at));
                    a10 = TS.Add(a10, TS.MultiplyAddPairs(w0, v));
                    a11 = TS.Add(a11, TS.MultiplyAddPairs(w1, v));
                    v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x2 + at));
                    a20 = TS.Add(a20, TS.MultiplyAddPairs(w0, v));
                    a21 = TS.Add(a21, TS.MultiplyAddPairs(w1, v));
                    v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x3 + at));
                    a30 = TS.Add(a30, TS.MultiplyAddPairs(w0, v));
                    a31 = TS.Add(a31, TS.MultiplyAddPairs(w1, v));
                }
            }

            // No call while accumulators are alive: one would make the JIT keep all of them on the stack in the loop above.
            bool whole = full || (overwritable != null && overwritable - y3 >= 2 * lanes);
            TS.Store(whole ? y0 : part, Finish(a00, a01, shift0, shift1, lo, hi));
            TS.Store(whole ? y1 : part + (2 * lanes), Finish(a10, a11, shift0, shift1, lo, hi));
            TS.Store(whole ? y2 : part + (4 * lanes), Finish(a20, a21, shift0, shift1, lo, hi));
            TS.Store(whole ? y3 : part + (6 * lanes), Finish(a30, a31, shift0, shift1, lo, hi));
            if (!whole)
            {
                PartialStore.Copy(y0, part, channels);
                PartialStore.Copy(y1, part + (2 * lanes), channels);
                PartialStore.Copy(y2, part + (4 * lanes), channels);
                PartialStore.Copy(y3, part + (6 * lanes), channels);
            }
        }

        for (; left > 0; left--)
        {
            cursor.Next(in a, out short* x0, out short* y0);
            TV a00 = TS.Load(bias), a01 = TS.Load(bias + lanes);
            int* w = weights;
            for (Run* run = runs; run < lastRun; run++)
            {
                nint at = run->Offset;
                nint stop = at + (2 * run->Pairs);
                for (; at < stop; at += 2)
                {
                    TV v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x0 + at));
                    a00 = TS.Add(a00, TS.MultiplyAddPairs(TS.Load(w), v));
                    a01 = TS.Add(a01, TS.MultiplyAddPairs(TS.Load(w + lanes), v));
                    w += 2 * lanes;
                }
            }

            TS.Store(full ? y0 : part, Finish(a00, a01, shift0, shift1, lo, hi));
            if (!full)
            {
                PartialStore.Copy(y0, part, channels);
            }
        }
    }

    /// <summary>A panel of at most <c>Lanes</c> channels: eight rows by one vector.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyHalf(in GemmArguments a, int panel, int first, int end)
    {
        int lanes = TS.Lanes;
        int* weights = a.Weights + (panel * a.PanelStride);
        Run* runs = a.Runs;
        Run* lastRun = runs + a.RunCount;
        TV lo = TS.Broadcast(Both.Of(a.Lo));
        TV hi = TS.Broadcast(Both.Of(a.Hi));
        TV bias = TS.Load(a.Bias + (panel * 2 * lanes));
        TV shift = TS.Load(a.Shifts + (panel * 2 * lanes));
        int channels = a.Channels - (panel * 2 * lanes);
        short* part = stackalloc short[4 * 2 * lanes];
        short** y = stackalloc short*[8];

        RowCursor cursor = new(in a, first, panel * 2 * lanes);
        int left = end - first;
        for (; left >= 8; left -= 8)
        {
            cursor.Next(in a, out short* x0, out y[0]);
            cursor.Next(in a, out short* x1, out y[1]);
            cursor.Next(in a, out short* x2, out y[2]);
            cursor.Next(in a, out short* x3, out y[3]);
            cursor.Next(in a, out short* x4, out y[4]);
            cursor.Next(in a, out short* x5, out y[5]);
            cursor.Next(in a, out short* x6, out y[6]);
            cursor.Next(in a, out short* x7, out y[7]);
            TV a0 = bias, a1 = bias, a2 = bias, a3 = bias, a4 = bias, a5 = bias, a6 = bias, a7 = bias;
            int* w = weights;
            for (Run* run = runs; run < lastRun; run++)
            {
                nint at = run->Offset;
                nint stop = at + (2 * run->Pairs);
                for (; at < stop; at += 2)
                {
                    TV v = TS.Load(w);
                    w += lanes;
                    a0 = TS.Add(a0, TS.MultiplyAddPairs(v, TS.Broadcast(Unsafe.ReadUnaligned<int>(x0 + at))));
                    a1 = TS.Add(a1, TS.MultiplyAddPairs(v, TS.Broadcast(Unsafe.ReadUnaligned<int>(x1 + at))));
                    a2 = TS.Add(a2, TS.MultiplyAddPairs(v, TS.Broadcast(Unsafe.ReadUnaligned<int>(x2 + at))));
                    a3 = TS.Add(a3, TS.MultiplyAddPairs(v, TS.Broadcast(Unsafe.ReadUnaligned<int>(x3 + at))));
                    a4 = TS.Add(a4, TS.MultiplyAddPairs(v, TS.Broadcast(Unsafe.ReadUnaligned<int>(x4 + at))));
                    a5 = TS.Add(a5, TS.MultiplyAddPairs(v, TS.Broadcast(Unsafe.ReadUnaligned<int>(x5 + at))));
                    a6 = TS.Add(a6, TS.MultiplyAddPairs(v, TS.Broadcast(Unsafe.ReadUnaligned<int>(x6 + at))));
                    a7 = TS.Add(a7, TS.MultiplyAddPairs(v, TS.Broadcast(Unsafe.ReadUnaligned<int>(x7 + at))));
                }
            }

            bool whole = channels == lanes || (a.Stop != null && a.Stop - y[7] >= lanes);
            TS.StoreHalves(whole ? y[0] : part, whole ? y[1] : part + lanes, Finish(a0, a1, shift, shift, lo, hi));
            TS.StoreHalves(whole ? y[2] : part + (2 * lanes), whole ? y[3] : part + (3 * lanes), Finish(a2, a3, shift, shift, lo, hi));
            TS.StoreHalves(whole ? y[4] : part + (4 * lanes), whole ? y[5] : part + (5 * lanes), Finish(a4, a5, shift, shift, lo, hi));
            TS.StoreHalves(whole ? y[6] : part + (6 * lanes), whole ? y[7] : part + (7 * lanes), Finish(a6, a7, shift, shift, lo, hi));
            for (int i = 0; i < 8 && !whole; i++)
            {
                PartialStore.Copy(y[i], part + (i * lanes), channels);
            }
        }

        for (; left > 0; left--)
        {
            cursor.Next(in a, out short* x0, out y[0]);
            TV a0 = bias;
            int* w = weights;
            for (Run* run = runs; run < lastRun; run++)
            {
                nint at = run->Offset;
                nint stop = at + (2 * run->Pairs);
                for (; at < stop; at += 2)
                {
                    a0 = TS.Add(a0, TS.MultiplyAddPairs(TS.Load(w), TS.Broadcast(Unsafe.ReadUnaligned<int>(x0 + at))));
                    w += lanes;
                }
            }

            TS.StoreHalves(part, part, Finish(a0, a0, shift, shift, lo, hi));
            PartialStore.Copy(y[0], part, channels);
        }
    }

    /// <summary>A panel of <c>Lanes</c> channels in two limbs: the first vector of each pair of weights is the low limbs, the
    /// second the high limbs.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyLimbs(in GemmArguments a, int panel, int first, int end)
    {
        int lanes = TS.Lanes;
        int* weights = a.Weights + (panel * a.PanelStride);
        int* bias = a.Bias + (panel * 2 * lanes);
        Run* runs = a.Runs;
        Run* lastRun = runs + a.RunCount;
        TV lo = TS.Broadcast(Both.Of(a.Lo));
        TV hi = TS.Broadcast(Both.Of(a.Hi));
        TV shift = TS.Load(a.Shifts + (panel * 2 * lanes));
        int channels = Math.Min(lanes, a.Channels - (panel * lanes));
        bool full = channels == lanes;
        short* overwritable = full ? null : a.Stop;
        short* part = stackalloc short[4 * lanes];

        RowCursor cursor = new(in a, first, panel * lanes);
        int left = end - first;
        for (; left >= 4; left -= 4)
        {
            cursor.Next(in a, out short* x0, out short* y0);
            cursor.Next(in a, out short* x1, out short* y1);
            cursor.Next(in a, out short* x2, out short* y2);
            cursor.Next(in a, out short* x3, out short* y3);
            TV low0 = TS.Load(bias), low1 = low0, low2 = low0, low3 = low0;
            TV high0 = TS.Zero, high1 = TS.Zero, high2 = TS.Zero, high3 = TS.Zero;
            int* w = weights;
            for (Run* run = runs; run < lastRun; run++)
            {
                nint at = run->Offset;
                nint stop = at + (2 * run->Pairs);
                for (; at < stop; at += 2)
                {
                    TV w0 = TS.Load(w);
                    TV w1 = TS.Load(w + lanes);
                    w += 2 * lanes;
                    TV v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x0 + at));
                    low0 = TS.Add(low0, TS.MultiplyAddPairs(w0, v));
                    high0 = TS.Add(high0, TS.MultiplyAddPairs(w1, v));
                    v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x1 + at));
                    low1 = TS.Add(low1, TS.MultiplyAddPairs(w0, v));
                    high1 = TS.Add(high1, TS.MultiplyAddPairs(w1, v));
                    v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x2 + at));
                    low2 = TS.Add(low2, TS.MultiplyAddPairs(w0, v));
                    high2 = TS.Add(high2, TS.MultiplyAddPairs(w1, v));
                    v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x3 + at));
                    low3 = TS.Add(low3, TS.MultiplyAddPairs(w0, v));
                    high3 = TS.Add(high3, TS.MultiplyAddPairs(w1, v));
                }
            }

            TV packed01 = TS.Pack(TwoLimbs<TS, TV>.Join(low0, high0, shift), TwoLimbs<TS, TV>.Join(low1, high1, shift));
            TV packed23 = TS.Pack(TwoLimbs<TS, TV>.Join(low2, high2, shift), TwoLimbs<TS, TV>.Join(low3, high3, shift));
            bool whole = full || (overwritable != null && overwritable - y3 >= lanes);
            TS.StoreHalves(whole ? y0 : part, whole ? y1 : part + lanes, TS.Min16(TS.Max16(packed01, lo), hi));
            TS.StoreHalves(whole ? y2 : part + (2 * lanes), whole ? y3 : part + (3 * lanes), TS.Min16(TS.Max16(packed23, lo), hi));
            if (!whole)
            {
                PartialStore.Copy(y0, part, channels);
                PartialStore.Copy(y1, part + lanes, channels);
                PartialStore.Copy(y2, part + (2 * lanes), channels);
                PartialStore.Copy(y3, part + (3 * lanes), channels);
            }
        }

        for (; left > 0; left--)
        {
            cursor.Next(in a, out short* x0, out short* y0);
            TV low0 = TS.Load(bias), high0 = TS.Zero;
            int* w = weights;
            for (Run* run = runs; run < lastRun; run++)
            {
                nint at = run->Offset;
                nint stop = at + (2 * run->Pairs);
                for (; at < stop; at += 2)
                {
                    TV v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x0 + at));
                    low0 = TS.Add(low0, TS.MultiplyAddPairs(TS.Load(w), v));
                    high0 = TS.Add(high0, TS.MultiplyAddPairs(TS.Load(w + lanes), v));
                    w += 2 * lanes;
                }
            }

            TV joined = TwoLimbs<TS, TV>.Join(low0, high0, shift);
            TS.StoreHalves(part, part, TS.Min16(TS.Max16(TS.Pack(joined, joined), lo), hi));
            PartialStore.Copy(y0, part, channels);
        }
    }

    /// <summary>Shift (the rounding constant is in the accumulator already) and clamp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Finish(TV acc0, TV acc1, TV shift0, TV shift1, TV lo, TV hi)
    {
        TV packed = TS.Pack(TS.ShiftRight(acc0, shift0), TS.ShiftRight(acc1, shift1));
        return TS.Min16(TS.Max16(packed, lo), hi);
    }
}
