using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Conv and pooling in one or two dimensions; one dimension is computed as two, of height 1.</summary>
internal static class WindowOperators
{
    private const int MaxWindowNumber = 1 << 14;

    public static ImportValue? Conv(NodeContext node)
    {
        if (!node.Arity(2, 3) || node.Activation(0) is not { } x)
        {
            return null;
        }

        Constant? w = node.KnownFloats(1, "W");
        Constant? b = node.KnownFloats(2, "B", required: false);
        long groups = node.Integer("group", 1);
        if (node.Failed || Spatial(node, x) is not { } dimensions)
        {
            return null;
        }

        if (w!.Shape.Length != dimensions + 2 || groups < 1 || groups > x.Shape[0] || x.Shape[0] % groups != 0
            || w.Shape[1] != x.Shape[0] / groups || w.Shape[0] < 1 || w.Shape[0] % groups != 0 || (b is not null && b.Count != w.Shape[0]))
        {
            return node.Fail(OnnxErrors.Shape, $"weights of {Shapes.Text(w.Shape)} in {groups} groups don't fit items of {Shapes.Text(x.Shape)}");
        }

        long[] kernel = [.. w.Shape.Skip(2).Select(d => (long)d)];
        if (node.Integers("kernel_shape") is { } given && !given.SequenceEqual(kernel))
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'kernel_shape' differs from the weights'");
        }

        if (MakeWindow(node, x, kernel, ceil: false) is not { } window || !Fits(node, w.Shape[0], x, window) || !node.Take(w.Count))
        {
            return null;
        }

