using Assay.Engine.Kernels;
using Assay.Engine.Memory;
using Assay.Engine.Simd;
using Assay.Programs;

namespace Assay.Engine.Plan;

/// <summary>Puts the weights of linear layers and convolutions into the order in which kernels read them.</summary>
/// <remarks>Safety: channel, position and pair stay below the counts that the three blocks were allocated with.</remarks>
internal static unsafe class LayerPacker
{
    /// <summary>Packs for <see cref="GemmKernel{TS,TV}"/> or <see cref="TwoLimbKernel{TS,TV}"/>.</summary>
    /// <param name="layer">The layer; its channels are <paramref name="groups"/> groups of equal size.</param>
    /// <param name="order">For each element of the runs, in their order: its index in a channel's weights, or -1 for padding.</param>
    /// <returns>Groups one after the other, each with its own panels.</returns>
    public static PackedLayer Pack(PlanMemory memory, LayerWeights layer, ReadOnlySpan<int> order, int groups, int lanes)
    {
        int channels = layer.Bias.Length / groups;
        int perChannel = layer.Weights.Length / layer.Bias.Length;
        int width = 2 * lanes;
        bool joins = layer.TwoLimbs && layer.JoinsInVectors;
        int perPanel = joins ? lanes : width;
        int panels = (channels + perPanel - 1) / perPanel;
        bool half = !layer.TwoLimbs && PackedLayer.EndsInHalf(channels, lanes);
        long panelStride = (long)order.Length / 2 * perPanel * (layer.TwoLimbs ? 2 : 1);
        int* weights = memory.Allocate<int>(panelStride * panels * groups);
        int* bias = memory.Allocate<int>((long)panels * width * groups);
        int* shifts = memory.Allocate<int>((long)panels * width * groups);
        for (int group = 0; group < groups; group++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int from = (group * channels) + channel;
                long panel = ((long)group * panels) + (channel / perPanel);
                bool inOrder = joins || (half && channel / width == panels - 1);
                int position = inOrder ? channel % perPanel : SplitOrder.PositionOf(channel % width, lanes);
                int vectors = inOrder ? lanes : width;
                bias[(panel * width) + position] = Constant(layer, from);
                shifts[(panel * width) + position] = layer.Shifts[from] - (joins ? 8 : 0);
                short* target = (short*)(weights + (panel * panelStride) + position);
                ReadOnlySpan<int> source = layer.Weights.AsSpan(from * perChannel, perChannel);
                for (int k = 0; k < order.Length; k++)
                {
                    int weight = order[k] < 0 ? 0 : source[order[k]];
                    long pair = (long)(k / 2) * 2 * vectors * (layer.TwoLimbs ? 2 : 1);
                    if (layer.TwoLimbs)
                    {
                        (int high, int low) = AccumulatorRule.Split(weight);
                        target[pair + (k % 2)] = (short)low;
                        target[pair + (2 * vectors) + (k % 2)] = (short)high;
                    }
                    else
                    {
                        target[pair + (k % 2)] = (short)weight;
                    }
                }
            }
        }

        return new(weights, (nint)panelStride, bias, shifts, channels, panels) { HasHalf = half, JoinsInVectors = joins };
    }

    /// <summary>Packs for <see cref="DepthwiseKernel{TS,TV}"/>; two limbs only if they join in vectors.</summary>
    /// <param name="taps">Taps of a kernel; an odd number gets a weight of zero.</param>
    /// <param name="period">Elements that the kernel has weights for: the channels, once or several times.</param>
    public static PackedLayer PackDepthwise(PlanMemory memory, LayerWeights layer, int taps, int period, int lanes)
    {
        int channels = layer.Bias.Length;
        int width = 2 * lanes;
        int panels = (period + width - 1) / width;
        int limbs = layer.TwoLimbs ? 2 : 1;
        int pairs = (taps + 1) / 2;
        long panelStride = (long)pairs * width * limbs;
        int* weights = memory.Allocate<int>(panelStride * panels);
        int* bias = memory.Allocate<int>((long)panels * width);
        int* shifts = memory.Allocate<int>((long)panels * width);
        for (int element = 0; element < period; element++)
        {
            int channel = element % channels;
            int panel = element / width;
            int position = SplitOrder.PositionOf(element % width, lanes);
            bias[(panel * width) + position] = Constant(layer, channel);
            shifts[(panel * width) + position] = layer.Shifts[channel] - (layer.TwoLimbs ? 8 : 0);
            short* target = (short*)(weights + (panel * panelStride) + position);
            for (int tap = 0; tap < taps; tap++)
            {
                int weight = layer.Weights[(channel * taps) + tap];
                long pair = (long)(tap / 2) * 2 * width * limbs;
                if (layer.TwoLimbs)
                {
                    (int high, int low) = AccumulatorRule.Split(weight);
                    target[pair + (tap % 2)] = (short)low;
                    target[pair + (2 * width) + (tap % 2)] = (short)high;
                }
                else
                {
                    target[pair + (tap % 2)] = (short)weight;
                }
            }
        }

        return new(weights, (nint)panelStride, bias, shifts, channels, panels);
    }

    /// <summary>Bias and rounding constant; their sum is within the accumulator rule.</summary>
    private static int Constant(LayerWeights layer, int channel) =>
        checked((int)(layer.Bias[channel] + AccumulatorRule.RoundingConstant(layer.Shifts[channel])));
}
