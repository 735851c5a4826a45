using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Float;

/// <content>Functions of two or three values.</content>
internal sealed partial class FloatInterpreter
{
    private static void Combine(BroadcastNode node, float[] a, float[] b, float[] y)
    {
        Func<float, float, float> function = node switch
        {
            AddNode { Subtract: true } => (u, v) => u - v,
            AddNode => (u, v) => u + v,
            MulNode => (u, v) => u * v,
            DivideNode => (u, v) => u / v,
            ExtremumNode { Minimum: true } => Math.Min,
            ExtremumNode => Math.Max,
            _ => throw new InvalidOperationException($"No evaluation for {node.GetType().Name}."),
        };
        Odometer rows = new(node.Shape, Strides(node, 0), Strides(node, 1));
        (int length, int stepA, int stepB) = (rows.Length, rows.Step(0), rows.Step(1));
        for (int row = 0; row < y.Length; row += length)
        {
            (int fromA, int fromB) = (rows[0], rows[1]);
            for (int i = 0; i < length; i++)
            {
                y[row + i] = function(a[fromA + i * stepA], b[fromB + i * stepB]);
            }

            rows.Advance();
        }
    }

    private static void Select(SelectNode node, float[] condition, float[] a, float[] b, float[] y)
    {
        Odometer rows = new(node.Shape, Strides(node, 0), Strides(node, 1), Strides(node, 2));
        for (int row = 0; row < y.Length; row += rows.Length)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                y[row + i] = condition[rows[0] + i * rows.Step(0)] != 0 ? a[rows[1] + i * rows.Step(1)] : b[rows[2] + i * rows.Step(2)];
            }

            rows.Advance();
        }
    }

    private static ImmutableArray<int> Strides(BroadcastNode node, int operand) => Broadcast.Strides(node.Operands[operand].Shape, node.Shape);

    /// <summary>Sums in double, k ascending: products of floats are exact, so fusing them with the addition changes nothing.</summary>
    private static void MatMul(MatMulNode node, float[] a, float[] b, float[] y)
    {
        (int k, int n) = (node.InnerSize, node.Shape[^1]);
        int m = node.Shape[^2];
        double[] sums = new double[n];
        for (int row = 0; row < y.Length / n; row++)
        {
            Array.Clear(sums);
            int plane = row / m * k * n;
            for (int j = 0; j < k; j++)
            {
                double factor = a[row * k + j];
                ReadOnlySpan<float> right = b.AsSpan(plane + j * n, n);
                for (int i = 0; i < right.Length; i++)
                {
                    sums[i] += factor * right[i];
                }
            }

            for (int i = 0; i < n; i++)
            {
                y[row * n + i] = (float)sums[i];
            }
        }
    }
}
