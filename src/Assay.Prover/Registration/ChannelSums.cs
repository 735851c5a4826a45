using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Circuits;

namespace Assay.Prover.Registration;

/// <summary>What each channel of a requantisation can be before it is clamped, by declared ranges and the weights themselves.</summary>
internal sealed class ChannelSums(ExactModel model)
{
    private readonly ExactProgram _program = model.Program;

    /// <summary>For each shift the least and the greatest result before the clamp.</summary>
    public ImmutableArray<(long Least, long Greatest)> Before(TailQuestion question)
    {
        if (_program.Operations[question.Operation] is SoftmaxOperation softmax)
        {
            // e*R is at most 2^k, whatever the limbs of R could be.
            long one = 1L << softmax.ReciprocalBits;
            return [(0, (one + AccumulatorRule.RoundingConstant(softmax.Shift)) >> softmax.Shift)];
        }

        Layer? layer = LayerOf(question.Operation);
        (long Least, long Greatest)[] results = new (long, long)[question.Shifts.Length];
        for (int channel = 0; channel < results.Length; channel++)
        {
            // Two limbs drop 8 bits before the question's shift; the whole sum with the operation's own shift says it all.
            int shift = layer?.Shifts[channel] ?? question.Shifts[channel];
            (long least, long greatest) = layer is null
                ? ((long)question.TotalAt(channel).Lo, (long)question.TotalAt(channel).Hi)
                : Accumulator(layer, channel, WeightPart.Whole);
            long rounding = layer is null ? 0 : AccumulatorRule.RoundingConstant(shift);
            results[channel] = ((least + rounding) >> shift, (greatest + rounding) >> shift);
        }

        return [.. results];
    }

    /// <summary>Whether the quotient of the low limb stays below its end, which the accumulator rule exceeds by one.</summary>
    public bool LowLimbFits(TailQuestion question)
    {
        Layer? layer = LayerOf(question.Operation);
        for (int channel = 0; layer is { TwoLimbs: true } && channel < layer.Shifts.Length; channel++)
        {
            (_, long greatest) = Accumulator(layer, channel, WeightPart.Low);
            if (greatest + AccumulatorRule.RoundingConstant(layer.Shifts[channel]) >= AccumulatorRule.Limit)
            {
                return false;
            }
        }

        return true;
    }

    private Layer? LayerOf(int operation) => _program.Operations[operation] switch
    {
        LinearOperation op => new(op.X, op.Weights, op.Bias, op.Shifts, op.TwoLimbs, false),
        ConvOperation op => new(op.X, op.Weights, op.Bias, op.Shifts, op.TwoLimbs, op.Pads != Pads.None),
        AffineOperation op => new(op.X, op.Weights, op.Bias, op.Shifts, false, false),
        _ => null,
    };

    private (long Least, long Greatest) Accumulator(Layer layer, int channel, WeightPart part)
    {
        int perChannel = _program.Weights[layer.Weights].Count / layer.Shifts.Length;
        long positive = 0;
        long negative = 0;
        for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++)
        {
            int weight = model.Weights.Element(layer.Weights, i);
            weight = part == WeightPart.Low ? AccumulatorRule.Split(weight).Low : weight;
            positive += Math.Max(weight, 0);
            negative += Math.Min(weight, 0);
        }

        TensorType type = _program.TypeOf(layer.X);
        int bias = model.Weights.Element(layer.Bias, channel);
        long lo = layer.HasPads ? Math.Min((int)type.Lo, 0) : type.Lo;
        long hi = layer.HasPads ? Math.Max((int)type.Hi, 0) : type.Hi;
        return ((positive * lo) + (negative * hi) + bias, (positive * hi) + (negative * lo) + bias);
    }

    private enum WeightPart
    {
        Whole,
        Low,
    }

    private sealed record Layer(int X, int Weights, int Bias, ImmutableArray<byte> Shifts, bool TwoLimbs, bool HasPads);
}
