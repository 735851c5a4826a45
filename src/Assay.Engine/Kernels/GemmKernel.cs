using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>The register-blocked product: four rows by one panel of channels, 32-bit accumulators.</summary>
/// <remarks>
/// <para>Exactness: the accumulator rule (spec/program.md) bounds the sum of the absolute values of all terms of an accumulator,
/// bias and rounding constant included, below 2^31, so no partial sum in any order can wrap.</para>
/// <para>Safety: the step that owns the arguments made offsets, runs and panels for exactly the buffers it passes; buffers end
/// with slack for one vector (<c>ArenaPlan</c>); a panel's results are stored up to its last channel and no further.</para>
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
        for (int from = first; from < end; from += RowsPerPass)
        {
            int to = Math.Min(end, from + RowsPerPass);
            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                MultiplyPanel(in a, panel, from, to);
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
        bool whole = channels == 2 * lanes;
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

            TS.Store(whole ? y0 : part, Finish(a00, a01, shift0, shift1, lo, hi));
            if (!whole)
            {
                PartialStore.Copy(y0, part, channels);
            }
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
