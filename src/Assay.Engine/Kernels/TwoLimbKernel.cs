using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>The product for layers of two limbs with small shifts: an accumulator per limb, joined in 64 bits.</summary>
/// <remarks>
/// <para>Exactness: the accumulator rule holds for each limb, so neither 32-bit accumulator wraps; <c>256 * high + low</c> is
/// exact in 64 bits. Where 32 are enough (<see cref="TwoLimbs{TS,TV}"/>) another kernel is used. Safety: as for <see cref="GemmKernel{TS,TV}"/>.</para>
/// </remarks>
internal static unsafe class TwoLimbKernel<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    /// <inheritdoc cref="GemmKernel{TS,TV}.Multiply"/>
    public static void Multiply(in GemmArguments a, int firstPanel, int endPanel, int first, int end)
    {
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            MultiplyPanel(in a, panel, first, end);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyPanel(in GemmArguments a, int panel, int first, int end)
    {
        int lanes = TS.Lanes;
        int* weights = a.Weights + (panel * a.PanelStride);
        int* bias = a.Bias + (panel * 2 * lanes);
        int channels = Math.Min(2 * lanes, a.Channels - (panel * 2 * lanes));
        int* sums = stackalloc int[8 * lanes];
        Run* lastRun = a.Runs + a.RunCount;
        RowCursor cursor = new(in a, first, panel * 2 * lanes);
        int left = end - first;
        for (; left >= 2; left -= 2)
        {
            cursor.Next(in a, out short* x0, out short* y0);
            cursor.Next(in a, out short* x1, out short* y1);
            TV low00 = TS.Load(bias), low01 = TS.Load(bias + lanes);
            TV low10 = low00, low11 = low01;
            TV high00 = TS.Zero, high01 = TS.Zero, high10 = TS.Zero, high11 = TS.Zero;
            int* w = weights;
            for (Run* run = a.Runs; run < lastRun; run++)
            {
                nint at = run->Offset;
                nint stop = at + (2 * run->Pairs);
                for (; at < stop; at += 2)
                {
                    TV v0 = TS.Broadcast(Unsafe.ReadUnaligned<int>(x0 + at));
                    TV v1 = TS.Broadcast(Unsafe.ReadUnaligned<int>(x1 + at));
                    TV part = TS.Load(w);
                    low00 = TS.Add(low00, TS.MultiplyAddPairs(part, v0));
                    low10 = TS.Add(low10, TS.MultiplyAddPairs(part, v1));
                    part = TS.Load(w + lanes);
                    low01 = TS.Add(low01, TS.MultiplyAddPairs(part, v0));
                    low11 = TS.Add(low11, TS.MultiplyAddPairs(part, v1));
                    part = TS.Load(w + (2 * lanes));
                    high00 = TS.Add(high00, TS.MultiplyAddPairs(part, v0));
                    high10 = TS.Add(high10, TS.MultiplyAddPairs(part, v1));
                    part = TS.Load(w + (3 * lanes));
                    high01 = TS.Add(high01, TS.MultiplyAddPairs(part, v0));
                    high11 = TS.Add(high11, TS.MultiplyAddPairs(part, v1));
                    w += 4 * lanes;
                }
            }

            TS.Store(sums, low00);
            TS.Store(sums + lanes, low01);
            TS.Store(sums + (2 * lanes), high00);
            TS.Store(sums + (3 * lanes), high01);
            TS.Store(sums + (4 * lanes), low10);
            TS.Store(sums + (5 * lanes), low11);
            TS.Store(sums + (6 * lanes), high10);
            TS.Store(sums + (7 * lanes), high11);
            Finish(in a, panel, y0, sums, channels);
            Finish(in a, panel, y1, sums + (4 * lanes), channels);
        }

        if (left == 1)
        {
            cursor.Next(in a, out short* x0, out short* y0);
            TV low0 = TS.Load(bias), low1 = TS.Load(bias + lanes), high0 = TS.Zero, high1 = TS.Zero;
            int* w = weights;
            for (Run* run = a.Runs; run < lastRun; run++)
            {
                nint at = run->Offset;
                nint stop = at + (2 * run->Pairs);
                for (; at < stop; at += 2)
                {
                    TV v = TS.Broadcast(Unsafe.ReadUnaligned<int>(x0 + at));
                    low0 = TS.Add(low0, TS.MultiplyAddPairs(TS.Load(w), v));
                    low1 = TS.Add(low1, TS.MultiplyAddPairs(TS.Load(w + lanes), v));
                    high0 = TS.Add(high0, TS.MultiplyAddPairs(TS.Load(w + (2 * lanes)), v));
                    high1 = TS.Add(high1, TS.MultiplyAddPairs(TS.Load(w + (3 * lanes)), v));
                    w += 4 * lanes;
                }
            }

            TS.Store(sums, low0);
            TS.Store(sums + lanes, low1);
            TS.Store(sums + (2 * lanes), high0);
            TS.Store(sums + (3 * lanes), high1);
            Finish(in a, panel, y0, sums, channels);
        }
    }

    /// <summary>Joins the limbs of one row: <paramref name="sums"/> are two vectors of low limbs, then two of high ones.</summary>
    private static void Finish(in GemmArguments a, int panel, short* y, int* sums, int channels)
    {
        int lanes = TS.Lanes;
        int* shifts = a.Shifts + (panel * 2 * lanes);
        for (int channel = 0; channel < channels; channel++)
        {
            int position = SplitOrder.PositionOf(channel, lanes);
            long sum = (256L * sums[(2 * lanes) + position]) + sums[position];
            y[channel] = (short)Math.Clamp(sum >> shifts[position], a.Lo, a.Hi);
        }
    }
}
