using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>The register-blocked product: four rows by one panel of channels, 32-bit accumulators.</summary>
/// <remarks>
/// <para>Exactness: the accumulator rule (spec/program.md) bounds the sum of the absolute values of all terms of an accumulator,
/// bias and rounding constant included, below 2^31, so no partial sum in any order can wrap.</para>
/// <para>Safety: the plan (<c>GemmStep</c>) builds offsets, runs and panels for exactly the buffers it passes, every buffer ends
/// with slack for one whole vector (<c>Arena.Slack</c>), and results are stored only up to the last channel.</para>
/// </remarks>
internal static unsafe class GemmKernel<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    /// <summary>Rows handled per pass over the panels, so that their operands stay in the first-level cache.</summary>
    private const int RowsPerPass = 64;

    /// <summary>Computes rows <paramref name="first"/> (inclusive) to <paramref name="end"/> (exclusive), counted over all items.</summary>
    public static void Run(in GemmArguments a, int first, int end)
    {
        for (int from = first; from < end; from += RowsPerPass)
        {
            int to = Math.Min(end, from + RowsPerPass);
            for (int panel = 0, channel = 0; channel < a.Channels; panel++, channel += 2 * TS.Lanes)
            {
                RunPanel(in a, panel, Math.Min(2 * TS.Lanes, a.Channels - channel), from, to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPanel(in GemmArguments a, int panel, int channels, int first, int end)
    {
        int lanes = TS.Lanes;
        int* weights = a.Weights + (panel * a.PanelStride);
        int* bias = a.Bias + (panel * 2 * lanes);
        int* shifts = a.Shifts + (panel * 2 * lanes);
        Run* runs = a.Runs;
        Run* lastRun = runs + a.RunCount;
        int rows = a.Rows;
        int* xOffsets = a.XOffsets;
        int* yOffsets = a.YOffsets;
        nint item = first / rows;
        int row = first - ((int)item * rows);
        short* x = a.X + (item * a.XItemStride);
        short* y = a.Y + (item * a.YItemStride) + (panel * 2 * lanes);
        TV lo = TS.Broadcast(a.Lo);
        TV hi = TS.Broadcast(a.Hi);
        TV shift0 = TS.Load(shifts);
        TV shift1 = TS.Load(shifts + lanes);
        int left = end - first;
        bool whole = channels == 2 * lanes;
        short* part = stackalloc short[8 * 16 * 2];

        while (left >= 4)
        {
            short* x0 = x + xOffsets[row];
            short* y0 = y + yOffsets[row];
            if (++row == rows)
            {
                row = 0;
                x += a.XItemStride;
                y += a.YItemStride;
            }

            short* x1 = x + xOffsets[row];
            short* y1 = y + yOffsets[row];
            if (++row == rows)
            {
                row = 0;
                x += a.XItemStride;
                y += a.YItemStride;
            }

            short* x2 = x + xOffsets[row];
            short* y2 = y + yOffsets[row];
            if (++row == rows)
            {
                row = 0;
                x += a.XItemStride;
                y += a.YItemStride;
            }

            short* x3 = x + xOffsets[row];
            short* y3 = y + yOffsets[row];
            if (++row == rows)
            {
                row = 0;
                x += a.XItemStride;
                y += a.YItemStride;
            }

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

            if (whole)
            {
                TS.Store(y0, Finish(a00, a01, shift0, shift1, lo, hi));
                TS.Store(y1, Finish(a10, a11, shift0, shift1, lo, hi));
                TS.Store(y2, Finish(a20, a21, shift0, shift1, lo, hi));
                TS.Store(y3, Finish(a30, a31, shift0, shift1, lo, hi));
            }
            else
            {
                // No call while accumulators are alive: a call would make the JIT keep them all on the stack.
                TS.Store(part, Finish(a00, a01, shift0, shift1, lo, hi));
                TS.Store(part + (2 * lanes), Finish(a10, a11, shift0, shift1, lo, hi));
                TS.Store(part + (4 * lanes), Finish(a20, a21, shift0, shift1, lo, hi));
                TS.Store(part + (6 * lanes), Finish(a30, a31, shift0, shift1, lo, hi));
                Copy(y0, part, channels);
                Copy(y1, part + (2 * lanes), channels);
                Copy(y2, part + (4 * lanes), channels);
                Copy(y3, part + (6 * lanes), channels);
            }

            left -= 4;
        }

        for (; left > 0; left--)
        {
            short* x0 = x + xOffsets[row];
            short* y0 = y + yOffsets[row];
            if (++row == rows)
            {
                row = 0;
                x += a.XItemStride;
                y += a.YItemStride;
            }

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
                Copy(y0, part, channels);
            }
        }
    }

    /// <summary>Round (the constant is in the accumulator already), shift, clamp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Finish(TV acc0, TV acc1, TV shift0, TV shift1, TV lo, TV hi)
    {
        TV packed = TS.Pack(TS.ShiftRight(acc0, shift0), TS.ShiftRight(acc1, shift1));
        return TS.Min16(TS.Max16(packed, lo), hi);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Copy(short* destination, short* source, int count)
    {
        for (int i = 0; i < count; i++)
        {
            destination[i] = source[i];
        }
    }
}
