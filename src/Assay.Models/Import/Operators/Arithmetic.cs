using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Import.Operators;

/// <summary>
/// Sums, products, quotients and extrema of values that are broadcast over each other. With a constant a sum or product
/// is a scale and an offset, which neighbouring layers take over.
/// </summary>
internal static class Arithmetic
{
    private const string AcrossBatch = "it combines values of different ranks across the batch";

    /// <summary>a + b.</summary>
    public static ImportValue? Add(NodeContext node) => Binary(node, '+');

    /// <summary>a - b.</summary>
    public static ImportValue? Sub(NodeContext node) => Binary(node, '-');

    /// <summary>a * b.</summary>
    public static ImportValue? Mul(NodeContext node) => Binary(node, '*');

    /// <summary>a / b; of whole numbers, the quotient towards zero.</summary>
    public static ImportValue? Div(NodeContext node) => Binary(node, '/');

    /// <summary>The smaller, of any number of operands.</summary>
    public static ImportValue? Min(NodeContext node) => Many(node, '<');

    /// <summary>The larger, of any number of operands.</summary>
    public static ImportValue? Max(NodeContext node) => Many(node, '>');

    /// <summary>The sum of any number of operands.</summary>
    public static ImportValue? Sum(NodeContext node) => Many(node, '+');

    /// <summary>The mean of any number of operands.</summary>
    public static ImportValue? Mean(NodeContext node) =>
        Many(node, '+') is { } sum ? node.Value(node.Affine(sum.Node!, 1f / node.InputCount, 0), sum.Item) : null;

    /// <summary>-x.</summary>
    public static ImportValue? Neg(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        return node.Input(0) is { Node: { } x } value
            ? node.Value(node.Affine(x, -1, 0), value.Item, value.Kind)
            : IntegerFolding.Fold(node, new Constant([], [-1L]), node.Input(0).Constant!, '*');
    }

    /// <summary>One of + - * / &lt; &gt; (minimum and maximum) on two values, of which one at least is computed.</summary>
    public static ImportValue? Combine(NodeContext node, ImportValue a, ImportValue b, char operation)
    {
        if (node.Failed)
        {
            return null;
        }

        if (a.Node is null || b.Node is null)
        {
            ImportValue x = a.Node is null ? b : a;
            return WithConstant(node, x, (a.Constant ?? b.Constant)!, operation, constantFirst: a.Node is null);
        }

        if (node.Hidden && a.Item.Length != b.Item.Length)
        {
            return node.Fail(OnnxErrors.Batch, AcrossBatch, "operands of equal ranks");
        }

        FloatNode made = Apply(node, a.Node, b.Node, operation);
        bool whole = a.Kind != ElementKind.Float;
        made = whole && operation == '/' ? node.Function(made, ElementWise.Truncated) : made;
        return node.Value(made, Math.Max(a.Item.Length, b.Item.Length) == 0 ? [] : made.Shape, a.Kind);
    }

    /// <summary>The same with a constant.</summary>
    public static ImportValue? WithConstant(NodeContext node, ImportValue x, Constant constant, char operation, bool constantFirst)
    {
        if (node.Numbers(constant) is not { } values)
        {
            return null;
        }

        if (constant.Count == 1 && constant.Shape.Length <= x.Item.Length + node.Offset)
        {
            return node.Value(WithNumber(node, x, values[0], operation, constantFirst), x.Item, x.Kind);
        }

        bool plain = operation is '+' or '-' or '*' || (operation == '/' && !constantFirst && x.Kind == ElementKind.Float);
        if (!plain || x.Item.Length == 0 || !TryAlign(constant, x, node.Offset, out ImmutableArray<int> aligned))
        {
            if (AsNode(node, constant, x.Item.Length) is not { } other)
            {
                return null;
            }

            FloatNode made = constantFirst ? Apply(node, other, x.Node!, operation) : Apply(node, x.Node!, other, operation);
            return node.Value(x.Kind != ElementKind.Float && operation == '/' ? node.Function(made, ElementWise.Truncated) : made, made.Shape, x.Kind);
        }

        // One number for each place of one axis, or one for each element.
        int[] wide = [.. Enumerable.Range(0, aligned.Length).Where(i => aligned[i] != 1)];
        FloatNode operand = x.Node!;
        int axis = wide.Length == 0 ? -1 : wide[0];
        if (wide.Length > 1)
        {
            if (!node.Take(operand.Count))
            {
                return null;
            }

            values = Expand(values, aligned, operand.Shape);
            operand = node.Reshape(operand, [operand.Count]);
            axis = 0;
        }

        (float[] scale, float[] offset) = operation switch
        {
            '+' => (Filled(values.Length, 1), values),
            '-' => constantFirst ? (Filled(values.Length, -1), values) : (Filled(values.Length, 1), Array.ConvertAll(values, v => -v)),
            '*' => (values, new float[values.Length]),
            _ => (Array.ConvertAll(values, v => 1f / v), new float[values.Length]),
        };
        return node.Take(2L * values.Length) ? node.Value(node.Affine(operand, axis, scale, offset), x.Item, x.Kind) : null;
    }

