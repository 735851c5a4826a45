using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>
/// ConvTranspose: every element of the operand adds its multiple of the kernel to the result, <c>stride</c> places further
/// for the next element. Result place <c>stride*t + r</c> meets the kernel's places k with <c>k*dilation = r + stride*j</c>
/// only, at the operand's place t - j. So the result is, for each phase r, a plain convolution with that part of the
/// kernel; all phases are channels of one convolution, then interleaved and cut to size.
/// </summary>
internal static class ConvTranspose
{
    /// <summary>One axis of it.</summary>
    private readonly record struct Axis(int Kernel, int Stride, int Dilation, int Before, int Length, int Taps, int Steps, int After)
    {
        /// <summary>The kernel's place for a phase and a tap; -1 if there is none.</summary>
        public int Place(int phase, int tap)
        {
            int reach = phase + tap * Stride;
            return reach % Dilation == 0 && reach / Dilation < Kernel ? reach / Dilation : -1;
        }
    }

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
        if (w!.Shape.Length != planes.Spatial.Length + 2 || groups < 1 || groups > channels || channels % groups != 0 || w.Shape[0] != channels
            || w.Shape[1] < 1 || (b is not null && b.Count != w.Shape[1] * groups))
        {
            return node.Fail(OnnxErrors.Shape, $"weights of {Shapes.Text(w.Shape)} in {groups} groups don't fit items of {Shapes.Text(x.Item)}");
        }

        if (Axes(node, planes.Spatial, w) is not [{ } vertical, { } horizontal])
        {
            return null;
        }

        long outputs = w.Shape[1] * groups;
        long phases = (long)vertical.Stride * horizontal.Stride;
        long total = planes.Items * outputs * phases;
        long taps = (long)vertical.Taps * horizontal.Taps;
        if (!node.Fits(total, vertical.Steps, horizontal.Steps) || !node.Fits(total, channels / groups, taps) || !node.Take(total * (channels / groups) * taps))
        {
            return null;
        }

        float[] weights = Weights(w, (int)groups, vertical, horizontal);
        float[] bias = new float[outputs * phases];
        for (int i = 0; b is not null && i < bias.Length; i++)
        {
            bias[i] = b.Floats![i / (int)phases];
        }

