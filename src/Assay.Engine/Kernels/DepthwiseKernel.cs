using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>Depthwise convolution: channels side by side in the lanes, two taps per multiply-add, four places per pass over the weights.</summary>
/// <remarks>
/// Exactness: as for <see cref="GemmKernel{TS,TV}"/>. Safety: windows lie inside the padded operand; a load may pass its last
/// element by less than a vector, which the slack behind every buffer covers. Results are stored in whole vectors: a block in part
/// comes before the others of its row, so that what it writes behind its period is written again, and nothing is stored behind
/// the last row, where another thread may have begun.
/// </remarks>
internal static unsafe class DepthwiseKernel<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    /// <summary>Computes rows <paramref name="first"/> (inclusive) to <paramref name="end"/> (exclusive), counted over all items.</summary>
    public static void Multiply(in DepthwiseArguments a, int first, int end)
    {
        int width = 2 * TS.Lanes;
        short* stop = a.Y + ((nint)end * a.RowLength);
        for (int at = first; at < end; at++)
        {
            (int item, int row) = Math.DivRem(at, a.Rows);
            short* x = a.X + (item * a.XItemStride) + (row * a.XRowStride);
            short* y = a.Y + ((nint)at * a.RowLength);
            for (int i = 0; i < a.Blocks; i++)
            {
                int block = i == 0 ? a.Blocks - 1 : i - 1;
                int start = block * width;
                int periods = (a.RowLength - start + a.Period - 1) / a.Period;
                if (a.TwoLimbs)
                {
                    MultiplyLimbs(in a, block, x + start, y + start, periods, stop);
                }
                else
                {
                    MultiplyBlock(in a, block, x + start, y + start, periods, stop);
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyBlock(in DepthwiseArguments a, int block, short* x, short* y, int periods, short* stop)
    {
        int lanes = TS.Lanes;
        TV lo = TS.Broadcast(Both.Of(a.Lo));
        TV hi = TS.Broadcast(Both.Of(a.Hi));
        short* part = stackalloc short[4 * 2 * lanes];
        int* taps = a.Taps;
        int* lastTap = taps + (2 * a.TapPairs);
        int* weights = a.Weights + ((nint)block * a.TapPairs * 2 * lanes);
        int* bias = a.Bias + (block * 2 * lanes);
        int* shifts = a.Shifts + (block * 2 * lanes);
        TV shift0 = TS.Load(shifts);
        TV shift1 = TS.Load(shifts + lanes);
        nint step = a.XStep;
        nint period = a.Period;
        for (; periods >= 4; periods -= 4, x += 4 * step, y += 4 * period)
        {
            short* x1 = x + step;
            short* x2 = x1 + step;
            short* x3 = x2 + step;
            TV a00 = TS.Load(bias), a01 = TS.Load(bias + lanes);
            TV a10 = a00, a11 = a01, a20 = a00, a21 = a01, a30 = a00, a31 = a01;
            int* w = weights;
            for (int* tap = taps; tap < lastTap; tap += 2)
            {
                nint first = tap[0];
                nint second = tap[1];
                TV w0 = TS.Load(w);
                TV w1 = TS.Load(w + lanes);
                w += 2 * lanes;
                TV u = TS.Load(x + first);
                TV v = TS.Load(x + second);
                a00 = TS.Add(a00, TS.MultiplyAddPairs(TS.UnpackLow(u, v), w0));
                a01 = TS.Add(a01, TS.MultiplyAddPairs(TS.UnpackHigh(u, v), w1));
                u = TS.Load(x1 + first);
                v = TS.Load(x1 + second);
                a10 = TS.Add(a10, TS.MultiplyAddPairs(TS.UnpackLow(u, v), w0));
                a11 = TS.Add(a11, TS.MultiplyAddPairs(TS.UnpackHigh(u, v), w1));
                u = TS.Load(x2 + first);
                v = TS.Load(x2 + second);
                a20 = TS.Add(a20, TS.MultiplyAddPairs(TS.UnpackLow(u, v), w0));
                a21 = TS.Add(a21, TS.MultiplyAddPairs(TS.UnpackHigh(u, v), w1));
                u = TS.Load(x3 + first);
                v = TS.Load(x3 + second);
                a30 = TS.Add(a30, TS.MultiplyAddPairs(TS.UnpackLow(u, v), w0));
                a31 = TS.Add(a31, TS.MultiplyAddPairs(TS.UnpackHigh(u, v), w1));
            }

            // No call while accumulators are alive: one would make the JIT keep all of them on the stack in the loop above.
            short* last = y + (3 * period);
            bool whole = stop - last >= 2 * lanes;
            TS.Store(whole ? y : part, Finish(a00, a01, shift0, shift1, lo, hi));
            TS.Store(whole ? y + period : part + (2 * lanes), Finish(a10, a11, shift0, shift1, lo, hi));
            TS.Store(whole ? y + (2 * period) : part + (4 * lanes), Finish(a20, a21, shift0, shift1, lo, hi));
            TS.Store(whole ? last : part + (6 * lanes), Finish(a30, a31, shift0, shift1, lo, hi));
            if (!whole)
            {
                for (int i = 0; i < 4; i++)
                {
                    short* to = y + (i * period);
                    PartialStore.Copy(to, part + (i * 2 * lanes), (int)Math.Min(2 * lanes, stop - to));
                }
            }
        }

        for (; periods > 0; periods--, x += step, y += period)
        {
            TV a00 = TS.Load(bias), a01 = TS.Load(bias + lanes);
            int* w = weights;
            for (int* tap = taps; tap < lastTap; tap += 2)
            {
                TV u = TS.Load(x + tap[0]);
                TV v = TS.Load(x + tap[1]);
                a00 = TS.Add(a00, TS.MultiplyAddPairs(TS.UnpackLow(u, v), TS.Load(w)));
                a01 = TS.Add(a01, TS.MultiplyAddPairs(TS.UnpackHigh(u, v), TS.Load(w + lanes)));
                w += 2 * lanes;
            }

            bool whole = stop - y >= 2 * lanes;
            TS.Store(whole ? y : part, Finish(a00, a01, shift0, shift1, lo, hi));
            if (!whole)
            {
                PartialStore.Copy(y, part, (int)(stop - y));
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyLimbs(in DepthwiseArguments a, int block, short* x, short* y, int periods, short* stop)
    {
        int lanes = TS.Lanes;
        TV lo = TS.Broadcast(Both.Of(a.Lo));
        TV hi = TS.Broadcast(Both.Of(a.Hi));
        short* part = stackalloc short[4 * lanes];
        int* taps = a.Taps;
        int* lastTap = taps + (2 * a.TapPairs);
        int* weights = a.Weights + ((nint)block * a.TapPairs * 4 * lanes);
        int* bias = a.Bias + (block * 2 * lanes);
        int* shifts = a.Shifts + (block * 2 * lanes);
        TV shift0 = TS.Load(shifts);
        TV shift1 = TS.Load(shifts + lanes);
        nint step = a.XStep;
        nint period = a.Period;
        for (; periods > 0; periods -= 2, x += 2 * step, y += 2 * period)
        {
            // Two places; of an odd number the last one twice.
            nint next = periods > 1 ? step : 0;
            TV low00 = TS.Load(bias), low01 = TS.Load(bias + lanes);
            TV low10 = low00, low11 = low01;
            TV high00 = TS.Zero, high01 = TS.Zero, high10 = TS.Zero, high11 = TS.Zero;
            int* w = weights;
            for (int* tap = taps; tap < lastTap; tap += 2)
            {
                short* first = x + tap[0];
                short* second = x + tap[1];
                TV u = TS.Load(first);
                TV v = TS.Load(second);
                TV a0 = TS.UnpackLow(u, v);
                TV a1 = TS.UnpackHigh(u, v);
                u = TS.Load(first + next);
                v = TS.Load(second + next);
                TV b0 = TS.UnpackLow(u, v);
                TV b1 = TS.UnpackHigh(u, v);
                low00 = TS.Add(low00, TS.MultiplyAddPairs(a0, TS.Load(w)));
                low10 = TS.Add(low10, TS.MultiplyAddPairs(b0, TS.Load(w)));
                low01 = TS.Add(low01, TS.MultiplyAddPairs(a1, TS.Load(w + lanes)));
                low11 = TS.Add(low11, TS.MultiplyAddPairs(b1, TS.Load(w + lanes)));
                high00 = TS.Add(high00, TS.MultiplyAddPairs(a0, TS.Load(w + (2 * lanes))));
                high10 = TS.Add(high10, TS.MultiplyAddPairs(b0, TS.Load(w + (2 * lanes))));
                high01 = TS.Add(high01, TS.MultiplyAddPairs(a1, TS.Load(w + (3 * lanes))));
                high11 = TS.Add(high11, TS.MultiplyAddPairs(b1, TS.Load(w + (3 * lanes))));
                w += 4 * lanes;
            }

            TV packed0 = TS.Pack(TwoLimbs<TS, TV>.Join(low00, high00, shift0), TwoLimbs<TS, TV>.Join(low01, high01, shift1));
            TV packed1 = TS.Pack(TwoLimbs<TS, TV>.Join(low10, high10, shift0), TwoLimbs<TS, TV>.Join(low11, high11, shift1));
            short* last = periods > 1 ? y + period : y;
            bool whole = stop - last >= 2 * lanes;
            TS.Store(whole ? y : part, TS.Min16(TS.Max16(packed0, lo), hi));
            TS.Store(whole ? last : part + (2 * lanes), TS.Min16(TS.Max16(packed1, lo), hi));
            if (!whole)
            {
                PartialStore.Copy(y, part, (int)Math.Min(2 * lanes, stop - y));
                PartialStore.Copy(last, part + (2 * lanes), (int)(stop - last));
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
