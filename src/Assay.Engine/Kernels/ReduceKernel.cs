using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>Sum and maximum along an axis: in vectors of results where the results lie beside each other in the operand, else one by one.</summary>
/// <remarks>
/// Exactness: <c>|m|</c> times the sum of magnitudes stays below 2^31 by the accumulator rule, and <c>|m| >= 1</c>. Safety: as for
/// <see cref="BroadcastKernel{TS,TV,TOperation}"/>.
/// </remarks>
internal static unsafe class ReduceKernel<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    public static void Sum(in ReduceArguments a)
    {
        Loop inner = Inner(in a, out Odometer at);
        bool vectors = inner.A == 1;
        do
        {
            if (vectors)
            {
                SumVectors(in a, a.X + at.A, a.Y + at.Y, inner.Length);
            }
            else
            {
                SumElements(in a, a.X + at.A, a.Y + at.Y, in inner);
            }
        }
        while (at.Next());
    }

    public static void Max(in ReduceArguments a)
    {
        Loop inner = Inner(in a, out Odometer at);
        bool vectors = inner.A == 1;
        do
        {
            if (vectors)
            {
                MaxVectors(in a, a.X + at.A, a.Y + at.Y, inner.Length);
            }
            else
            {
                MaxElements(in a, a.X + at.A, a.Y + at.Y, in inner);
            }
        }
        while (at.Next());
    }

    private static Loop Inner(in ReduceArguments a, out Odometer at)
    {
        at = new(a.Loops, Math.Max(a.Count - 1, 0));
        return a.Count > 0 ? a.Loops[a.Count - 1] : new Loop { Length = 1, Y = 1 };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumVectors(in ReduceArguments a, short* x, short* y, int columns)
    {
        TV ones = TS.Broadcast(Both.Of(1));
        TV multiplier = TS.Broadcast(a.Multiplier);
        TV rounding = TS.Broadcast(a.Rounding);
        TV shift = TS.Broadcast(a.Shift);
        TV lo = TS.Broadcast(Both.Of(a.Lo));
        TV hi = TS.Broadcast(Both.Of(a.Hi));
        int* places = a.Places;
        int length = a.Length;
        for (nint i = 0; i < columns; i += 2 * TS.Lanes)
        {
            TV low = TS.Zero, high = TS.Zero;
            int place = 0;
            for (; place + 2 <= length; place += 2)
            {
                TV first = TS.Load(x + places[place] + i);
                TV second = TS.Load(x + places[place + 1] + i);
                low = TS.Add(low, TS.MultiplyAddPairs(TS.UnpackLow(first, second), ones));
                high = TS.Add(high, TS.MultiplyAddPairs(TS.UnpackHigh(first, second), ones));
            }

            if (place < length)
            {
                TV last = TS.Load(x + places[place] + i);
                low = TS.Add(low, TS.MultiplyAddPairs(TS.UnpackLow(last, TS.Zero), ones));
                high = TS.Add(high, TS.MultiplyAddPairs(TS.UnpackHigh(last, TS.Zero), ones));
            }

            low = TS.ShiftRight(TS.Add(TS.Multiply(low, multiplier), rounding), shift);
            high = TS.ShiftRight(TS.Add(TS.Multiply(high, multiplier), rounding), shift);
            TS.Store(y + i, TS.Min16(TS.Max16(TS.Pack(low, high), lo), hi));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumElements(in ReduceArguments a, short* x, short* y, in Loop inner)
    {
        for (int i = inner.Length; i > 0; i--, x += inner.A, y += inner.Y)
        {
            int sum = 0;
            for (int place = 0; place < a.Length; place++)
            {
                sum += x[a.Places[place]];
            }

            *y = (short)Math.Clamp(((sum * a.Multiplier) + a.Rounding) >> a.Shift, a.Lo, a.Hi);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MaxVectors(in ReduceArguments a, short* x, short* y, int columns)
    {
        for (nint i = 0; i < columns; i += 2 * TS.Lanes)
        {
            TV max = TS.Load(x + a.Places[0] + i);
            for (int place = 1; place < a.Length; place++)
            {
                max = TS.Max16(max, TS.Load(x + a.Places[place] + i));
            }

            TS.Store(y + i, max);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MaxElements(in ReduceArguments a, short* x, short* y, in Loop inner)
    {
        for (int i = inner.Length; i > 0; i--, x += inner.A, y += inner.Y)
        {
            short max = short.MinValue;
            for (int place = 0; place < a.Length; place++)
            {
                max = Math.Max(max, x[a.Places[place]]);
            }

            *y = max;
        }
    }
}
