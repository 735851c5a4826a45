using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>Depthwise convolution: channels side by side in the lanes, two taps per multiply-add.</summary>
/// <remarks>
/// Exactness: as for <see cref="GemmKernel{TS,TV}"/>. Safety: windows lie inside the padded operand; a load may pass its last
/// channel by less than a vector, which the slack behind every buffer covers, and those lanes are not stored.
/// </remarks>
internal static unsafe class DepthwiseKernel<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    /// <summary>Computes output positions <paramref name="first"/> (inclusive) to <paramref name="end"/> (exclusive), counted over
    /// all items.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in DepthwiseArguments a, int first, int end)
    {
        int lanes = TS.Lanes;
        TV lo = TS.Broadcast(Both.Of(a.Lo));
        TV hi = TS.Broadcast(Both.Of(a.Hi));
        short* part = stackalloc short[2 * lanes];
        int* taps = a.Taps;
        int* lastTap = taps + (2 * a.TapPairs);
        nint pixel = a.Channels;
        for (int block = 0; block * 2 * lanes < a.Channels; block++)
        {
            int channel = block * 2 * lanes;
            int channels = Math.Min(2 * lanes, a.Channels - channel);
            int* weights = a.Weights + ((nint)block * a.TapPairs * 2 * lanes);
            TV bias0 = TS.Load(a.Bias + channel), bias1 = TS.Load(a.Bias + channel + lanes);
            TV shift0 = TS.Load(a.Shifts + channel), shift1 = TS.Load(a.Shifts + channel + lanes);
            int row = first % a.Rows;
            short* image = a.X + ((nint)(first / a.Rows) * a.XItemStride) + channel;
            short* y = a.Y + (first * pixel) + channel;
            for (int at = first; at < end; at++, y += pixel)
            {
                short* x = image + a.XOffsets[row];
                TV acc0 = bias0, acc1 = bias1;
                int* w = weights;
                for (int* tap = taps; tap < lastTap; tap += 2)
                {
                    TV x0 = TS.Load(x + tap[0]);
                    TV x1 = TS.Load(x + tap[1]);
                    acc0 = TS.Add(acc0, TS.MultiplyAddPairs(TS.UnpackLow(x0, x1), TS.Load(w)));
                    acc1 = TS.Add(acc1, TS.MultiplyAddPairs(TS.UnpackHigh(x0, x1), TS.Load(w + lanes)));
                    w += 2 * lanes;
                }

                TV packed = TS.Pack(TS.ShiftRight(acc0, shift0), TS.ShiftRight(acc1, shift1));
                packed = TS.Min16(TS.Max16(packed, lo), hi);
                if (channels == 2 * lanes)
                {
                    TS.Store(y, packed);
                }
                else
                {
                    TS.Store(part, packed);
                    PartialStore.Copy(y, part, channels);
                }

                if (++row == a.Rows)
                {
                    row = 0;
                    image += a.XItemStride;
                }
            }
        }
    }
}