        float[] bias = b?.Floats ?? new float[w.Shape[0]];
        return Flat(node, x, dimensions, plane => new ConvNode(node.Name, node.Operator, plane, w.Shape[0], w.Floats!, bias, window, (int)groups));
    }

    public static ImportValue? MaxPool(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.Activation(0) is not { } x || Spatial(node, x) is not { } dimensions)
        {
            return null;
        }

        if (node.Integers("kernel_shape") is not { } kernel || MakeWindow(node, x, kernel, node.Integer("ceil_mode", 0) != 0) is not { } window)
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'kernel_shape' is missing");
        }

        if (window.DilationY != 1 || window.DilationX != 1)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "its dilations are not 1", "dilations of 1");
        }

        return Pads(node, window) && Fits(node, x.Shape[0], x, window)
            ? Flat(node, x, dimensions, plane => new MaxPoolNode(node.Name, node.Operator, plane, window))
            : null;
    }

    public static ImportValue? AveragePool(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.Activation(0) is not { } x || Spatial(node, x) is not { } dimensions)
        {
            return null;
        }

        bool countPadding = node.Integer("count_include_pad", 0) != 0;
        bool ceil = node.Integer("ceil_mode", 0) != 0;
        if (node.Integers("kernel_shape") is not { } kernel || MakeWindow(node, x, kernel, ceil) is not { } window)
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'kernel_shape' is missing");
        }

        if (window.DilationY != 1 || window.DilationX != 1)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "its dilations are not 1", "dilations of 1");
        }

        // With ceil_mode the last window may reach over the declared padding, which counts for some runtimes only.
        if (ceil && countPadding && MakeWindow(node, x, kernel, ceil: false) != window)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "ceil_mode together with count_include_pad is ambiguous", "ceil_mode = 0, or count_include_pad = 0");
        }

        return Pads(node, window) && Fits(node, x.Shape[0], x, window)
            ? Flat(node, x, dimensions, plane => new AveragePoolNode(node.Name, node.Operator, plane, window, countPadding && window.IsPadded))
            : null;
    }

    /// <summary>Zeros around images, which the Conv or average that follows takes over.</summary>
    public static ImportValue? Pad(NodeContext node)
    {
        if (!node.Arity(1, 4) || node.Activation(0) is not { } x)
        {
            return null;
        }

        bool attributes = node.Version < 11;
        long[]? pads = attributes ? node.Integers("pads") : node.KnownIntegers(1, "pads");
        Constant? value = attributes ? new Constant([], [node.Float("value", 0)]) : node.KnownFloats(2, "constant_value", required: false);
        long[] axes = node.KnownIntegers(3, "axes", required: false) ?? [.. Enumerable.Range(0, x.Shape.Length + 1).Select(i => (long)i)];
        if (node.Failed || pads is null || pads.Length != 2 * axes.Length || axes.Length > x.Shape.Length + 1 || Outside(pads, 0))
        {
            return node.Fail(OnnxErrors.Attribute, "its pads are negative, out of range, or not two for each axis");
        }

        if (pads.All(p => p == 0))
        {
            return x;
        }

        int spatial = x.Shape.Length - 1;
        long[] before = new long[Math.Max(spatial, 0)];
        long[] after = new long[before.Length];
        bool outside = node.Text("mode", "constant") != "constant" || value is { Floats: not [0f] } || spatial is not (1 or 2);
        for (int i = 0; i < axes.Length && !outside; i++)
        {
            int axis = node.Axis(axes[i], x.Shape.Length + 1) - 2;
            outside = axis < 0 && (pads[i] | pads[i + axes.Length]) != 0;
            if (axis >= 0)
            {
                (before[axis], after[axis]) = (pads[i], pads[i + axes.Length]);
            }
        }

        if (node.Failed || outside)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it pads with other than zeros, or other axes than an image's", "zeros around images");
        }

        int[] first = Two(before, 0);
        int[] last = Two(after, 0);
        long[] sizes = [x.Shape[0], .. Enumerable.Range(0, spatial).Select(i => x.Shape[i + 1] + before[i] + after[i])];
        return node.Fits(sizes)
            ? Flat(node, x, spatial, plane => new PadNode(node.Name, node.Operator, plane, first[0], first[1], last[0], last[1]))
            : null;
    }

    public static ImportValue? GlobalAveragePool(NodeContext node) =>
        Global(node, (plane, window) => new AveragePoolNode(node.Name, node.Operator, plane, window, countPadding: false));

    public static ImportValue? GlobalMaxPool(NodeContext node) =>
        Global(node, (plane, window) => new MaxPoolNode(node.Name, node.Operator, plane, window));

    private static ImportValue? Global(NodeContext node, Func<FloatNode, Window, FloatNode> make)
    {
        if (!node.Arity(1, 1) || node.Activation(0) is not { } x || Spatial(node, x) is not { } dimensions)
        {
            return null;
        }

        (int height, int width) = dimensions == 1 ? (1, x.Shape[1]) : (x.Shape[1], x.Shape[2]);
        return Flat(node, x, dimensions, plane => make(plane, new Window(height, width, 1, 1, 1, 1, 0, 0, 0, 0)));
    }

    private static int? Spatial(NodeContext node, FloatNode x)
    {
        if (x.Shape.Length is 2 or 3)
        {
            return x.Shape.Length - 1;
        }

        node.Fail(OnnxErrors.UnsupportedForm, $"items of {Shapes.Text(x.Shape)} are not [C,L] or [C,H,W]", "a window in one or two dimensions");
        return null;
    }

    private static ImportValue? Flat(NodeContext node, FloatNode x, int dimensions, Func<FloatNode, FloatNode> make)
    {
        if (node.Failed)
        {
            return null;
        }

        if (dimensions == 2)
        {
            return make(x);
        }

        FloatNode result = make(new ReshapeNode(node.Name, node.Operator, x, [x.Shape[0], 1, x.Shape[1]]));
        return new ReshapeNode(node.Name, node.Operator, result, [result.Shape[0], result.Shape[2]]);
    }

    private static Window? MakeWindow(NodeContext node, FloatNode x, long[] kernel, bool ceil)
    {
        int spatial = x.Shape.Length - 1;
        long[] strides = node.Integers("strides") ?? Ones(spatial);
        long[] dilations = node.Integers("dilations") ?? Ones(spatial);
        long[] pads = node.Integers("pads") ?? new long[2 * spatial];
        string auto = node.Text("auto_pad", "NOTSET");
        if (node.Failed || kernel.Length != spatial || strides.Length != spatial || dilations.Length != spatial || pads.Length != 2 * spatial
            || Outside(kernel, 1) || Outside(strides, 1) || Outside(dilations, 1) || Outside(pads, 0))
        {
            node.Fail(OnnxErrors.Attribute, "kernel, strides, dilations or pads are out of range, or not one for each axis");
            return null;
        }

        for (int i = 0; i < spatial; i++)
        {
            long size = x.Shape[i + 1];
            long reach = dilations[i] * (kernel[i] - 1) + 1;
            if (auto is "SAME_UPPER" or "SAME_LOWER")
            {
                long windows = (size + strides[i] - 1) / strides[i];
                long total = Math.Max(0, (windows - 1) * strides[i] + reach - size);
                pads[i] = auto == "SAME_UPPER" ? total / 2 : total - total / 2;
                pads[i + spatial] = total - pads[i];
            }
            else if (auto == "VALID")
            {
                pads[i] = pads[i + spatial] = 0;
            }
            else if (auto is not ("NOTSET" or ""))
            {
                node.Fail(OnnxErrors.Attribute, "attribute 'auto_pad' has an unknown value");
                return null;
            }

            long free = size + pads[i] + pads[i + spatial] - reach;
            if (free < 0)
            {
                node.Fail(OnnxErrors.Shape, $"a window of {reach} is larger than its operand of {size} with its padding");
                return null;
            }

            if (ceil && free % strides[i] != 0)
            {
                // The same windows, with the padding at the end said explicitly; a window of padding only doesn't count.
                long start = (free / strides[i] + 1) * strides[i];
                pads[i + spatial] += start >= size + pads[i] ? 0 : strides[i] - free % strides[i];
            }
        }

        int[] k = Two(kernel, 1);
        int[] s = Two(strides, 1);
        int[] d = Two(dilations, 1);
        int[] before = Two(pads[..spatial], 0);
        int[] after = Two(pads[spatial..], 0);
        return new Window(k[0], k[1], s[0], s[1], d[0], d[1], before[0], before[1], after[0], after[1]);
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

    private static bool Fits(NodeContext node, long channels, FloatNode x, Window window) => x.Shape.Length == 2
        ? node.Fits(channels, window.Columns(x.Shape[1]))
        : node.Fits(channels, window.Rows(x.Shape[1]), window.Columns(x.Shape[2]));

    private static int[] Two(long[] values, int first) => values.Length == 2 ? [(int)values[0], (int)values[1]] : [first, (int)values[0]];

    private static long[] Ones(int count) => count == 1 ? [1] : [1, 1];

    private static bool Outside(long[] values, long least) => values.Any(v => v < least || v > MaxWindowNumber);
}
