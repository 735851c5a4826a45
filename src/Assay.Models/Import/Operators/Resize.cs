using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>
/// Resize and Upsample, axis by axis, with constant scales or sizes. Nearest: each place of the result takes one place of
/// the operand. Linear and cubic: each is a constant mixture of two or four, so an axis is a linear layer.
/// </summary>
internal static class Resize
{
    /// <summary>What an axis becomes.</summary>
    private readonly record struct Scaling(int From, int To, double Scale);

    /// <summary>Upsample, which since version 10 is Resize with the simplest coordinates.</summary>
    public static ImportValue? Upsample(NodeContext node)
    {
        if (!node.Arity(1, 2) || node.Computed(0) is not { } x)
        {
            return null;
        }

        double[]? scales = node.Version < 9
            ? node.Attribute("scales", Onnx.AttributeProto.Types.AttributeType.Floats)?.Floats.Select(f => (double)f).ToArray()
            : node.KnownFloats(1, "scales")?.Floats?.Select(f => (double)f).ToArray();
        return Scaled(node, x, scales, null, "asymmetric", node.Text("mode", "nearest"), "floor");
    }

    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(1, 4) || node.Computed(0) is not { } x)
        {
            return null;
        }

        bool old = node.Version < 11;
        Constant? scales = node.KnownFloats(old ? 1 : 2, "scales", required: false);
        long[]? sizes = old ? null : node.KnownIntegers(3, "sizes", required: false);
        string coordinates = old ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel");
        string nearest = old ? "floor" : node.Text("nearest_mode", "round_prefer_floor");
        double[]? factors = scales is { Count: > 0 } ? [.. scales.Floats!.Select(f => (double)f)] : null;
        if (node.Integers("axes") is { } axes)
        {
            (factors, sizes) = Spread(node, x, axes, factors, sizes);
        }

        if (node.Integer("antialias", 0) != 0 || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch")
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "antialias or an aspect ratio policy isn't supported", "antialias = 0, scales in place of sizes");
        }

        return Scaled(node, x, factors, sizes, coordinates, node.Text("mode", "nearest"), nearest);
    }

    private static (double[]? Factors, long[]? Sizes) Spread(NodeContext node, ImportValue x, long[] axes, double[]? factors, long[]? sizes)
    {
        ImmutableArray<long> full = node.FullShape(x);
        double[]? allFactors = factors is null ? null : [.. Enumerable.Repeat(1.0, full.Length)];
        long[]? allSizes = sizes is null ? null : [.. full];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = node.Axis(axes[i], full.Length);
            if (node.Failed || (factors is not null && factors.Length != axes.Length) || (sizes is not null && sizes.Length != axes.Length))
            {
                node.Fail(OnnxErrors.Shape, "its axes don't fit its scales or sizes");
                return (null, null);
            }

            _ = factors is null ? 0 : allFactors![axis] = factors[i];
            _ = sizes is null ? 0 : allSizes![axis] = sizes[i];
        }

        return (allFactors, allSizes);
    }

    private static ImportValue? Scaled(NodeContext node, ImportValue x, double[]? factors, long[]? sizes, string coordinates, string mode, string nearest)
    {
        ImmutableArray<long> full = node.FullShape(x);
        if (node.Failed || (factors is null && sizes is null) || (factors ?? []).Length != (factors is null ? 0 : full.Length) || (factors is null && sizes!.Length != full.Length)
            || mode is not ("nearest" or "linear" or "bilinear" or "cubic") || coordinates is not ("half_pixel" or "tf_half_pixel_for_nn" or "pytorch_half_pixel" or "asymmetric" or "align_corners" or "half_pixel_symmetric"))
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "its scales or sizes are missing or computed, or its mode isn't nearest, linear or cubic without crops", "mode = nearest with constant scales");
        }

        FloatNode result = x.Node!;
        for (int axis = 0; axis < full.Length && !node.Failed; axis++)
        {
            double factor = factors is null ? (double)sizes![axis] / full[axis] : factors[axis];
            if (axis < node.Offset)
            {
                if (factors is null ? sizes![axis] != full[axis] : factor != 1)
                {
                    return node.Fail(OnnxErrors.Batch, "it resizes the batch");
                }

                continue;
            }

            double to = factors is null ? sizes![axis] : Math.Floor(full[axis] * factor);
            if (factors is not null && to != MathF.Floor((float)full[axis] * (float)factor))
            {
                // 10 * 0.7f is 7 in float32, as ONNX Runtime computes it, and 6.9999999 exactly.
                return node.Fail(OnnxErrors.UnsupportedForm, $"the length of {full[axis]} times {(float)factor} depends on the precision", "sizes in place of scales");
            }

            if (!(factor > 0 && to is >= 1 and <= 1 << 26))
            {
                return node.Fail(OnnxErrors.Shape, "its result would be empty or too large");
            }

            Scaling scaling = new((int)full[axis], (int)to, factor);
            if (scaling.From == scaling.To && factor == 1)
            {
                continue;
            }

            result = mode == "nearest"
                ? Nearest(node, result, axis - node.Offset, scaling, coordinates, nearest)
                : Mixed(node, result, axis - node.Offset, scaling, coordinates, mode == "cubic");
        }

        return node.Value(result, x.Item.Length == 0 ? [] : result.Shape, x.Kind);
    }

    private static FloatNode Nearest(NodeContext node, FloatNode x, int axis, Scaling scaling, string coordinates, string nearest)
    {
        if (!node.FitsList(scaling.To) || !node.Fits([.. x.Shape.SetItem(axis, scaling.To).Select(d => (long)d)]))
        {
            return NodeContext.Nothing;
        }

        int[] places = new int[scaling.To];
        for (int i = 0; i < places.Length; i++)
        {
            double at = At(i, scaling, coordinates);
            double place = nearest switch
            {
                "floor" => Math.Floor(at),
                "ceil" => Math.Ceiling(at),
                "round_prefer_ceil" => Math.Floor(at + 0.5),
                _ => Math.Ceiling(at - 0.5),
            };
            places[i] = (int)Math.Clamp(place, 0, scaling.From - 1);
        }

        return node.Gather(x, axis, [.. places]);
    }

    private static FloatNode Mixed(NodeContext node, FloatNode x, int axis, Scaling scaling, string coordinates, bool cubic)
    {
        long count = (long)scaling.From * scaling.To;
        if (!node.Fits([.. x.Shape.SetItem(axis, scaling.To).Select(d => (long)d)]) || !node.Take(count))
        {
            return NodeContext.Nothing;
        }

        double steepness = node.Float("cubic_coeff_a", -0.75f);
        bool outsideIsNothing = node.Integer("exclude_outside", 0) != 0;
        float[] weights = new float[count];
        for (int i = 0; i < scaling.To; i++)
        {
            double at = At(i, scaling, coordinates);
            int low = (int)Math.Floor(at);
            double share = at - low;
            double[] taps = cubic ? Cubic(share, steepness) : [1 - share, share];
            int first = cubic ? low - 1 : low;
            double sum = 0;
            for (int k = 0; k < taps.Length; k++)
            {
                taps[k] = outsideIsNothing && (uint)(first + k) >= (uint)scaling.From ? 0 : taps[k];
                sum += taps[k];
            }

            for (int k = 0; k < taps.Length; k++)
            {
                weights[i * scaling.From + Math.Clamp(first + k, 0, scaling.From - 1)] += (float)(outsideIsNothing ? taps[k] / sum : taps[k]);
            }
        }

        FloatNode made = node.Linear(node.AxisLast(x, axis), scaling.To, weights, new float[scaling.To]);
        return node.Failed ? made : node.LastTo(made, axis);
    }

    /// <summary>The four weights of the cubic of a given steepness (R. Keys, 1981) at a place between the middle two.</summary>
    private static double[] Cubic(double s, double a) =>
    [
        ((a * (s + 1) - 5 * a) * (s + 1) + 8 * a) * (s + 1) - 4 * a,
        ((a + 2) * s - (a + 3)) * s * s + 1,
        ((a + 2) * (1 - s) - (a + 3)) * (1 - s) * (1 - s) + 1,
        ((a * (2 - s) - 5 * a) * (2 - s) + 8 * a) * (2 - s) - 4 * a,
    ];

    /// <summary>Where in the operand a place of the result lies.</summary>
    private static double At(int i, Scaling scaling, string coordinates) => coordinates switch
    {
        "asymmetric" => i / scaling.Scale,
        "align_corners" => scaling.To == 1 ? 0 : i * (scaling.From - 1) / (scaling.Scale * scaling.From - 1),
        "tf_half_pixel_for_nn" => (i + 0.5) / scaling.Scale,
        "pytorch_half_pixel" when scaling.To == 1 => 0,
        "half_pixel_symmetric" => scaling.From / 2.0 * (1 - scaling.To / (scaling.Scale * scaling.From)) + (i + 0.5) / scaling.Scale - 0.5,
        _ => (i + 0.5) / scaling.Scale - 0.5,
    };
}
