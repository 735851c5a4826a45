using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>The clamp of each element.</summary>
/// <remarks>
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
}
