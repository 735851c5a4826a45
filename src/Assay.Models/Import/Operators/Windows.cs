using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>
/// What Conv, ConvTranspose and the pools share: their operand as planes [N*C,H,W] (one dimension as two of height 1; a
/// batch that is part of the item as more channels), and their windows.
/// </summary>
internal static class Windows
{
    private const int MaxWindowNumber = 1 << 14;

    /// <summary>An operand's planes.</summary>
    /// <param name="X">[N*C,H,W].</param>
    /// <param name="Items">N; 1 unless the batch is part of the item.</param>
    /// <param name="Channels">C.</param>
    /// <param name="Spatial">The lengths of the one or two axes behind the channels.</param>
    internal readonly record struct Planes(FloatNode X, int Items, int Channels, ImmutableArray<int> Spatial);

    public static Planes? Of(NodeContext node, ImportValue x)
    {
        ImmutableArray<int> shape = node.Hidden ? x.Item : x.Item.Length == 0 ? [] : x.Item[1..];
        if (shape.Length is not (2 or 3))
        {
            node.Fail(OnnxErrors.UnsupportedForm, $"values of {Shapes.Text(x.Item)} are not [N,C,L] or [N,C,H,W]", "a window in one or two dimensions");
            return null;
        }

        int items = node.Hidden ? 1 : x.Item[0];
        ImmutableArray<int> spatial = shape[1..];
        FloatNode planes = node.Reshape(x.Node!, [items * shape[0], spatial.Length == 1 ? 1 : spatial[0], spatial[^1]]);
        return node.Failed ? null : new Planes(planes, items, shape[0], spatial);
    }

    /// <summary>Back from [N*C,H,W].</summary>
    public static ImportValue? Back(NodeContext node, Planes planes, FloatNode y)
    {
        if (node.Failed)
        {
            return null;
        }

        int channels = y.Shape[0] / planes.Items;
        ImmutableArray<int> spatial = planes.Spatial.Length == 1 ? [y.Shape[2]] : [y.Shape[1], y.Shape[2]];
        return node.Value(y, node.Hidden ? [channels, .. spatial] : [planes.Items, channels, .. spatial]);
    }

    /// <summary>The window that kernel and attributes describe.</summary>
    public static Window? Make(NodeContext node, ImmutableArray<int> sizes, long[] kernel, bool ceil)
    {
        int spatial = sizes.Length;
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
            long size = sizes[i];
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

    public static bool Fits(NodeContext node, long channels, FloatNode planes, Window window) =>
        !node.Failed && node.Fits(channels, window.Rows(planes.Shape[1]), window.Columns(planes.Shape[2]));

    /// <summary>Values of the spatial axes as those of two.</summary>
    public static int[] Two(long[] values, int first) => values.Length == 2 ? [(int)values[0], (int)values[1]] : [first, (int)values[0]];

    public static long[] Ones(int count) => count == 1 ? [1] : [1, 1];

    public static bool Outside(long[] values, long least) => values.Any(v => v < least || v > MaxWindowNumber);

    /// <summary>The weights of a batch of items that are more channels: the same for each.</summary>
    public static float[] Repeated(float[] values, int times)
    {
        if (times == 1)
        {
            return values;
        }

        float[] result = new float[values.Length * times];
        for (int i = 0; i < times; i++)
        {
            values.CopyTo(result, i * values.Length);
        }

        return result;
    }
}
