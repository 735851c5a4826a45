using Assay.Models.Graph;
using DataType = Onnx.TensorProto.Types.DataType;

namespace Assay.Models.Import.Operators;

/// <summary>Cast and CastLike.</summary>
internal static class Cast
{
    /// <summary>
    /// To another element type: floats towards zero to whole numbers, anything but 0 is true. Computed values are numbers
    /// here whatever their type, so a narrower type neither wraps nor rounds further.
    /// </summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        DataType to = (DataType)node.Integer("to", 0);
        ElementKind? kind = to switch
        {
            DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16 => ElementKind.Float,
            DataType.Int64 or DataType.Int32 or DataType.Int16 or DataType.Int8 or DataType.Uint8 or DataType.Uint16 or DataType.Uint32 or DataType.Uint64 => ElementKind.Integer,
            DataType.Bool => ElementKind.Boolean,
            _ => null,
        };
        return node.Failed || kind is null
            ? node.Fail(OnnxErrors.UnsupportedForm, $"it casts to {to}", "a type of numbers")
            : To(node, node.Input(0), kind.Value);
    }

    /// <summary>To the element type of the second operand.</summary>
    public static ImportValue? Like(NodeContext node) => node.Arity(2, 2) ? To(node, node.Input(0), node.Input(1).Kind) : null;

    private static ImportValue? To(NodeContext node, ImportValue value, ElementKind kind)
    {
        if (value.Node is { } x)
        {
            FloatNode made = kind == ElementKind.Boolean && value.Kind != ElementKind.Boolean ? node.Function(x, ElementWise.Truth)
                : kind == ElementKind.Integer && value.Kind == ElementKind.Float ? node.Function(x, ElementWise.Truncated)
                : x;
            return node.Value(made, value.Item, kind);
        }

        Constant data = value.Constant!;
        if (data.IsFloat == (kind == ElementKind.Float) && kind != ElementKind.Boolean)
        {
            return value with { Kind = kind };
        }

        if (!node.Take(data.Count))
        {
            return null;
        }

        if (kind == ElementKind.Float)
        {
            return node.Numbers(data) is { } floats ? new Constant(data.Shape, floats) : null;
        }

        if (data.Floats is { } source && source.AsSpan().ContainsAnyNotFinite())
        {
            return node.Fail(OnnxErrors.NotFinite, "a constant that holds NaN or an infinity can't be cast to whole numbers");
        }

        long[] integers = data.Floats is { } numbers
            ? Array.ConvertAll(numbers, f => kind == ElementKind.Boolean ? (f != 0 ? 1 : 0) : (long)Math.Clamp(f, -9e15f, 9e15f))
            : Array.ConvertAll(data.Integers!, i => i != 0 ? 1L : 0);
        return ImportValue.Of(new Constant(data.Shape, integers), kind);
    }
}
