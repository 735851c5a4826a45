using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Float;

/// <content>What moves elements.</content>
internal sealed partial class FloatInterpreter
{
    /// <summary>Transposes and slices: an affine step of the operand along each axis of the result.</summary>
    private static void Move(FloatNode node, float[] x, float[] y)
    {
        ImmutableArray<int> own = Odometer.Strides(node.Operands[0].Shape);
        int start = 0;
        int[] strides = new int[node.Shape.Length];
        for (int axis = 0; axis < strides.Length; axis++)
        {
            switch (node)
            {
                case TransposeNode transpose:
                    strides[axis] = own[transpose.Permutation[axis]];
                    break;
                case SliceNode slice:
                    strides[axis] = own[axis] * slice.Steps[axis];
                    start += own[axis] * slice.Starts[axis];
                    break;
                default:
                    throw new InvalidOperationException($"No evaluation for {node.GetType().Name}.");
            }
        }

        Odometer rows = new(node.Shape, [.. strides]);
        (int length, int step) = (rows.Length, rows.Step(0));
        for (int row = 0; row < y.Length; row += length)
        {
            int from = start + rows[0];
            for (int i = 0; i < length; i++)
            {
                y[row + i] = x[from + i * step];
            }

            rows.Advance();
        }
    }

    private static void Gather(GatherNode node, float[] x, float[] y)
    {
        int inner = Shapes.Product(node.Shape, node.Axis + 1, node.Shape.Length);
        int length = node.X.Shape[node.Axis];
        int outer = y.Length / (inner * node.Indices.Length);
        int to = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (int index in node.Indices)
            {
                x.AsSpan((o * length + index) * inner, inner).CopyTo(y.AsSpan(to));
                to += inner;
            }
        }
    }

    private void Concat(ConcatNode node, float[] y)
    {
        int outer = Shapes.Product(node.Shape, 0, node.Axis);
        int to = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (FloatNode part in node.Operands)
            {
                int run = part.Count / outer;
                Operand(part).AsSpan(o * run, run).CopyTo(y.AsSpan(to));
                to += run;
            }
        }
    }

    private static void Pad(ConstantPadNode node, float[] x, float[] y)
    {
        Array.Fill(y, node.Value);
        ImmutableArray<int> strides = Odometer.Strides(node.Shape);
        int start = 0;
        for (int axis = 0; axis < strides.Length; axis++)
        {
            start += strides[axis] * node.Before[axis];
        }

        Odometer rows = new(node.X.Shape, strides);
        for (int row = 0; row < x.Length; row += rows.Length)
        {
            x.AsSpan(row, rows.Length).CopyTo(y.AsSpan(start + rows[0]));
            rows.Advance();
        }
    }
}
