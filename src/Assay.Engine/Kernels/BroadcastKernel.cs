using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>Operations of two operands, element by element, one of which may be used for many elements of the other.</summary>
/// <remarks>
/// Exactness: <c>a*ma + b*mb</c> and <c>a*b</c> with the rounding constant are bounded below 2^31 by the accumulator rule.
/// Safety: rows are written in the order in which they lie in memory, each in whole vectors; what the last vector of a row writes
/// behind it belongs to a row (or an item) that is written later, or to the slack behind the buffer (<c>ArenaPlan</c>).
/// </remarks>
internal static unsafe class BroadcastKernel<TS, TV, TOperation>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
    where TOperation : struct, IElementOperation<TS, TV>
{
    /// <param name="a">In the innermost loop each operand advances by 1 or stays.</param>
    public static void Run(TOperation operation, in ElementArguments a)
    {
        Loop inner = a.Count > 0 ? a.Loops[a.Count - 1] : new Loop { Length = 1, Y = 1 };
        Loop outer = a.Count > 1 ? a.Loops[a.Count - 2] : new Loop { Length = 1 };
        Odometer at = new(a.Loops, Math.Max(a.Count - 2, 0));
        do
        {
            short* y = a.Y + at.Y;
            short* x = a.A + at.A;
            short* z = a.B + at.B;
            if (inner.A != 0 && inner.B != 0)
            {
                Rows(operation, x, z, y, in outer, inner.Length, a.Lo, a.Hi);
            }
            else
            {
                RepeatingRows(operation, x, z, y, in outer, in inner, a.Lo, a.Hi);
            }
        }
        while (at.Next());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(TOperation operation, short* a, short* b, short* y, in Loop outer, int columns, short lo, short hi)
    {
        TV low = TS.Broadcast(Both.Of(lo));
        TV high = TS.Broadcast(Both.Of(hi));
        (nint stepA, nint stepB, nint stepY) = (outer.A, outer.B, outer.Y);
        for (int row = outer.Length; row > 0; row--, a += stepA, b += stepB, y += stepY)
        {
            for (nint i = 0; i < columns; i += 2 * TS.Lanes)
            {
                TS.Store(y + i, TS.Min16(TS.Max16(operation.Apply(TS.Load(a + i), TS.Load(b + i)), low), high));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RepeatingRows(
        TOperation operation, short* a, short* b, short* y, in Loop outer, in Loop inner, short lo, short hi)
    {
        TV low = TS.Broadcast(Both.Of(lo));
        TV high = TS.Broadcast(Both.Of(hi));
        (nint stepA, nint stepB, nint stepY) = (outer.A, outer.B, outer.Y);
        (nint innerA, nint innerB) = (inner.A, inner.B);
        for (int row = outer.Length; row > 0; row--, a += stepA, b += stepB, y += stepY)
        {
            TV va = TS.Broadcast(Both.Of(*a));
            TV vb = TS.Broadcast(Both.Of(*b));
            for (nint i = 0; i < inner.Length; i += 2 * TS.Lanes)
            {
                TV first = innerA != 0 ? TS.Load(a + i) : va;
                TV second = innerB != 0 ? TS.Load(b + i) : vb;
                TS.Store(y + i, TS.Min16(TS.Max16(operation.Apply(first, second), low), high));
            }
        }
    }
}
