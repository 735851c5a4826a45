using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>Elements read at regular distances: what repeating, transposing and slicing have in common.</summary>
internal static class Strided
{
    /// <summary>Row-major distances between neighbours along each axis.</summary>
    public static long[] Strides(ImmutableArray<int> shape)
    {
        long[] strides = new long[shape.Length];
        long stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return strides;
    }

    /// <summary><c>y[i_0, i_1, ..] = x[origin + i_0*strides[0] + i_1*strides[1] + ..]</c>.</summary>
    public static short[] Read(short[] x, long origin, ReadOnlySpan<long> strides, ImmutableArray<int> shape)
    {
        short[] y = new short[Shapes.Count(shape)];
        for (int i = 0; i < y.Length; i++)
        {
            long at = origin;
            int rest = i;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                at += rest % shape[axis] * strides[axis];
                rest /= shape[axis];
            }

            y[i] = x[at];
        }

        return y;
    }

    /// <summary>The operand in the shape in which it meets others: axes of length 1 repeated.</summary>
    public static short[] Repeat(short[] x, ImmutableArray<int> from, ImmutableArray<int> to)
    {
        long[] strides = [.. Broadcast.Strides(from, to)];
        return Read(x, 0, strides, to);
    }
}
