using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Conv.</summary>
internal static class Conv
{
    /// <summary>
    /// Convolution in one or two dimensions with constant weights [M, C/groups, kernel...] and bias [M]; strides, dilations,
    /// zero padding (also by auto_pad), groups.
    /// </summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(2, 3) || node.Computed(0) is not { } x)
        {
            return null;
        }

        Constant? w = node.KnownFloats(1, "W");
        Constant? b = node.KnownFloats(2, "B", required: false);
        long groups = node.Integer("group", 1);
        if (node.Failed || Windows.Of(node, x) is not { } planes)
        {
            return null;
        }

        int channels = planes.Channels;
        if (w!.Shape.Length != planes.Spatial.Length + 2 || groups < 1 || groups > channels || channels % groups != 0
            || w.Shape[1] != channels / groups || w.Shape[0] < 1 || w.Shape[0] % groups != 0 || (b is not null && b.Count != w.Shape[0]))
        {
            return node.Fail(OnnxErrors.Shape, $"weights of {Shapes.Text(w.Shape)} in {groups} groups don't fit items of {Shapes.Text(x.Item)}");
        }

        long[] kernel = [.. w.Shape.Skip(2).Select(d => (long)d)];
        if (node.Integers("kernel_shape") is { } given && !given.SequenceEqual(kernel))
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'kernel_shape' differs from the weights'");
        }

        int items = planes.Items;
        if (Windows.Make(node, planes.Spatial, kernel, ceil: false) is not { } window
            || !Windows.Fits(node, (long)items * w.Shape[0], planes.X, window) || !node.Take((long)items * w.Count))
        {
            return null;
        }

        float[] bias = b?.Floats ?? new float[w.Shape[0]];
        FloatNode made = node.Made(new ConvNode(
            node.Name, node.Operator, planes.X, items * w.Shape[0], Windows.Repeated(w.Floats!, items), Windows.Repeated(bias, items), window, items * (int)groups));
        return Windows.Back(node, planes, made);
    }
}
