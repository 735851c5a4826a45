using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>MaxPool and AveragePool in one or two dimensions, and their global forms in any number.</summary>
internal static class Pools
{
    /// <summary>The largest of each window's real elements.</summary>
    public static ImportValue? MaxPool(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.Computed(0) is not { } x || Windows.Of(node, x) is not { } planes)
        {
            return null;
        }

        if (node.Integers("kernel_shape") is not { } kernel || Windows.Make(node, planes.Spatial, kernel, node.Integer("ceil_mode", 0) != 0) is not { } window)
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'kernel_shape' is missing");
        }

        if (!Windows.Fits(node, planes.X.Shape[0], planes.X, window))
        {
            return null;
        }

        if (window.DilationY != 1 || window.DilationX != 1)
        {
            FloatNode rows = Taps(node, planes.X, 1, window.KernelY, window.StrideY, window.DilationY, window.Top, window.Rows(planes.X.Shape[1]));
            return Windows.Back(node, planes, Taps(node, rows, 2, window.KernelX, window.StrideX, window.DilationX, window.Left, window.Columns(planes.X.Shape[2])));
        }

        return Pads(node, window) ? Windows.Back(node, planes, node.Made(new MaxPoolNode(node.Name, node.Operator, planes.X, window))) : null;
    }

    /// <summary>The mean of each window; padding counts as zeros if count_include_pad, else not at all.</summary>
    public static ImportValue? AveragePool(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.Computed(0) is not { } x || Windows.Of(node, x) is not { } planes)
        {
            return null;
        }

        bool countPadding = node.Integer("count_include_pad", 0) != 0;
        bool ceil = node.Integer("ceil_mode", 0) != 0;
        if (node.Integers("kernel_shape") is not { } kernel || Windows.Make(node, planes.Spatial, kernel, ceil) is not { } window)
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'kernel_shape' is missing");
        }

        if (window.DilationY != 1 || window.DilationX != 1)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "its dilations are not 1", "dilations of 1");
        }

        // With ceil_mode the last window may reach over the declared padding, which counts for some runtimes only.
        if (ceil && countPadding && Windows.Make(node, planes.Spatial, kernel, ceil: false) != window)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "ceil_mode together with count_include_pad is ambiguous", "ceil_mode = 0, or count_include_pad = 0");
        }

        return Pads(node, window) && Windows.Fits(node, planes.X.Shape[0], planes.X, window)
            ? Windows.Back(node, planes, node.Made(new AveragePoolNode(node.Name, node.Operator, planes.X, window, countPadding && window.IsPadded)))
            : null;
    }

    /// <summary>The mean of each channel.</summary>
    public static ImportValue? GlobalAveragePool(NodeContext node) =>
        Global(node, (planes, window) => new AveragePoolNode(node.Name, node.Operator, planes, window, countPadding: false));

    /// <summary>The largest of each channel.</summary>
    public static ImportValue? GlobalMaxPool(NodeContext node) =>
        Global(node, (planes, window) => new MaxPoolNode(node.Name, node.Operator, planes, window));

    private static ImportValue? Global(NodeContext node, Func<FloatNode, Window, FloatNode> make)
    {
        if (!node.Arity(1, 1) || node.Computed(0) is not { } x)
        {
            return null;
        }

        int leading = 2 - node.Offset;
        if (x.Item.Length < leading)
        {
            return node.Fail(OnnxErrors.Shape, $"values of {Shapes.Text(x.Item)} have no channels");
        }

        // Two axes stay as they are; any other number is one.
        ImmutableArray<int> spatial = x.Item[leading..];
        (int height, int width) = spatial.Length == 2 ? (spatial[0], spatial[1]) : (1, Shapes.Count(spatial));
        FloatNode planes = node.Reshape(x.Node!, [Shapes.Product(x.Item, 0, leading), height, width]);
        FloatNode made = node.Failed ? planes : node.Made(make(planes, new Window(height, width, 1, 1, 1, 1, 0, 0, 0, 0)));
        return node.Value(made, [.. x.Item[..leading], .. NodeContext.Filled(spatial.Length, 1)]);
    }

    /// <summary>
    /// Maxima along one axis with gaps between the taps: the largest of as many gathered values. A tap in the padding takes
    /// the window's own first real place, which changes no maximum.
    /// </summary>
    private static FloatNode Taps(NodeContext node, FloatNode x, int axis, int kernel, int stride, int dilation, int before, int length)
    {
        FloatNode result = NodeContext.Nothing;
        for (int tap = 0; tap < kernel && !node.Failed; tap++)
        {
            int[] places = new int[length];
            for (int i = 0; i < length; i++)
            {
                int start = i * stride - before;
                int real = start >= 0 ? start : start + (-start + dilation - 1) / dilation * dilation;
                int place = start + tap * dilation;
                places[i] = place < 0 || place >= x.Shape[axis] ? real : place;
                if (places[i] >= x.Shape[axis] || places[i] > start + (kernel - 1) * dilation)
                {
                    node.Fail(OnnxErrors.UnsupportedForm, "some of its windows hold nothing but padding", "padding of at most half the window");
                    return result;
                }
            }

            FloatNode part = node.Gather(x, axis, [.. places]);
            result = tap == 0 ? part : node.Extremum(result, part, minimum: false);
        }

        return result;
    }

    /// <summary>A pool's padding must be smaller than its window, or some windows would hold nothing.</summary>
    private static bool Pads(NodeContext node, Window window)
    {
        if (!window.PadsLessThanKernel)
        {
            node.Fail(OnnxErrors.UnsupportedForm, "its padding is not smaller than its window", "padding of at most half the window");
        }

        return !node.Failed;
    }
}
