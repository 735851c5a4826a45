using System.Collections.Immutable;

namespace Assay.Models.Graph;

internal static class Shapes
{
    /// <summary>The product of the dimensions; the caller has bounded it.</summary>
    public static int Count(ImmutableArray<int> shape) => Product(shape, 0, shape.Length);

    public static int Product(ImmutableArray<int> shape, int from, int to)
    {
        int product = 1;
        for (int i = from; i < to; i++)
        {
            product = checked(product * shape[i]);
        }

        return product;
    }

    /// <summary>
    /// The axis of <paramref name="to"/> that runs over the same elements as <paramref name="axis"/> of
    /// <paramref name="from"/> does, or -1: both shapes hold the same elements in the same order.
    /// </summary>
    public static int MapAxis(ImmutableArray<int> from, int axis, ImmutableArray<int> to)
    {
        int before = Product(from, 0, axis);
        int size = from[axis];
        int product = 1;
        for (int i = 0; i < to.Length; i++)
        {
            if (product == before && to[i] == size)
            {
                return i;
            }

            product *= to[i];
        }

        return -1;
    }

    public static bool Same(ImmutableArray<int> a, ImmutableArray<int> b) => a.AsSpan().SequenceEqual(b.AsSpan());

    public static string Text(ImmutableArray<int> shape) => "[" + string.Join(",", shape) + "]";
}
