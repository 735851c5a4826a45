using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Assay.Engine.Kernels;

/// <summary>Moves elements without changing them: transposition between channels first and channels last, padding.</summary>
/// <remarks>Safety: counts are those of the buffers that the plan laid out for the value and its copy.</remarks>
internal static unsafe class LayoutKernel
{
    /// <summary><c>y[j,i] = x[i,j]</c>, the elements of a row of either beside each other.</summary>
    /// <param name="rows">Rows of the operand.</param>
    /// <param name="rowX">From one row of the operand to the next.</param>
    /// <param name="columns">Its columns, the result's rows.</param>
    /// <param name="rowY">From one row of the result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(short* x, short* y, int rows, nint rowX, int columns, nint rowY)
    {
        if (rows == 3)
        {
            // A colour picture: one pass over three planes.
            short* second = x + rowX;
            short* third = second + rowX;
            for (int j = 0; j < columns; j++, y += rowY)
            {
                short a = x[j];
                short b = second[j];
                y[0] = a;
                y[1] = b;
                y[2] = third[j];
            }

            return;
        }

        // Blocks, so that both sides stay within a few cache lines.
        const int Block = 16;
        for (int i0 = 0; i0 < rows; i0 += Block)
        {
            int i1 = Math.Min(rows, i0 + Block);
            for (int j0 = 0; j0 < columns; j0 += Block)
            {
                int j1 = Math.Min(columns, j0 + Block);
                for (int j = j0; j < j1; j++)
                {
                    short* source = x + (i0 * rowX) + j;
                    short* target = y + (j * rowY);
                    for (int i = i0; i < i1; i++, source += rowX)
                    {
                        target[i] = *source;
                    }
                }
            }
        }
    }

    /// <summary>Copies an image with channels last into the middle of a larger one, zero around it.</summary>
    /// <param name="line">Elements of a line of the image.</param>
    /// <param name="left">Zero elements before each line.</param>
    /// <param name="paddedLine">Elements of a line of the result.</param>
    public static void Pad(short* x, short* y, int height, int line, int top, int left, int bottom, int paddedLine)
    {
        Clear(y, (nint)top * paddedLine);
        y += (nint)top * paddedLine;
        int right = paddedLine - left - line;
        for (int row = 0; row < height; row++, x += line, y += paddedLine)
        {
            Clear(y, left);
            NativeMemory.Copy(x, y + left, (nuint)line * sizeof(short));
            Clear(y + left + line, right);
        }

        Clear(y, (nint)bottom * paddedLine);
    }

    private static void Clear(short* y, nint count)
    {
        // Borders are mostly a few elements: a call would cost more than they do.
        if (count <= 8)
        {
            for (nint i = 0; i < count; i++)
            {
                y[i] = 0;
            }
        }
        else
        {
            NativeMemory.Clear(y, (nuint)count * sizeof(short));
        }
    }
}
