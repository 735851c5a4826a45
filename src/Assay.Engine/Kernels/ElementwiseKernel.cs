using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>Operations on each element alone: clamp, rescale, add.</summary>
/// <remarks>
/// Exactness: <c>x*m</c> and <c>a*ma + b*mb</c> with the rounding constant stay within the accumulator rule's bound, below 2^31.
/// Safety: buffers are rounded up to whole vectors (<c>ArenaPlan</c>), so the last vector may be loaded and stored whole; what is
/// behind the last element is never read as a value.
/// </remarks>
internal static unsafe class ElementwiseKernel<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clamp(short* x, short* y, long count, short lo, short hi)
    {
        TV low = TS.Broadcast(Both.Of(lo));
        TV high = TS.Broadcast(Both.Of(hi));
        for (long i = 0; i < count; i += 2 * TS.Lanes)
        {
            TS.Store(y + i, TS.Min16(TS.Max16(TS.Load(x + i), low), high));
        }
    }

    /// <summary><c>clamp((a*ma + b*mb + rounding) &gt;&gt; shift)</c>; a rescale has <c>b = a</c> and <c>mb = 0</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(
        short* a, short* b, short* y, long count, short multiplierA, short multiplierB, int rounding, int shift, short lo, short hi)
    {
        TV multipliers = TS.Broadcast(Both.Of(multiplierA, multiplierB));
        TV round = TS.Broadcast(rounding);
        TV shifts = TS.Broadcast(shift);
        TV low = TS.Broadcast(Both.Of(lo));
        TV high = TS.Broadcast(Both.Of(hi));
        for (long i = 0; i < count; i += 2 * TS.Lanes)
        {
            TV va = TS.Load(a + i);
            TV vb = TS.Load(b + i);
            TV first = TS.Add(TS.MultiplyAddPairs(TS.UnpackLow(va, vb), multipliers), round);
            TV second = TS.Add(TS.MultiplyAddPairs(TS.UnpackHigh(va, vb), multipliers), round);
            TV packed = TS.Pack(TS.ShiftRight(first, shifts), TS.ShiftRight(second, shifts));
            TS.Store(y + i, TS.Min16(TS.Max16(packed, low), high));
        }
    }
}
