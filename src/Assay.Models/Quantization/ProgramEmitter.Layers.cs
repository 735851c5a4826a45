using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;
using Channel = Assay.Models.Quantization.ChannelQuantizer.Channel;

namespace Assay.Models.Quantization;

/// <summary>Linear layers, convolutions, and scales with offsets.</summary>
internal sealed partial class ProgramEmitter
{
    // Weights of 12 bits may lose two of them in a channel before the layer takes a second limb, which doubles its cost.
    private const int ShiftsGivenUp = 2;

    // Fewer significant bits of weights than this are not worth having: the operand gets narrower instead.
    private const int LeastWeightBits = 7;
    private const int LeastResultBits = 8;

    private void EmitLayer(FloatNode node)
    {
        FloatNode result = Absorbing(node, anyScale: true);
        QuantizedValue x = Value(node.Operands[0]);
        (float[] weights, float[] biases) = Parameters(node);
        double[] row = new double[weights.Length / biases.Length];
        ResultRange range = Choose(node, result);

        // A scale too fine for the weights (shift below 0) is doubled: rare, where a layer's sums cancel out.
        for (int attempt = 0; attempt < 64 && _error is null; attempt++)
        {
            LayerPlan? plan = Plan(node, x, weights, biases, row, range.Scale, out bool starved);
            if (plan is not null && starved && AskForNarrower(node, node.Operands[0], TooLong))
            {
                return;
            }

            if (plan is not null && starved && x.MaxMagnitude >= 1 << LeastResultBits && x.FeatureScales is null)
            {
                x = Coarser(node, x);
                continue;
            }

            if (plan is null)
            {
                (double lo, double hi) = Reals(result);
                range = range.Doubled(lo, hi);
                continue;
            }

            if (_error is null)
            {
                PushLayer(node, result, x, range, plan);
            }

            return;
        }

        Fail(QuantizeErrors.Accumulator, node, "no scale keeps its sums in the accumulator's bound");
    }

    private sealed record LayerPlan(Channel[] Channels, bool TwoLimbs);

    /// <summary>The channels' integers, in one limb if that costs little; null if a channel needs a coarser result scale.</summary>
    private LayerPlan? Plan(FloatNode node, QuantizedValue x, float[] weights, float[] biases, double[] row, double scaleOut, out bool starved)
    {
        int bits = _widths[node].WeightBits;
        int given = bits > 12 ? 0 : ShiftsGivenUp;
        LayerPlan one = new(new Channel[biases.Length], false);
        LayerPlan two = new(new Channel[biases.Length], true);
        bool wantsTwo = false;
        starved = false;
        for (int n = 0; n < biases.Length; n++)
        {
            double bias = Real(x, weights.AsSpan(n * row.Length, row.Length), biases[n], row);
            int from = ChannelQuantizer.LargestShift(row, scaleOut, bits);
            Channel? single = ChannelQuantizer.Quantize(row, bias, scaleOut, from, x.MaxMagnitude, twoLimbs: false);
            Channel? twice = node is AffineNode ? null : ChannelQuantizer.Quantize(row, bias, scaleOut, from, x.MaxMagnitude, twoLimbs: true);
            if ((single ?? twice) is not { } best)
            {
                return null;
            }

            // Where a large bias takes the room, a second limb doesn't help.
            bool helps = twice is not null && (single is null || (from - best.Shift > given && twice.Value.Shift > best.Shift));
            best = helps ? twice!.Value : best;
            wantsTwo |= helps;
            starved |= from - best.Shift > bits - LeastWeightBits && SignificantBits(best.Weights) < LeastWeightBits;
            one.Channels[n] = single ?? best;
            two.Channels[n] = twice ?? best;
        }

        return wantsTwo ? two : one;
    }

    private static int SignificantBits(int[] weights) => 33 - int.LeadingZeroCount(weights.Max(Math.Abs));

