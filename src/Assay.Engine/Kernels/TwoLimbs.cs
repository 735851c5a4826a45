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
    /// <param name="shift">The lanes' shifts, less 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Join(TV low, TV high, TV shift) => TS.ShiftRight(TS.Add(high, TS.ShiftRight(low, TS.Broadcast(8))), shift);
}
