using Assay.Models.Float;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>The widths that the search starts from: the options', and more where calibration already shows that they can't do.</summary>
internal static class InitialWidths
{
    private const int ProbabilityBits = 15;
    private const int DivisorBits = 15;
    private const int SteepFunctionBits = 14;
    private const int WideBits = 16;
    private const int Samples = 256;

    public static LayerWidths Of(GraphFacts facts, Calibration calibration, QuantizerOptions options, FloatNode node)
    {
        switch (node)
        {
            case SoftmaxNode:
                return new LayerWidths(0, ProbabilityBits, "probabilities");
            case ConstantNode:
                return new LayerWidths(0, options.WeightBits, "default");
            case EmbeddingNode:
                return new LayerWidths(options.WeightBits, options.WeightBits, "default");
            case InputNode when calibration.WholeNumbers.Contains(node) && IsWiderThan(calibration.Range(node), options.ActivationBits):
                return new LayerWidths(0, WideBits, "whole numbers, met exactly");
        }

        bool weights = node is LinearNode or ConvNode or AffineNode;
        (int bits, string reason) = (options.ActivationBits, "default");
        (List<FloatNode> readers, bool isOutput) = Readers(facts, node);
        if (readers.OfType<DivideNode>().Any(d => Sources(d.B).Contains(node)) && bits < DivisorBits)
        {
            (bits, reason) = (DivisorBits, "a divisor, whose relative error counts");
        }
        else if (!isOutput && readers.Count > 0 && readers.All(r => r is FunctionNode) && bits < SteepFunctionBits)
        {
            int steep = readers.Cast<FunctionNode>().Max(f => StepsLost(calibration, f));
            bits = Math.Min(SteepFunctionBits, bits + steep);
            reason = steep > 0 ? $"read by '{readers[0].Name}', which is steep" : reason;
        }

        return new LayerWidths(weights ? options.WeightBits : 0, bits, reason);
    }

    /// <summary>
    /// The widest result that costs nothing: every layer that reads it keeps its weights' bits in one limb, and no table gets
    /// long.
    /// </summary>
    public static int Room(GraphFacts facts, QuantizerOptions options, FloatNode node)
    {
        int room = WideBits;
        foreach (FloatNode reader in Readers(facts, node).Users)
        {
            room = Math.Min(room, reader switch
            {
                LinearNode linear => Room(LongestSum(linear.Weights, linear.Bias.Length), options.WeightBits),
                ConvNode conv => Room(LongestSum(conv.Weights, conv.Bias.Length), options.WeightBits),
                MatMulNode product => Room(product.InnerSize, null),
                MulNode => Room(1, null),
                FunctionNode or SoftmaxNode => SteepFunctionBits,
                _ => WideBits,
            });
        }

        return room;
    }

    /// <summary>Bits of an operand whose sums of so many terms keep the accumulator's bound; null: the other factor is as wide.</summary>
    private static int Room(double terms, int? otherBits)
    {
        int room = WideBits;
        while (room > 1 && Math.ScaleB(terms, room - 1 + ((otherBits ?? room) - 1)) > AccumulatorRule.Limit * 0.99)
        {
            room--;
        }

        return room;
    }

    /// <summary>The largest sum of |w| of a channel, in units of its largest |w|.</summary>
    private static double LongestSum(float[] weights, int channels)
    {
        double longest = 1;
        int perChannel = weights.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            (double sum, double largest) = (0, 0);
            foreach (float weight in weights.AsSpan(c * perChannel, perChannel))
            {
                sum += Math.Abs((double)weight);
                largest = Math.Max(largest, Math.Abs((double)weight));
            }

            longest = largest > 0 ? Math.Max(longest, sum / largest) : longest;
        }

        return longest;
    }

    private static bool IsWiderThan((float Min, float Max) seen, int bits) =>
        seen.Min >= short.MinValue && seen.Max <= short.MaxValue && 2.0 * (Math.Max(seen.Max, 0.0) - Math.Min(seen.Min, 0.0)) >= 1 << bits;

    /// <summary>What reads a value, as it is or moved or cut, and whether it is an output so.</summary>
    private static (List<FloatNode> Users, bool IsOutput) Readers(GraphFacts facts, FloatNode node)
    {
        List<FloatNode> users = [];
        bool isOutput = false;
        Stack<FloatNode> open = new([node]);
        HashSet<FloatNode> seen = [];
        while (open.TryPop(out FloatNode? next))
        {
            isOutput |= facts.IsOutput(next);
            foreach (FloatNode user in facts.Users(next))
            {
                if (!GraphFacts.KeepsScale(user))
                {
                    users.Add(user);
                }
                else if (seen.Add(user))
                {
                    open.Push(user);
                }
            }
        }

        return (users, isOutput);
    }

    /// <summary>A value and those that it is moved or cut from.</summary>
    private static IEnumerable<FloatNode> Sources(FloatNode node)
    {
        yield return node;
        while (GraphFacts.KeepsScale(node))
        {
            node = node.Operands[0];
            yield return node;
        }
    }

    /// <summary>Bits by which a function's steepest part is coarser than its whole range: its operand needs them on top.</summary>
    private static int StepsLost(Calibration calibration, FunctionNode node)
    {
        Func<double, double> function = ScalarFunctions.Compile(node.Function);
        (float lo, float hi) = calibration.Range(node.X);
        (double least, double most, double steepest) = (double.PositiveInfinity, double.NegativeInfinity, 0);
        double before = double.NaN;
        for (int i = 0; i <= Samples && !FunctionBounds.IsWhole(node.Function); i++)
        {
            double y = function(lo + ((hi - (double)lo) * i / Samples));
            if (double.IsFinite(y))
            {
                (least, most) = (Math.Min(least, y), Math.Max(most, y));
                steepest = double.IsFinite(before) ? Math.Max(steepest, Math.Abs(y - before)) : steepest;
            }

            before = y;
        }

        double ratio = most > least ? steepest * Samples / (most - least) : 1;
        return ratio >= 1.4 && double.IsFinite(ratio) ? Math.ILogB(ratio * 1.4142135623730951) : 0;
    }
}
