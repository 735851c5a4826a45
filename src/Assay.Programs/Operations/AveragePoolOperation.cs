using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary><c>y = clamp(round(m[c] * sum, s))</c>, c = number of the window's positions that count.</summary>
/// <param name="X">Operand of shape [C,H,W].</param>
/// <param name="Pads">Each smaller than the kernel along its axis.</param>
/// <param name="CountPadding">Whether padding counts (it adds 0 to the sum either way).</param>
/// <param name="Multipliers">One per element of <see cref="PossibleCounts"/>, in its order, each 1 to 32767 in magnitude.</param>
/// <param name="Shift">0 to 30.</param>
/// <param name="Result">Shape [C,OH,OW] as for a convolution without dilation.</param>
public sealed record AveragePoolOperation(
    int X,
    int KernelY,
    int KernelX,
    int StrideY,
    int StrideX,
    Pads Pads,
    bool CountPadding,
    ImmutableArray<short> Multipliers,
    byte Shift,
    TensorType Result) : Operation(Result)
{
    /// <summary>The counts that occur in some window, ascending: kernel area alone where padding counts.</summary>
    /// <param name="height">H of the operand.</param>
    /// <param name="width">W of the operand.</param>
    /// <returns>At least one count; defined for parameters that a program may have.</returns>
    public static ImmutableArray<int> PossibleCounts(
        int height, int width, int kernelY, int kernelX, int strideY, int strideX, Pads pads, bool countPadding)
    {
        if (countPadding)
        {
            return [checked(kernelY * kernelX)];
        }

        HashSet<int> rows = RealExtents(height, kernelY, strideY, pads.Top, pads.Bottom);
        HashSet<int> columns = RealExtents(width, kernelX, strideX, pads.Left, pads.Right);
        bool[] occurs = new bool[(rows.Max() * columns.Max()) + 1];
        foreach (int row in rows)
        {
            foreach (int column in columns)
            {
                occurs[row * column] = true;
            }
        }

        return [.. Enumerable.Range(0, occurs.Length).Where(count => occurs[count])];
    }

    /// <summary>How many positions of each window along one axis are inside the image, without repeats.</summary>
    private static HashSet<int> RealExtents(int length, int kernel, int stride, int padBefore, int padAfter)
    {
        HashSet<int> extents = [];
        for (int start = -padBefore; start + kernel <= length + padAfter; start += stride)
        {
            extents.Add(Math.Min(start + kernel, length) - Math.Max(start, 0));
        }

        return extents;
    }
}
