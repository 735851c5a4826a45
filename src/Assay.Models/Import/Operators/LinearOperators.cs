using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Gemm and MatMul with constant weights.</summary>
internal static class LinearOperators
{
    public static ImportValue? Gemm(NodeContext node)
    {
        if (!node.Arity(2, 3))
        {
            return null;
        }

        FloatNode? x = node.Activation(0);
        Constant? b = node.KnownFloats(1, "B");
        Constant? c = node.KnownFloats(2, "C", required: false);
        float alpha = node.Float("alpha", 1);
        float beta = node.Float("beta", 1);
        bool transposed = node.Integer("transB", 0) != 0;
        if (node.Integer("transA", 0) != 0)
        {
            node.Fail(OnnxErrors.UnsupportedForm, "transA = 1 would transpose the batch", "transA = 0");
        }

        if (node.Failed)
        {
            return null;
        }

        if (x!.Shape.Length != 1 || b!.Shape.Length != 2)
        {
            return node.Fail(OnnxErrors.Shape, $"its operands have items of {Shapes.Text(x.Shape)} and weights of {Shapes.Text(b!.Shape)}", "Flatten before Gemm, weights of two dimensions");
        }

        int n = b.Shape[transposed ? 0 : 1];
        int k = b.Shape[transposed ? 1 : 0];
        if (k != x.Shape[0])
        {
            return node.Fail(OnnxErrors.Shape, $"items have {x.Shape[0]} elements, weights expect {k}");
        }

        if (!node.Fits(n) || !node.Take((long)n * k))
        {
            return null;
        }

        float[] bias = new float[n];
        if (c is not null && !TryBias(c, beta, bias))
        {
            return node.Fail(OnnxErrors.Shape, $"C of {Shapes.Text(c.Shape)} can't be broadcast over {n} outputs");
        }

        return new LinearNode(node.Name, node.Operator, x, n, Rows(b.Floats!, n, k, transposed, alpha), bias);
    }

    public static ImportValue? MatMul(NodeContext node)
    {
        if (!node.Arity(2, 2))
        {
            return null;
        }

        if (node.Input(0).Node is not { } x || node.Input(1).Constant is null)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it multiplies two computed values, or has its weights on the left", "MatMul(x, W) with constant W");
        }

        Constant? w = node.KnownFloats(1, "B");
        if (node.Failed)
        {
            return null;
        }

        int rank = w!.Shape.Length;
        if (rank < 2 || rank > x.Shape.Length + 1 || Shapes.Product(w.Shape, 0, rank - 2) != 1)
        {
            return node.Fail(OnnxErrors.Shape, $"weights of {Shapes.Text(w.Shape)} are not one matrix", "MatMul with weights [K, N]");
        }

        int k = w.Shape[^2];
        int n = w.Shape[^1];
        if (k != x.Shape[^1])
        {
            return node.Fail(OnnxErrors.Shape, $"items of {Shapes.Text(x.Shape)} don't fit weights [{k},{n}]");
        }

        return node.Fits(x.Count / k, n) && node.Take((long)n * k)
            ? new LinearNode(node.Name, node.Operator, x, n, Rows(w.Floats!, n, k, transposed: false, 1), new float[n])
            : (ImportValue?)null;
    }

    private static float[] Rows(float[] source, int n, int k, bool transposed, float alpha)
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
