using System.Runtime.CompilerServices;
using Assay.Programs;

namespace Assay.Engine.Kernels;

/// <summary>Operations on rows of the last axis that are too rare for vectors.</summary>
/// <remarks>Exactness: the bounds of spec/program.md keep every number within 64 bits but the one quotient. Safety: rows of
/// <c>length</c> elements follow each other in both buffers.</remarks>
internal static unsafe class RowKernel
{
    /// <summary>Normalises each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(short* x, short* y, long rows, int length, bool center, long epsilon, int rootBits, int shift, short lo, short hi)
    {
        long rounding = AccumulatorRule.RoundingConstant(shift);
        long factor = center ? length : 1;
        for (; rows > 0; rows--, x += length, y += length)
        {
            long mean = 0;
            for (int i = 0; i < length && center; i++)
            {
                mean += x[i];
            }

            long squares = epsilon;
            for (int i = 0; i < length; i++)
            {
                long d = (factor * x[i]) - mean;
                squares += d * d;
            }

            long root = IntegerRoot.Floor((UInt128.One << (2 * rootBits)) / (UInt128)squares);
            for (int i = 0; i < length; i++)
            {
                y[i] = (short)Math.Clamp((((factor * x[i]) - mean) * root + rounding) >> shift, lo, hi);
            }
        }
    }

    /// <summary>The first elements of each row by value, or their places.</summary>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TopK(short* x, short* y, long rows, int length, int count, bool largest, bool places)
    {
        // The result is kept in order while elements are inserted; of places, elements are looked up.
        int sign = largest ? -1 : 1;
        for (; rows > 0; rows--, x += length, y += count)
        {
            int found = 0;
            for (int i = 0; i < length; i++)
            {
                int value = sign * x[i];
                if (found == count && value >= sign * (places ? x[y[count - 1]] : y[count - 1]))
                {
                    continue;
                }

                // Behind all that aren't larger: of equal elements the first stays first.
                int low = 0;
                for (int high = found; low < high;)
                {
                    int middle = (low + high) / 2;
                    (low, high) = sign * (places ? x[y[middle]] : y[middle]) <= value ? (middle + 1, high) : (low, middle);
                }

                found = Math.Min(found + 1, count);
                new Span<short>(y + low, found - low - 1).CopyTo(new Span<short>(y + low + 1, found - low - 1));
                y[low] = places ? (short)i : x[i];
            }
        }
    }

    /// <summary>A row of the table for each element.</summary>
    /// <param name="table">Rows of <paramref name="width"/> elements.</param>
    public static void Embed(short* x, short* y, long count, short* table, int width)
    {
        for (; count > 0; count--, x++, y += width)
        {
            Unsafe.CopyBlockUnaligned(y, table + ((nint)(*x) * width), (uint)width * sizeof(short));
        }
    }

    /// <summary>The Euclidean length of each result's elements.</summary>
    /// <param name="a">Multiplier and rounding aren't used.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RootSum(in ReduceArguments a, int bits)
    {
        Loop inner = a.Count > 0 ? a.Loops[a.Count - 1] : new Loop { Length = 1, Y = 1 };
        Odometer at = new(a.Loops, Math.Max(a.Count - 1, 0));
        long rounding = AccumulatorRule.RoundingConstant(a.Shift);
        do
        {
            short* x = a.X + at.A;
            short* y = a.Y + at.Y;
            for (int i = inner.Length; i > 0; i--, x += inner.A, y += inner.Y)
            {
                long sum = 0;
                for (int place = 0; place < a.Length; place++)
                {
                    int element = x[a.Places[place]];
                    sum += (long)element * element;
                }

                long root = IntegerRoot.Floor((UInt128)sum << (2 * bits));
                *y = (short)Math.Clamp((root + rounding) >> a.Shift, a.Lo, a.Hi);
            }
        }
        while (at.Next());
    }
}
