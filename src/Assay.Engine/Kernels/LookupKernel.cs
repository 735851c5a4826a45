using System.Runtime.CompilerServices;

namespace Assay.Engine.Kernels;

/// <summary>Table look-ups. One load per element is as fast as a gather here, and the same on every path.</summary>
/// <remarks>Safety: every value lies in its declared range (inputs are checked, results are clamped), which is the table's domain.</remarks>
internal static unsafe class LookupKernel
{
    /// <param name="table">The table, moved so that it is indexed by the value itself.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Lookup(short* x, short* y, long count, short* table)
    {
        long i = 0;
        for (; i + 4 <= count; i += 4)
        {
            short y0 = table[x[i]];
            short y1 = table[x[i + 1]];
            short y2 = table[x[i + 2]];
            short y3 = table[x[i + 3]];
            y[i] = y0;
            y[i + 1] = y1;
            y[i + 2] = y2;
            y[i + 3] = y3;
        }

        for (; i < count; i++)
        {
            y[i] = table[x[i]];
        }
    }

    /// <summary>Softmax over rows of <paramref name="length"/> elements, by the words of spec/program.md.</summary>
    /// <param name="table">Entry 0 belongs to the distance 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(
        short* x, short* y, long rows, int length, short* table, int reciprocalBits, int shift, short lo, short hi)
    {
        long rounding = shift == 0 ? 0 : 1L << (shift - 1);
        for (; rows > 0; rows--, x += length, y += length)
        {
            int max = x[0];
            for (int i = 1; i < length; i++)
            {
                max = Math.Max(max, x[i]);
            }

            long sum = 0;
            for (int i = 0; i < length; i++)
            {
                short e = table[max - x[i]];
                y[i] = e;
                sum += e;
            }

            // Not zero: the maximum's own entry is at least 1. Products are at most 2^46 (ProgramLimits.ReciprocalBits).
            long reciprocal = (1L << reciprocalBits) / sum;
            for (int i = 0; i < length; i++)
            {
                y[i] = (short)Math.Clamp(((y[i] * reciprocal) + rounding) >> shift, lo, hi);
            }
        }
    }
}
