using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Add, Sub, Mul, Div, Neg and BatchNormalization: sums of two values, or a scale and an offset.</summary>
internal static class ArithmeticOperators
{
    public static ImportValue? Add(NodeContext node) => Binary(node, '+');

    public static ImportValue? Sub(NodeContext node) => Binary(node, '-');

    public static ImportValue? Mul(NodeContext node) => Binary(node, '*');

    public static ImportValue? Div(NodeContext node) => Binary(node, '/');

    public static ImportValue? Neg(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        if (node.Input(0).Node is { } x)
        {
            return new AffineNode(node.Name, node.Operator, x, -1, [-1], [0]);
        }

        Constant constant = node.Input(0).Constant!;
        return Fold(node, constant.IsFloat ? new Constant([], [-1f]) : new Constant([], [-1L]), constant, '*');
    }

    public static ImportValue? BatchNormalization(NodeContext node)
    {
        if (!node.Arity(5, 5) || node.Activation(0) is not { } x)
        {
            return null;
        }

        Constant? scale = node.KnownFloats(1, "scale");
        Constant? shift = node.KnownFloats(2, "B");
        Constant? mean = node.KnownFloats(3, "mean");
        Constant? variance = node.KnownFloats(4, "var");
        double epsilon = node.Float("epsilon", 1e-5f);
        if (node.Integer("training_mode", 0) != 0 || (node.Version < 9 && node.Integer("spatial", 1) != 1))
        {
            node.Fail(OnnxErrors.UnsupportedForm, "it is in training mode, or not per channel", "export the model in evaluation mode");
        }

        if (node.Failed)
        {
            return null;
        }

        int channels = x.Shape[0];
        if (scale!.Count != channels || shift!.Count != channels || mean!.Count != channels || variance!.Count != channels)
        {
            return node.Fail(OnnxErrors.Shape, $"its parameters don't have {channels} channels each");
        }

        float[] scales = new float[channels];
        float[] offsets = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            // Math.Sqrt is correctly rounded on every platform, so this is reproducible.
            double factor = scale.Floats![c] / Math.Sqrt(variance.Floats![c] + epsilon);
            scales[c] = (float)factor;
            offsets[c] = (float)(shift.Floats![c] - mean.Floats![c] * factor);
        }