    /// <summary>A constant as a node of at least a rank, aligned at the last axis; null and an error if it reaches over the batch.</summary>
    public static FloatNode? AsNode(NodeContext node, Constant constant, int rank)
    {
        ImmutableArray<int> shape = constant.Shape;
        if (node.Hidden && shape.Length > rank)
        {
            if (shape.Length > rank + 1 || shape[0] != 1)
            {
                node.Fail(OnnxErrors.Batch, AcrossBatch, "constants without the batch's axis");
                return null;
            }

            shape = shape[1..];
        }

        if (node.Failed || node.Numbers(constant) is not { } values || values.Length == 0)
        {
            node.Fail(OnnxErrors.Shape, "it combines a computed value with an empty constant");
            return null;
        }

        return node.Raised(node.Fixed(shape, values), Math.Max(1, rank));
    }

    /// <summary>A computed value repeated where a constant's shape asks for it, as if it were combined with that.</summary>
    public static ImportValue? Widened(NodeContext node, ImportValue? x, Constant constant)
    {
        if (x is null || TryAlign(constant, x, node.Offset, out _))
        {
            return x;
        }

        if (AsNode(node, constant, x.Item.Length) is not { } other)
        {
            return null;
        }

        FloatNode raised = node.Raised(x.Node!, other.Shape.Length);
        return node.Failed || Broadcast.Shape(raised.Shape, other.Shape) is not { } shape
            ? node.Fail(OnnxErrors.Shape, $"values of {Shapes.Text(x.Item)} and a constant of {Shapes.Text(constant.Shape)} can't be combined")
            : node.Value(Layout.Expanded(node, raised, shape), shape, x.Kind);
    }

    private static ImportValue? Binary(NodeContext node, char operation)
    {
        if (!node.Arity(2, 2))
        {
            return null;
        }

        (ImportValue a, ImportValue b) = (node.Input(0), node.Input(1));
        if (node.Version < 7 && node.HasAttribute("axis") && b.Item.Length < a.Item.Length)
        {
            if (b.Constant is not { } second)
            {
                return node.Fail(OnnxErrors.UnsupportedForm, "it broadcasts a computed value along an axis in the way of old operator sets", "export with opset_version=17");
            }

            // Old broadcasting: the second operand's axes stand from a given axis of the first on.
            int axis = node.Axis(node.Integer("axis", 0), a.Item.Length + node.Offset);
            int behind = a.Item.Length + node.Offset - axis - second.Shape.Length;
            if (node.Failed || behind < 0)
            {
                return node.Fail(OnnxErrors.Shape, "its operands can't be broadcast");
            }

            b = ImportValue.Of(second.WithShape([.. second.Shape, .. NodeContext.Filled(behind, 1)]), b.Kind);
        }

        return a.Constant is { IsFloat: false } x && b.Constant is { IsFloat: false } y
            ? IntegerFolding.Fold(node, x, y, operation)
            : Combine(node, a, b, operation);
    }

    private static ImportValue? Many(NodeContext node, char operation)
    {
        if (!node.Arity(1, 1024))
        {
            return null;
        }

        // Computed values first: all four operations are commutative.
        ImportValue[] operands = [.. Enumerable.Range(0, node.InputCount).Where(node.Has).Select(node.Input).OrderBy(v => v.Node is null)];
        ImportValue? result = operands[0];
        foreach (ImportValue operand in operands.AsSpan(1))
        {
            result = result is null ? null : result.Constant is { } a && operand.Constant is { } b
                ? IntegerFolding.Fold(node, a, b, operation)
                : Combine(node, result, operand, operation);
        }

        return result is { Node: { } single } && operands.Length == 1 ? node.Value(single, result.Item, result.Kind) : result;
    }

    private static FloatNode WithNumber(NodeContext node, ImportValue x, float c, char operation, bool constantFirst)
    {
        FloatNode operand = x.Node!;
        return operation switch
        {
            '+' => node.Affine(operand, 1, c),
            '-' => constantFirst ? node.Affine(operand, -1, c) : node.Affine(operand, 1, -c),
            '*' => node.Affine(operand, c, 0),
            '/' when x.Kind != ElementKind.Float => node.Function(operand, ElementWise.Truncated.After(constantFirst ? c / ScalarFunction.X : ScalarFunction.X / c)),
            '/' => constantFirst ? node.Function(operand, c / ScalarFunction.X) : node.Affine(operand, 1f / c, 0),
            '<' => float.IsPositiveInfinity(c) ? operand : node.Clamp(operand, float.NegativeInfinity, c),
            _ => float.IsNegativeInfinity(c) ? operand : node.Clamp(operand, c, float.PositiveInfinity),
        };
    }

    private static FloatNode Apply(NodeContext node, FloatNode a, FloatNode b, char operation) => operation switch
    {
        '+' => node.Add(a, b),
        '-' => node.Subtract(a, b),
        '*' => node.Multiply(a, b),
        '/' => node.Divide(a, b),
        _ => node.Extremum(a, b, minimum: operation == '<'),
    };

    /// <summary>The constant's dimensions against the item's axes; false if it would enlarge the item or touch the batch.</summary>
    public static bool TryAlign(Constant constant, ImportValue x, int offset, out ImmutableArray<int> aligned)
    {
        int rank = x.Item.Length;
        int[] result = Enumerable.Repeat(1, rank).ToArray();
        bool fits = constant.Shape.Length <= rank + offset;
        for (int i = 0; fits && i < constant.Shape.Length; i++)
        {
            int size = constant.Shape[constant.Shape.Length - 1 - i];
            int axis = rank - 1 - i;
            fits = size == 1 || (axis >= 0 && size == x.Item[axis]);
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

    public static float[] Filled(int count, float value)
    {
        float[] result = new float[count];
        Array.Fill(result, value);
        return result;
    }
}
