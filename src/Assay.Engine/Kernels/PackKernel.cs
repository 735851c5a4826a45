using System.Runtime.CompilerServices;
using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>Brings a computed matrix into the order of packed weights, so that a product of two values is one of the kernels for weights.</summary>
/// <remarks>Safety: the target has whole panels, <c>pairs * 2 * Lanes</c> lanes each; the matrix is read inside its rows and columns.</remarks>
internal static unsafe class PackKernel<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    /// <param name="b">K rows of N columns.</param>
    /// <param name="rowStep">From one row to the next.</param>
    /// <param name="columnStep">From one column to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(short* b, nint rowStep, nint columnStep, int rows, int columns, int* target)
    {
        int lanes = TS.Lanes;
        for (int first = 0; first < columns; first += 2 * lanes)
        {
            int width = Math.Min(2 * lanes, columns - first);
            bool vectors = columnStep == 1;
            for (int row = 0; row < rows; row += 2, target += 2 * lanes)
            {
                short* upper = b + (row * rowStep) + (first * columnStep);
                bool last = row + 1 == rows;
                if (vectors)
                {
                    // What is loaded behind the last column meets results that aren't stored.
                    TV low = TS.Load(upper);
                    TV high = last ? TS.Zero : TS.Load(upper + rowStep);
                    TS.Store(target, TS.UnpackLow(low, high));
                    TS.Store(target + lanes, TS.UnpackHigh(low, high));
                    continue;
                }

                for (int column = 0; column < width; column++, upper += columnStep)
                {
                    target[SplitOrder.PositionOf(column, lanes)] = Both.Of(*upper, last ? (short)0 : upper[rowStep]);
                }
            }
        }
    }
}
