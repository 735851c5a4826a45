using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;
using Channel = Assay.Models.Quantization.ChannelQuantizer.Channel;

namespace Assay.Models.Quantization;

/// <summary>Linear layers and convolutions.</summary>
internal sealed partial class ProgramEmitter
{
    // Weights of 12 bits may lose two of them in a channel before the layer takes a second limb, which doubles its cost.
    private const int ShiftsGivenUp = 2;

    // Fewer significant bits of weights than this are not worth having: the operand gets narrower instead.
    private const int LeastWeightBits = 7;
    private const int LeastResultBits = 8;

    private void EmitLayer(FloatNode node)
    {
        FloatNode result = Absorbing(node);
        QuantizedValue x = _values[node.Operands[0]];
        (float[] weights, float[] biases) = node is LinearNode linear ? (linear.Weights, linear.Bias) : (((ConvNode)node).Weights, ((ConvNode)node).Bias);
        int channels = biases.Length;
        int perChannel = weights.Length / channels;
        double[] row = new double[perChannel];
        ResultRange range = Choose(node, result);

        // A scale too fine for the weights (shift below 0) is doubled: rare, where a layer's sums cancel out.
        for (int attempt = 0; attempt < 64 && _error is null; attempt++)
        {
            LayerPlan? plan = Plan(node, x, weights, biases, row, range.Scale);
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
    private LayerPlan? Plan(FloatNode node, QuantizedValue x, float[] weights, float[] biases, double[] row, double scaleOut)
    {
        int bits = _widths[node].WeightBits;
        int given = bits > 12 ? 0 : ShiftsGivenUp;
        LayerPlan one = new(new Channel[biases.Length], false);
        LayerPlan two = new(new Channel[biases.Length], true);
        bool wantsTwo = false;
        bool starved = false;
        for (int n = 0; n < biases.Length; n++)
        {
            double bias = Real(x, weights.AsSpan(n * row.Length, row.Length), biases[n], row);
            int from = ChannelQuantizer.LargestShift(row, scaleOut, bits);
            Channel? single = ChannelQuantizer.Quantize(row, bias, scaleOut, from, x.MaxMagnitude, twoLimbs: false);
            Channel? twice = ChannelQuantizer.Quantize(row, bias, scaleOut, from, x.MaxMagnitude, twoLimbs: true);
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

        if (starved && NarrowerOperand(node.Operands[0]) is { } owner)
        {
            _error = new EmitError(QuantizeErrors.Accumulator, node, "its sums are too long for the accumulator's bound") { Narrower = owner };
        }

        return wantsTwo ? two : one;
    }

    private static int SignificantBits(int[] weights) => 33 - int.LeadingZeroCount(weights.Max(Math.Abs));

    /// <summary>The layer whose result width decides the operand's, if it can still be narrowed.</summary>
    private FloatNode? NarrowerOperand(FloatNode operand)
    {
        FloatNode node = operand;
        while (node is ClampNode or MaxPoolNode or ReshapeNode or AffineNode)
        {
            node = node.Operands[0];
        }

        return HasWidth(node) && _widths[node].ResultBits > LeastResultBits ? node : null;
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
        if (node is ConvNode conv)
        {
            Window w = conv.Window;
            int weights = AddWeights(type, [conv.Channels, conv.GroupInputs, w.KernelY, w.KernelX], integers);
            int bias = AddWeights(WeightType.I32, [conv.Channels], biases);
            PushResult(node, result, new ConvOperation(x.Value, weights, bias, shifts, w.StrideY, w.StrideX, w.DilationY, w.DilationX, new Pads(w.Top, w.Left, w.Bottom, w.Right), conv.Groups, plan.TwoLimbs, resultType), range.Scale, bits, plan.TwoLimbs ? 2 : 1);
        }
        else
        {
            int weights = AddWeights(type, [biases.Length, perChannel], integers);
            int bias = AddWeights(WeightType.I32, [biases.Length], biases);
            PushResult(node, result, new LinearOperation(x.Value, weights, bias, shifts, plan.TwoLimbs, resultType), range.Scale, bits, plan.TwoLimbs ? 2 : 1);
        }
    }
}