        return Affine(node, x, 0, scales, offsets);
    }

    private static ImportValue? Binary(NodeContext node, char operation)
    {
        if (!node.Arity(2, 2))
        {
            return null;
        }

        (FloatNode? a, FloatNode? b) = (node.Input(0).Node, node.Input(1).Node);
        if (a is not null && b is not null)
        {
            if (operation is '*' or '/')
            {
                return node.Fail(OnnxErrors.UnsupportedForm, "it multiplies or divides two computed values", "Add, or multiplication by a constant");
            }

            return Shapes.Same(a.Shape, b.Shape)
                ? new AddNode(node.Name, node.Operator, a, b, operation == '-')
                : node.Fail(OnnxErrors.Shape, $"items of {Shapes.Text(a.Shape)} and {Shapes.Text(b.Shape)} are of different shapes", "operands of equal shapes");
        }

        if (a is null && b is null)
        {
            return Fold(node, node.Input(0).Constant!, node.Input(1).Constant!, operation);
        }

        if (a is null && operation == '/')
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it divides a constant by a computed value", "multiplication by a constant");
        }

        Constant? constant = node.KnownFloats(a is null ? 0 : 1, "the constant operand");
        return constant is null ? null : WithConstant(node, a ?? b!, constant, operation, constantFirst: a is null);
    }

    private static ImportValue? WithConstant(NodeContext node, FloatNode x, Constant constant, char operation, bool constantFirst)
    {
        if (!TryAlign(constant, x, out ImmutableArray<int> aligned))
        {
            return node.Fail(OnnxErrors.Shape, $"a constant of {Shapes.Text(constant.Shape)} can't be broadcast over items of {Shapes.Text(x.Shape)}", "a constant that has one value, or one for each channel");
        }

        int axis = -1;
        int wide = 0;
        for (int i = 0; i < aligned.Length; i++)
        {
            if (aligned[i] != 1)
            {
                axis = i;
                wide++;
            }
        }

        float[] values = constant.Floats!;
        FloatNode operand = x;
        if (wide > 1)
        {
            if (!node.Take(x.Count))
            {
                return null;
            }

            values = Expand(values, aligned, x.Shape);
            operand = new ReshapeNode(node.Name, node.Operator, x, [x.Count]);
            axis = 0;
        }

        (float[] scale, float[] offset) = operation switch
        {
            '+' => (Filled(values.Length, 1), values),
            '-' => constantFirst ? (Filled(values.Length, -1), values) : (Filled(values.Length, 1), values.Select(v => -v).ToArray()),
            '*' => (values, new float[values.Length]),
            _ => (values.Select(v => 1f / v).ToArray(), new float[values.Length]),
        };
        ImportValue? result = node.Take(2L * values.Length) ? Affine(node, operand, axis, scale, offset) : null;
        return wide > 1 && result is { Node: { } flat } ? ShapeOperators.Reshaped(node, flat, x.Shape) : result;
    }

    private static ImportValue? Affine(NodeContext node, FloatNode x, int axis, float[] scale, float[] offset) =>
        scale.AsSpan().ContainsAnyNotFinite() || offset.AsSpan().ContainsAnyNotFinite()
            ? node.Fail(OnnxErrors.NotFinite, "its constants give a division by zero, NaN or an infinity")
            : new AffineNode(node.Name, node.Operator, x, axis, scale, offset);

    /// <summary>The constant's dimensions against the item's axes; false if it would enlarge the item or touch the batch.</summary>
    private static bool TryAlign(Constant constant, FloatNode x, out ImmutableArray<int> aligned)
    {
        int rank = x.Shape.Length;
        int[] result = Enumerable.Repeat(1, rank).ToArray();
        bool fits = constant.Shape.Length <= rank + 1;
        for (int i = 0; fits && i < constant.Shape.Length; i++)
        {
            int size = constant.Shape[constant.Shape.Length - 1 - i];
            int axis = rank - 1 - i;
            fits = size == 1 || (axis >= 0 && size == x.Shape[axis]);
            if (axis >= 0)
            {
                result[axis] = size;
            }
        }

        aligned = [.. result];
        return fits;
    }

    private static float[] Expand(float[] values, ImmutableArray<int> aligned, ImmutableArray<int> shape)
    {
        float[] result = new float[Shapes.Count(shape)];
        int[] at = new int[shape.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int index = 0;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                index = index * aligned[axis] + (aligned[axis] == 1 ? 0 : at[axis]);
            }

            result[i] = values[index];
            for (int axis = shape.Length - 1; axis >= 0 && ++at[axis] == shape[axis]; axis--)
            {
                at[axis] = 0;
            }
        }

        return result;
    }

    /// <summary>Both operands known: exporters compute shapes this way. One of them may be a single number.</summary>
    private static ImportValue? Fold(NodeContext node, Constant a, Constant b, char operation)
    {
        bool same = Shapes.Same(a.Shape, b.Shape);
        if (a.IsFloat != b.IsFloat || !(same || a.Count == 1 || b.Count == 1))
        {
            return node.Fail(OnnxErrors.Shape, $"constants of {Shapes.Text(a.Shape)} and {Shapes.Text(b.Shape)} can't be combined here");
        }

        ImmutableArray<int> shape = same || (b.Count == 1 && a.Shape.Length >= b.Shape.Length) ? a.Shape : b.Shape;
        int count = Shapes.Count(shape);
        if (count != Math.Max(a.Count, b.Count) || !node.Take(count))
        {
            return node.Fail(OnnxErrors.Shape, $"constants of {Shapes.Text(a.Shape)} and {Shapes.Text(b.Shape)} can't be combined here");
        }

        return a.IsFloat ? FoldFloats(a, b, operation, shape, count) : FoldIntegers(node, a, b, operation, shape, count);
    }

    private static ImportValue? FoldFloats(Constant a, Constant b, char operation, ImmutableArray<int> shape, int count)
    {
        float[] result = new float[count];
        for (int i = 0; i < count; i++)
        {
            float x = a.Floats![a.Count == 1 ? 0 : i];
            float y = b.Floats![b.Count == 1 ? 0 : i];
            result[i] = operation switch { '+' => x + y, '-' => x - y, '*' => x * y, _ => x / y };
        }

        return new Constant(shape, result);
    }

    private static ImportValue? FoldIntegers(NodeContext node, Constant a, Constant b, char operation, ImmutableArray<int> shape, int count)
    {
        long[] result = new long[count];
        for (int i = 0; i < count; i++)
        {
            Int128 x = a.Integers![a.Count == 1 ? 0 : i];
            Int128 y = b.Integers![b.Count == 1 ? 0 : i];
            if (x == Constant.Batch || y == Constant.Batch)
            {
                return node.Fail(OnnxErrors.Batch, "it computes with the batch's size", "export with a fixed batch of 1, or reshape with 0 or -1 for the batch");
            }

            if (operation == '/' && y == 0)
            {
                return node.Fail(OnnxErrors.Shape, "it divides by zero");
            }

            Int128 value = operation switch { '+' => x + y, '-' => x - y, '*' => x * y, _ => x / y };
            if (value <= Constant.Batch || value > long.MaxValue)
            {
                return node.Fail(OnnxErrors.Shape, "it overflows");
            }

            result[i] = (long)value;
        }

        return new Constant(shape, result);
    }

    private static float[] Filled(int count, float value)
    {
        float[] result = new float[count];
        Array.Fill(result, value);
        return result;
    }
}
