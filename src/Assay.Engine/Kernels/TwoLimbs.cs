using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>Joins accumulators of two limbs where every shift is at least 8.</summary>
/// <remarks>
/// Exactness: <c>256*high + low = 256*(high + (low &gt;&gt; 8)) + (low &amp; 255)</c>, and the last term, below 256, has no part in
/// the floor of a shift by 8 or more. The accumulator rule bounds <c>|high|</c> below 2^30 and <c>|low &gt;&gt; 8|</c> below 2^22.
/// </remarks>
internal static class TwoLimbs<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    /// <param name="shift0">The shifts of the first vectors' lanes, less 8.</param>
    /// <param name="shift1">Those of the second vectors' lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Join(TV low0, TV low1, TV high0, TV high1, TV shift0, TV shift1)
    {
        TV eight = TS.Broadcast(8);
        TV first = TS.ShiftRight(TS.Add(high0, TS.ShiftRight(low0, eight)), shift0);
        TV second = TS.ShiftRight(TS.Add(high1, TS.ShiftRight(low1, eight)), shift1);
        return TS.Pack(first, second);
    }
}
