using Assay.Models.Graph;
using DataType = Onnx.TensorProto.Types.DataType;

namespace Assay.Models.Import.Operators;

/// <summary>
/// QuantizeLinear and DequantizeLinear: models that are quantised already keep their scales, because both together are a
/// grid of that step. Constants that are dequantised are constants.
/// </summary>
internal static class Quantized
{
    /// <summary>The nearest whole multiple of the scale (ties to even), plus the zero point, in the range of the zero point's type or of output_dtype.</summary>
    public static ImportValue? Quantize(NodeContext node)
    {
        if (!node.Arity(2, 3) || node.Computed(0) is not { } x || Parameters(node, x) is not var (scale, zero, axis))
        {
            return null;
        }

        (long Least, long Most) range = node.Has(2) && node.Input(2).Constant is { } point ? point.IntegerRange : (0, 255);
        if (node.Integer("output_dtype", 0) is not 0 and long type)
        {
            (long Least, long Most) named = TensorDecoder.Range((DataType)type);
            if (node.Has(2) && named != range)
            {
                return node.Fail(OnnxErrors.Attribute, "attribute 'output_dtype' is not the type of its zero point");
            }

            range = named;
        }

        (long least, long most) = range;
        if (most > short.MaxValue || zero.Any(z => z != zero[0] && scale.Length != zero.Length))
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it quantises to more than 16 bits", "int8 or uint8");
        }

        if (axis < 0)
        {
            FloatNode grid = Grid(node, x.Node!, scale[0], least - zero[0], most - zero[0]);
            ImportValue? value = node.Value(node.Affine(grid, 1 / scale[0], zero[0]), x.Item, ElementKind.Integer);
            return value is null ? null : value with { Quantized = new QuantizedGrid(grid, scale[0], zero[0]) };
        }

        if (zero.Any(z => z != zero[0]))
        {
            // One offset for each place of the axis: bounds are those of the type, so they come after it.
            FloatNode shifted = Grid(node, node.Affine(x.Node!, axis, Array.ConvertAll(scale, s => 1 / s), new float[scale.Length]), 1, least - most, most - least);
            return node.Value(node.Clamp(node.Affine(shifted, axis, Arithmetic.Filled(scale.Length, 1), Array.ConvertAll(zero, z => (float)z)), least, most), x.Item, ElementKind.Integer);
        }

        FloatNode steps = Grid(node, node.Affine(x.Node!, axis, Array.ConvertAll(scale, s => 1 / s), new float[scale.Length]), 1, least - zero[0], most - zero[0]);
        return node.Value(node.Affine(steps, 1, zero[0]), x.Item, ElementKind.Integer);
    }

    /// <summary>(x - zero point) * scale.</summary>
    public static ImportValue? Dequantize(NodeContext node)
    {
        if (!node.Arity(2, 3) || node.Computed(0) is not { } x || Parameters(node, x) is not var (scale, zero, axis))
        {
            return null;
        }

        if (axis < 0 && x.Quantized is { } grid && grid.Scale == scale[0] && grid.ZeroPoint == zero[0])
        {
            return node.Value(grid.Node, x.Item);
        }

        float[] offset = new float[scale.Length];
        for (int i = 0; i < offset.Length; i++)
        {
            offset[i] = -zero[zero.Length == 1 ? 0 : i] * scale[i];
        }

        return node.Value(node.Affine(x.Node!, axis, scale, offset), x.Item);
    }

    private static FloatNode Grid(NodeContext node, FloatNode x, float step, long lo, long hi) =>
        node.Failed ? NodeContext.Nothing : node.Made(new GridNode(node.Name, node.Operator, x, step, (int)lo, (int)hi));

    /// <summary>Scales, zero points and the axis that they run over; -1 if there is one.</summary>
    private static (float[] Scale, long[] Zero, int Axis)? Parameters(NodeContext node, ImportValue x)
    {
        Constant? scale = node.KnownFloats(1, "scale");
        Constant? zero = node.Known(2, "zero point", required: false);
        if (node.Failed || scale!.Count == 0 || scale.Floats!.Any(s => s <= 0) || (zero is not null && (zero.Integers is null || zero.Count != scale.Count)))
        {
            node.Fail(OnnxErrors.UnsupportedForm, "its scales are not positive, or its zero points don't fit", "one positive scale, one zero point of whole numbers");
            return null;
        }

        long[] points = zero?.Integers ?? [0];
        if (points.Any(z => z is < -65536 or > 65536))
        {
            node.Fail(OnnxErrors.UnsupportedForm, "its zero point is out of range");
            return null;
        }

        (long given, long block) = (node.Integer("axis", 1), node.Integer("block_size", 0));
        if (scale.Count == 1)
        {
            return (scale.Floats!, points, -1);
        }

        int axis = node.ItemAxis(given, x);
        if (node.Failed || x.Item[axis] != scale.Count || block != 0)
        {
            node.Fail(OnnxErrors.Shape, "its scales don't fit the axis, or it quantises in blocks");
            return null;
        }

        return (scale.Floats!, points, axis);
    }
}
