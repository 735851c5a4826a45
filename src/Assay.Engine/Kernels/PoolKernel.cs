using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>Maximum and average pools, channels side by side in the lanes.</summary>
/// <remarks>
/// Exactness: <c>|m| * sum</c> stays within the accumulator rule's bound and <c>|m| >= 1</c>, so sums fit 32 bits. Safety: only
/// positions inside the image are read; a load may pass the last channel by less than a vector (slack), and is not stored there.
/// </remarks>
internal static unsafe class PoolKernel<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max(in PoolArguments a, int items)
    {
        int lanes = TS.Lanes;
        short* part = stackalloc short[2 * lanes];
        short* image = a.X;
        short* y = a.Y;
        nint line = (nint)a.Width * a.Channels;
        for (int item = 0; item < items; item++, image += a.Height * line)
        {
            for (int oy = 0; oy < a.OutHeight; oy++)
            {
                Cut(oy, a.StrideY, a.PadTop, a.KernelY, a.Height, out int top, out int rows);
                for (int ox = 0; ox < a.OutWidth; ox++, y += a.Channels)
                {
                    Cut(ox, a.StrideX, a.PadLeft, a.KernelX, a.Width, out int left, out int columns);
                    short* window = image + (top * line) + ((nint)left * a.Channels);
                    for (int channel = 0; channel < a.Channels; channel += 2 * lanes)
                    {
                        TV max = TS.Load(window + channel);
                        for (int ky = 0; ky < rows; ky++)
                        {
                            short* x = window + (ky * line) + channel;
                            for (int kx = 0; kx < columns; kx++, x += a.Channels)
                            {
                                max = TS.Max16(max, TS.Load(x));
                            }
                        }

                        Store(y + channel, max, a.Channels - channel, part);
                    }
                }
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Average(in PoolArguments a, int items)
    {
        int lanes = TS.Lanes;
        short* part = stackalloc short[2 * lanes];
        TV ones = TS.Broadcast(1);
        TV rounding = TS.Broadcast(a.Rounding);
        TV shift = TS.Broadcast(a.Shift);
        TV lo = TS.Broadcast(Both.Of(a.Lo));
        TV hi = TS.Broadcast(Both.Of(a.Hi));
        short* image = a.X;
        short* y = a.Y;
        nint line = (nint)a.Width * a.Channels;
        for (int item = 0; item < items; item++, image += a.Height * line)
        {
            for (int oy = 0; oy < a.OutHeight; oy++)
            {
                Cut(oy, a.StrideY, a.PadTop, a.KernelY, a.Height, out int top, out int rows);
                for (int ox = 0; ox < a.OutWidth; ox++, y += a.Channels)
                {
                    Cut(ox, a.StrideX, a.PadLeft, a.KernelX, a.Width, out int left, out int columns);
                    short* window = image + (top * line) + ((nint)left * a.Channels);
                    TV multiplier = TS.Broadcast(a.Multipliers[rows * columns]);
                    for (int channel = 0; channel < a.Channels; channel += 2 * lanes)
                    {
                        TV sum0 = TS.Zero, sum1 = TS.Zero;
                        for (int ky = 0; ky < rows; ky++)
                        {
                            short* x = window + (ky * line) + channel;
                            for (int kx = 0; kx < columns; kx++, x += a.Channels)
                            {
                                TV v = TS.Load(x);
                                sum0 = TS.Add(sum0, TS.MultiplyAddPairs(TS.UnpackLow(v, v), ones));
                                sum1 = TS.Add(sum1, TS.MultiplyAddPairs(TS.UnpackHigh(v, v), ones));
                            }
                        }

                        sum0 = TS.ShiftRight(TS.Add(TS.Multiply(sum0, multiplier), rounding), shift);
                        sum1 = TS.ShiftRight(TS.Add(TS.Multiply(sum1, multiplier), rounding), shift);
                        TV packed = TS.Min16(TS.Max16(TS.Pack(sum0, sum1), lo), hi);
                        Store(y + channel, packed, a.Channels - channel, part);
                    }
                }
            }
        }
    }

    /// <summary>The part of a window along one axis that lies in the image: never empty, because pads are smaller than kernels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Cut(int at, int stride, int pad, int kernel, int length, out int first, out int count)
    {
        int start = (at * stride) - pad;
        first = Math.Max(start, 0);
        count = Math.Min(start + kernel, length) - first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(short* y, TV value, int channels, short* part)
    {
        if (channels >= 2 * TS.Lanes)
        {
            TS.Store(y, value);
        }
        else
        {
            TS.Store(part, value);
            PartialStore.Copy(y, part, channels);
        }
    }
}