        Window window = new(
            vertical.Taps, horizontal.Taps, 1, 1, 1, 1, vertical.Taps - 1, horizontal.Taps - 1, vertical.After, horizontal.After);
        int items = planes.Items;
        FloatNode made = node.Made(new ConvNode(
            node.Name, node.Operator, planes.X, (int)total, Windows.Repeated(weights, items), Windows.Repeated(bias, items), window, items * (int)groups));
        return node.Failed ? null : Windows.Back(node, planes, Interleaved(node, made, items * (int)outputs, vertical, horizontal));
    }

    private static FloatNode Interleaved(NodeContext node, FloatNode y, int outputs, Axis vertical, Axis horizontal)
    {
        (int rows, int columns) = (y.Shape[1], y.Shape[2]);
        FloatNode apart = node.Reshape(y, [outputs, vertical.Stride, horizontal.Stride, rows, columns]);
        FloatNode woven = node.Transpose(apart, [0, 3, 1, 4, 2]);
        FloatNode whole = node.Reshape(woven, [outputs, rows * vertical.Stride, columns * horizontal.Stride]);
        return node.Slice(whole, [0, vertical.Before, horizontal.Before], [1, 1, 1], [outputs, vertical.Length, horizontal.Length]);
    }

    /// <summary>[M * phases, C/groups, taps...]; a convolution's kernel runs the other way.</summary>
    private static float[] Weights(Constant w, int groups, Axis vertical, Axis horizontal)
    {
        int perGroup = w.Shape[1];
        int inputs = w.Shape[0] / groups;
        int[] kernel = [vertical.Kernel, horizontal.Kernel];
        float[] weights = new float[perGroup * groups * vertical.Stride * horizontal.Stride * inputs * vertical.Taps * horizontal.Taps];
        int next = 0;
        for (int m = 0; m < perGroup * groups; m++)
        {
            for (int phase = 0; phase < vertical.Stride * horizontal.Stride; phase++)
            {
                for (int c = m / perGroup * inputs; c < (m / perGroup + 1) * inputs; c++)
                {
                    for (int tap = 0; tap < vertical.Taps * horizontal.Taps; tap++)
                    {
                        int ky = vertical.Place(phase / horizontal.Stride, vertical.Taps - 1 - tap / horizontal.Taps);
                        int kx = horizontal.Place(phase % horizontal.Stride, horizontal.Taps - 1 - tap % horizontal.Taps);
                        weights[next++] = ky < 0 || kx < 0 ? 0 : w.Floats![((c * perGroup + m % perGroup) * kernel[0] + ky) * kernel[1] + kx];
                    }
                }
            }
        }

        return weights;
    }

    /// <summary>Both axes; one dimension is computed as two, of height 1.</summary>
    private static Axis?[]? Axes(NodeContext node, ImmutableArray<int> sizes, Constant w)
    {
        int spatial = sizes.Length;
        long[] kernel = [.. w.Shape.Skip(2).Select(d => (long)d)];
        long[] strides = node.Integers("strides") ?? Windows.Ones(spatial);
        long[] dilations = node.Integers("dilations") ?? Windows.Ones(spatial);
        long[] pads = node.Integers("pads") ?? new long[2 * spatial];
        long[] extra = node.Integers("output_padding") ?? new long[spatial];
        long[]? wanted = node.Integers("output_shape");
        string auto = node.Text("auto_pad", "NOTSET");
        if (node.Integers("kernel_shape") is { } given && !given.SequenceEqual(kernel))
        {
            node.Fail(OnnxErrors.Attribute, "attribute 'kernel_shape' differs from the weights'");
            return null;
        }

        if (wanted?.Length == spatial + 2)
        {
            wanted = wanted[2..];
        }

        if (node.Failed || strides.Length != spatial || dilations.Length != spatial || pads.Length != 2 * spatial || extra.Length != spatial
            || (wanted is not null && (wanted.Length != spatial || Windows.Outside(wanted, 1))) || auto is not ("NOTSET" or "" or "VALID" or "SAME_UPPER" or "SAME_LOWER")
            || Windows.Outside(kernel, 1) || Windows.Outside(strides, 1) || Windows.Outside(dilations, 1) || Windows.Outside(pads, 0) || Windows.Outside(extra, 0))
        {
            node.Fail(OnnxErrors.Attribute, "kernel, strides, dilations, pads or the output's shape are out of range, or not one for each axis");
            return null;
        }

        List<Axis?> axes = spatial == 1 ? [new Axis(1, 1, 1, 0, 1, 1, 1, 0)] : [];
        for (int i = 0; i < spatial; i++)
        {
            long full = strides[i] * (sizes[i] - 1) + extra[i] + (kernel[i] - 1) * dilations[i] + 1;
            (long before, long length) = (auto == "VALID" ? 0 : pads[i], full - (auto == "VALID" ? 0 : pads[i] + pads[i + spatial]));
            if (wanted is not null || auto is "SAME_UPPER" or "SAME_LOWER")
            {
                length = wanted?[i] ?? sizes[i] * strides[i];
                long cut = Math.Max(0, full - length);
                before = auto == "SAME_UPPER" ? cut / 2 : cut - cut / 2;
            }

            if (length < 1 || !node.Fits(before + length))
            {
                node.Fail(OnnxErrors.Shape, "its result would be empty");
                return null;
            }

            int taps = (int)((kernel[i] - 1) * dilations[i] / strides[i]) + 1;
            int steps = (int)Math.Max(sizes[i], (before + length - 1) / strides[i] + 1);
            axes.Add(new Axis((int)kernel[i], (int)strides[i], (int)dilations[i], (int)before, (int)length, taps, steps, steps - sizes[i]));
        }

        return [.. axes];
    }
}
