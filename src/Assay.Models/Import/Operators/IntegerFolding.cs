using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Models.Import.Operators;

/// <summary>Arithmetic and comparisons of known whole numbers, which exporters use to compute shapes; exact, also with the batch's size where that has a meaning.</summary>
internal static class IntegerFolding
{
    /// <summary>One of + - * / &lt; &gt; (minimum and maximum), = l (less) m (less or equal) &amp; | ^, element by element.</summary>
    public static ImportValue? Fold(NodeContext node, Constant a, Constant b, char operation)
    {
        int rank = Math.Max(a.Shape.Length, b.Shape.Length);
        (ImmutableArray<int> left, ImmutableArray<int> right) = (Raised(a.Shape, rank), Raised(b.Shape, rank));
        if (a.Integers is null || b.Integers is null || Broadcast.Shape(left, right) is not { } shape)
        {
            return node.Fail(OnnxErrors.Shape, "constants of these types and shapes can't be combined");
        }

        long count = 1;
        foreach (int length in shape)
        {
            if ((count *= length) > node.Budget.Constants)
            {
                return node.Fail(OnnxErrors.Limits, "constants have more elements than the importer's limit");
            }
        }

        if (!node.Take(count))
        {
            return null;
        }

        (ImmutableArray<int> stepsA, ImmutableArray<int> stepsB) = (Broadcast.Strides(left, shape), Broadcast.Strides(right, shape));
        long[] result = new long[count];
        for (int i = 0; i < result.Length; i++)
        {
            (int rest, int fromA, int fromB) = (i, 0, 0);
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                int at = rest % shape[axis];
                rest /= shape[axis];
                fromA += at * stepsA[axis];
                fromB += at * stepsB[axis];
            }

            if (One(node, a.Integers[fromA], b.Integers[fromB], operation) is not { } value)
            {
                return null;
            }

            result[i] = value;
        }

        return new Constant(shape, result);
    }

    private static ImmutableArray<int> Raised(ImmutableArray<int> shape, int rank) => [.. Enumerable.Repeat(1, rank - shape.Length), .. shape];

    private static long? One(NodeContext node, long x, long y, char operation)
    {
        bool batch = x == Constant.Batch || y == Constant.Batch;

        // Nothing is known of the batch's size but that it is the same everywhere, and positive.
        if (batch && !(operation is '=' or '<' or '>' or 'l' or 'm' && (x == y || x <= 0 && y == Constant.Batch || y <= 0 && x == Constant.Batch)))
        {
            node.Fail(OnnxErrors.Batch, "it computes with the batch's size", "export with a fixed batch of 1, or reshape with 0 or -1 for the batch");
            return null;
        }

        if (batch)
        {
            bool less = x != y && y == Constant.Batch;
            return operation switch { '=' => x == y ? 1 : 0, 'l' => less ? 1 : 0, 'm' => less || x == y ? 1 : 0, '<' => less ? x : y, _ => less ? y : x };
        }

        if (operation == '/' && y == 0)
        {
            node.Fail(OnnxErrors.Shape, "it divides by zero");
            return null;
        }

        Int128 value = operation switch
        {
            '+' => (Int128)x + y,
            '-' => (Int128)x - y,
            '*' => (Int128)x * y,
            '/' => (Int128)x / y,
            '<' => Math.Min(x, y),
            '>' => Math.Max(x, y),
            '=' => x == y ? 1 : 0,
            'l' => x < y ? 1 : 0,
            'm' => x <= y ? 1 : 0,
            '&' => (x != 0) & (y != 0) ? 1 : 0,
            '|' => (x != 0) | (y != 0) ? 1 : 0,
            _ => (x != 0) ^ (y != 0) ? 1 : 0,
        };
        if (value <= Constant.Batch || value > long.MaxValue)
        {
            node.Fail(OnnxErrors.Shape, "it overflows");
            return null;
        }

        return (long)value;
    }
}