    /// <summary>Weights by channel, and biases.</summary>
    private static (float[] Weights, float[] Biases) Parameters(FloatNode node)
    {
        switch (node)
        {
            case LinearNode linear:
                return (linear.Weights, linear.Bias);
            case ConvNode conv:
                return (conv.Weights, conv.Bias);
            default:
                AffineNode affine = (AffineNode)node;
                int channels = node.Shape[AffineAxis(affine)];
                return affine.Scale.Length == channels
                    ? (affine.Scale, affine.Offset)
                    : ([.. Enumerable.Repeat(affine.Scale[0], channels)], [.. Enumerable.Repeat(affine.Offset[0], channels)]);
        }
    }

    /// <summary>The axis of the channels; one factor for all elements is repeated along the shortest axis.</summary>
    private static int AffineAxis(AffineNode node) => node.Axis >= 0 ? node.Axis : node.Shape.IndexOf(node.Shape.Min());

    /// <summary>Scales and offsets that no layer and no input took up.</summary>
    private void EmitAffine(AffineNode node)
    {
        if (_facts.HasWidth(node))
        {
            EmitLayer(node);
            return;
        }

        QuantizedValue x = Value(node.X);
        bool negative = GraphFacts.IsNegation(node);
        x = negative ? Negated(x) : x;
        _values[node] = x with { Scale = x.Scale * Math.Abs((double)node.Scale[0]) };
        if (!(_values[node].Scale is > 1e-30 and < 1e30))
        {
            Fail(QuantizeErrors.Range, node, "its numbers are too large or too small");
        }
    }

    /// <summary>A row's weights per integer of the operand, and its bias with the operand's offsets in it.</summary>
    private static double Real(QuantizedValue x, ReadOnlySpan<float> weights, double bias, double[] row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = weights[i] * (x.FeatureScales is null ? x.Scale : x.FeatureScales[i]);
            bias += x.FeatureOffsets is null ? 0 : weights[i] * x.FeatureOffsets[i];
        }

        return bias;
    }

    private void PushLayer(FloatNode node, FloatNode result, QuantizedValue x, ResultRange range, LayerPlan plan)
    {
        int perChannel = plan.Channels[0].Weights.Length;
        int[] integers = new int[plan.Channels.Length * perChannel];
        int[] biases = new int[plan.Channels.Length];
        for (int n = 0; n < biases.Length; n++)
        {
            plan.Channels[n].Weights.CopyTo(integers, n * perChannel);
            biases[n] = plan.Channels[n].Bias;
        }

        int bits = SignificantBits(integers);
        WeightType type = bits <= 8 ? WeightType.I8 : WeightType.I16;
        ImmutableArray<byte> shifts = [.. plan.Channels.Select(c => (byte)c.Shift)];
        TensorType resultType = new(node.Shape, range.Lo, range.Hi);
        int limbs = plan.TwoLimbs ? 2 : 1;
        ImmutableArray<int> shape = node switch
        {
            ConvNode conv => [conv.Channels, conv.GroupInputs, conv.Window.KernelY, conv.Window.KernelX],
            LinearNode => [biases.Length, perChannel],
            _ => [biases.Length],
        };
        int weights = AddWeights(type, shape, integers);
        int bias = AddWeights(WeightType.I32, [biases.Length], biases);
        Operation operation = node switch
        {
            ConvNode { Window: var w } conv => new ConvOperation(
                x.Value, weights, bias, shifts, w.StrideY, w.StrideX, w.DilationY, w.DilationX, new Pads(w.Top, w.Left, w.Bottom, w.Right), conv.Groups, plan.TwoLimbs, resultType),
            LinearNode => new LinearOperation(x.Value, weights, bias, shifts, plan.TwoLimbs, resultType),
            _ => new AffineOperation(x.Value, AffineAxis((AffineNode)node), weights, bias, shifts, resultType),
        };
        PushResult(node, result, operation, range.Scale, bits, limbs);
    }
}
