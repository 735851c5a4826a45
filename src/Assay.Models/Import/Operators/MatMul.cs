using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>MatMul.</summary>
internal static class MatMul
{
    /// <summary>
    /// Products of matrices in the last two axes; the axes before are broadcast. One constant matrix makes a linear layer, two
    /// computed operands a product of activations.
    /// </summary>
    public static ImportValue? Import(NodeContext node) => node.Arity(2, 2) ? Product(node, node.Input(0), node.Input(1)) : null;

    /// <summary>The product of two values, of which one at least is computed.</summary>
    public static ImportValue? Product(NodeContext node, ImportValue a, ImportValue b)
    {
        ImmutableArray<long> left = node.FullShape(a);
        ImmutableArray<long> right = node.FullShape(b);
        if (left.Length == 0 || right.Length == 0 || left[^1] != right[Math.Max(0, right.Length - 2)] || left[^1] == Constant.Batch)
        {
            return node.Hidden && left.Length != 0 && right.Length != 0 && (left[^1] == node.FullShape(b)[0] || right.Length <= 2)
                ? node.Fail(OnnxErrors.Batch, "it sums over the batch, or its operands don't fit", "operands [batch, ..., M, K] and [..., K, N]")
                : node.Fail(OnnxErrors.Shape, $"operands of {Text(left)} and {Text(right)} don't fit");
        }

        if (b.Constant is { } weights && Matrix(weights) is var (k, n))
        {
            return a.Item.Length == 0 ? node.Fail(OnnxErrors.Batch, "it sums over the batch") : Right(node, a, weights, k, n);
        }

        bool apart = !node.Hidden || (a.Node is null || left.Length >= 3) && (b.Node is null || right.Length >= 3);
        if (!apart)
        {
            return node.Fail(OnnxErrors.Batch, "it multiplies items of a batch with each other", "operands of three dimensions or more");
        }

        if (a.Constant is { } matrix && Matrix(matrix) is var (m, inner) && matrix.Shape.Length >= 2 && right.Length >= 2)
        {
            return Left(node, matrix, b, m, inner);
        }

        return General(node, a, b, left.Length, right.Length);
    }

    /// <summary>N rows of K weights.</summary>
    public static float[] Rows(float[] source, int n, int k, bool transposed, float alpha)
    {
        float[] rows = new float[source.Length];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < k; j++)
            {
                rows[i * k + j] = alpha * source[transposed ? i * k + j : j * n + i];
            }
        }

        return rows;
    }

    /// <summary>Rows and columns of a constant that is one matrix, or a vector as a column.</summary>
    private static (int Rows, int Columns)? Matrix(Constant constant) => constant.Shape.Length switch
    {
        0 => null,
        1 => (constant.Shape[0], 1),
        int rank => Shapes.Product(constant.Shape, 0, rank - 2) == 1 ? (constant.Shape[^2], constant.Shape[^1]) : null,
    };

    private static ImportValue? Right(NodeContext node, ImportValue a, Constant weights, int k, int n)
    {
        if (node.Hidden && weights.Shape.Length > a.Item.Length + 1 || weights.Shape.Length > Math.Max(2, a.Item.Length + node.Offset)
            || Finite(node, weights) is not { } values || !node.Take((long)n * k))
        {
            return node.Fail(OnnxErrors.Shape, $"weights of {Shapes.Text(weights.Shape)} are not one matrix", "MatMul with weights [K, N]");
        }

        FloatNode made = node.Linear(a.Node!, n, Rows(values, n, k, transposed: false, 1), new float[n]);
        return node.Value(made, weights.Shape.Length == 1 ? a.Item[..^1] : [.. a.Item[..^1], n]);
    }

    /// <summary>W x = (x' W')': the rows of W are the layer's.</summary>
    private static ImportValue? Left(NodeContext node, Constant matrix, ImportValue b, int m, int k)
    {
        int last = b.Item.Length - 1;
        if (last < 1 || matrix.Shape.Length > b.Item.Length + node.Offset || Finite(node, matrix) is not { } rows || !node.Take((long)m * k))
        {
            return node.Fail(OnnxErrors.Shape, $"weights of {Shapes.Text(matrix.Shape)} don't fit values of {Shapes.Text(b.Item)}");
        }

        FloatNode made = node.Linear(node.AxisLast(b.Node!, last - 1), m, rows, new float[m]);
        return node.Failed ? null : node.Value(node.AxisLast(made, last - 1), b.Item.SetItem(last - 1, m));
    }

    private static ImportValue? General(NodeContext node, ImportValue a, ImportValue b, int fullA, int fullB)
    {
        int rank = Math.Max(2, Math.Max(a.Item.Length, b.Item.Length));
        if (node.Hidden && a.Node is not null && b.Node is not null && fullA != fullB)
        {
            return node.Fail(OnnxErrors.Batch, "it combines values of different ranks across the batch", "operands of equal ranks");
        }

        if (node.Hidden)
        {
            rank = (a.Node is null ? b : a).Item.Length;
        }

        FloatNode? x = a.Node ?? Arithmetic.AsNode(node, a.Constant!, rank);
        FloatNode? y = b.Node ?? Arithmetic.AsNode(node, b.Constant!, 0);
        if (x is null || y is null || node.Failed)
        {
            return null;
        }

        // A vector is a row on the left and a column on the right, and doesn't stay.
        x = node.Raised(x, rank);
        y = fullB == 1 ? node.Reshape(y, [.. NodeContext.Filled(rank - 2, 1), y.Count, 1]) : node.Raised(y, rank);
        if (node.Failed || x.Shape.Length != rank || y.Shape.Length != rank)
        {
            return node.Fail(OnnxErrors.Shape, "its operands' ranks don't fit");
        }

        ImmutableArray<int>.Builder leading = ImmutableArray.CreateBuilder<int>();
        for (int axis = 0; axis < rank - 2; axis++)
        {
            (int u, int v) = (x.Shape[axis], y.Shape[axis]);
            if (u != v && u != 1 && v != 1)
            {
                return node.Fail(OnnxErrors.Shape, $"operands of {Shapes.Text(x.Shape)} and {Shapes.Text(y.Shape)} don't fit");
            }

            leading.Add(Math.Max(u, v));
        }

        (int m, int k, int n) = (x.Shape[^2], x.Shape[^1], y.Shape[^1]);
        ImmutableArray<int> before = leading.ToImmutable();
        x = Layout.Expanded(node, x, [.. before, m, k]);
        y = Layout.Expanded(node, y, [.. before, k, n]);
        if (node.Failed || !node.Fits([.. before.Select(d => (long)d), m, n]))
        {
            return null;
        }

        FloatNode made = node.Made(new MatMulNode(node.Name, node.Operator, x, y));
        ImmutableArray<int> item = [.. before, .. fullA == 1 ? (ImmutableArray<int>)[] : [m], .. fullB == 1 ? (ImmutableArray<int>)[] : [n]];
        return node.Value(made, item);
    }

    private static float[]? Finite(NodeContext node, Constant constant)
    {
        if (constant.Floats.AsSpan().ContainsAnyNotFinite())
        {
            node.Fail(OnnxErrors.NotFinite, "its weights hold NaN or an infinity");
            return null;
        }

        return node.Numbers(constant);
    }

    private static string Text(ImmutableArray<long> shape) => "[" + string.Join(",", shape.Select(d => d == Constant.Batch ? "batch" : $"{d}")) + "]";
}
