using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Gemm.</summary>
internal static class Gemm
{
    /// <summary>alpha * A * B + beta * C on two matrices, each transposed if its attribute says so; C is broadcast.</summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(2, 3))
        {
            return null;
        }

        (ImportValue a, ImportValue b) = (node.Input(0), node.Input(1));
        float alpha = node.Float("alpha", 1);
        float beta = node.Float("beta", 1);
        bool transposed = node.Integer("transB", 0) != 0;
        if (node.FullShape(a).Length != 2 || node.FullShape(b).Length != 2)
        {
            return node.Fail(OnnxErrors.Shape, $"its operands have items of {Shapes.Text(a.Item)} and weights of {Shapes.Text(b.Item)}", "Flatten before Gemm, weights of two dimensions");
        }

        if (node.Integer("transA", 0) != 0)
        {
            if (node.Hidden || a.Node is null)
            {
                return node.Fail(OnnxErrors.Batch, "transA = 1 would transpose the batch, or a constant", "transA = 0");
            }

            a = node.Value(node.Transpose(a.Node, [1, 0]), [a.Item[1], a.Item[0]]) ?? a;
        }

        if (node.Failed)
        {
            return null;
        }

        return a.Node is not null && b.Constant is not null ? Layer(node, a, alpha, beta, transposed) : General(node, a, b, alpha, beta, transposed);
    }

    private static ImportValue? Layer(NodeContext node, ImportValue x, float alpha, float beta, bool transposed)
    {
        if (node.KnownFloats(1, "B") is not { } weights)
        {
            return null;
        }

        int n = weights.Shape[transposed ? 0 : 1];
        int k = weights.Shape[transposed ? 1 : 0];
        if (k != x.Item[^1])
        {
            return node.Fail(OnnxErrors.Shape, $"items have {x.Item[^1]} elements, weights expect {k}");
        }

        ImportValue? c = node.Has(2) ? node.Input(2) : null;
        if (!node.Fits(n) || !node.Take((long)n * k))
        {
            return null;
        }

        // A bias that is the same for every row goes into the layer.
        float[] bias = new float[n];
        bool joins = c?.Constant is { } known && (node.Has(2) ? node.KnownFloats(2, "C") : null) is not null && TryBias(known, beta, bias);
        if (node.Failed)
        {
            return null;
        }

        if (c?.Constant is { } other && !joins && node.Hidden)
        {
            return node.Fail(other.Shape.Length == 2 ? OnnxErrors.Batch : OnnxErrors.Shape, $"C of {Shapes.Text(other.Shape)} can't be broadcast over {n} outputs");
        }

        ImportValue? y = node.Value(node.Linear(x.Node!, n, MatMul.Rows(weights.Floats!, n, k, transposed, alpha), bias), [.. x.Item[..^1], n]);
        return y is null || c is null || joins ? y : Plus(node, y, c, beta);
    }

    private static ImportValue? General(NodeContext node, ImportValue a, ImportValue b, float alpha, float beta, bool transposed)
    {
        if (transposed)
        {
            if (node.Hidden || b.Node is null)
            {
                return node.Fail(OnnxErrors.UnsupportedForm, "transB = 1 would transpose the batch, or a constant that is multiplied from the right", "a constant B");
            }

            b = node.Value(node.Transpose(b.Node, [1, 0]), [b.Item[1], b.Item[0]]) ?? b;
        }

        ImportValue? y = node.Failed ? null : MatMul.Product(node, a, b);
        y = y is null || alpha == 1 ? y : node.Value(node.Affine(y.Node!, alpha, 0), y.Item);
        return y is null || !node.Has(2) ? y : Plus(node, y, node.Input(2), beta);
    }

    private static ImportValue? Plus(NodeContext node, ImportValue y, ImportValue c, float beta)
    {
        if (c.Constant is { Floats: { } floats } constant)
        {
            c = ImportValue.Of(new Constant(constant.Shape, Array.ConvertAll(floats, f => f * beta)), ElementKind.Float);
        }
        else if (c.Node is { } computed && beta != 1)
        {
            c = node.Value(node.Affine(computed, beta, 0), c.Item) ?? c;
        }

        return Arithmetic.Combine(node, y, c, '+');
    }

    private static bool TryBias(Constant c, float beta, float[] bias)
    {
        ImmutableArray<int> shape = c.Shape;
        bool fits = shape.Length <= 2 && (shape.Length < 2 || shape[0] == 1) && (c.Count == 1 || (c.Count == bias.Length && shape[^1] == bias.Length));
        for (int i = 0; fits && i < bias.Length; i++)
        {
            bias[i] = beta * c.Floats![c.Count == 1 ? 0 : i];
        }

        return fits;
    }
}
