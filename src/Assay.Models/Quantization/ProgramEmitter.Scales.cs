using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>Bringing values to common scales, and operands to widths that a bound allows.</summary>
internal sealed partial class ProgramEmitter
{
    private const int LargestMultiplier = short.MaxValue;

    // A layer that others read too joins a scale at most two bits coarser than its own.
    private const double CoarserAtMost = 4;

    private readonly Dictionary<FloatNode, string> _notes = [];

    /// <summary>
    /// Values that meet in a concatenation, maximum, minimum or choice need one scale. Where the layers that make them can
    /// have any scale, they get the coarsest that one of them needs, and nothing is rounded twice.
    /// </summary>
    private Dictionary<FloatNode, double> ShareScales()
    {
        Dictionary<FloatNode, double> shared = [];
        if (!_graph.Nodes.Any(GraphFacts.JoinsScales))
        {
            return shared;
        }

        Dictionary<FloatNode, FloatNode> parents = [];
        Dictionary<FloatNode, double> natural = [];
        foreach (FloatNode join in _graph.Nodes.Where(GraphFacts.JoinsScales))
        {
            parents.TryAdd(join, join);
            List<FloatNode> sources = [];
            foreach (FloatNode operand in GraphFacts.Joined(join))
            {
                FloatNode source = ScaleSource(operand);
                if (GraphFacts.JoinsScales(source) || IsAnyScale(source))
                {
                    sources.Add(source);
                    if (!GraphFacts.JoinsScales(source))
                    {
                        natural.TryAdd(source, NaturalScale(source));
                    }
                }
            }

            double coarsest = sources.Count == 0 ? 0 : sources.Max(s => natural.GetValueOrDefault(s));
            foreach (FloatNode source in sources)
            {
                if (GraphFacts.JoinsScales(source) || _facts.Users(source).Count == 1 || natural[source] * CoarserAtMost >= coarsest)
                {
                    parents.TryAdd(source, source);
                    parents[Representative(parents, source)] = Representative(parents, join);
                }
            }
        }

        foreach (IGrouping<FloatNode, FloatNode> members in parents.Keys.GroupBy(n => Representative(parents, n)))
        {
            double scale = members.Max(m => natural.GetValueOrDefault(m));
            foreach (FloatNode member in scale > 0 ? members : Enumerable.Empty<FloatNode>())
            {
                shared.Add(member, scale);
            }
        }

        return shared;
    }

    private static FloatNode Representative(Dictionary<FloatNode, FloatNode> parents, FloatNode node)
    {
        while (parents[node] != node)
        {
            node = parents[node] = parents[parents[node]];
        }

        return node;
    }

    /// <summary>The node whose scale a value has, as far as that can be said before anything is written.</summary>
    private static FloatNode ScaleSource(FloatNode node)
    {
        while (GraphFacts.KeepsScale(node))
        {
            node = node.Operands[0];
        }

        return node;
    }

    /// <summary>Whether a layer can have any scale without a further rounding, and no grid decides it.</summary>
    private bool IsAnyScale(FloatNode node) =>
        node is LinearNode or ConvNode or AddNode or AveragePoolNode or FunctionNode or EmbeddingNode or AffineNode
            or ReduceNode { Reduction: Reduction.Sum or Reduction.Mean }
        && _facts.HasWidth(node)
        && Grid(node, Absorbing(node, anyScale: true)) is null;

    private double NaturalScale(FloatNode node)
    {
        (double lo, double hi) = Reals(Absorbing(node, anyScale: true));
        return ResultRange.Choose(lo, hi, _widths[node].ResultBits).Scale;
    }

    /// <summary>The scale of a join: its layers' common one, unless an operand of another scale would leave int16 under it.</summary>
    private double CommonScale(FloatNode join)
    {
        double coarsest = 0;
        bool fits = _sharedScales.TryGetValue(join, out double scale);
        foreach (FloatNode operand in GraphFacts.Joined(join))
        {
            if (operand is not ConstantNode)
            {
                QuantizedValue value = _values[operand];
                coarsest = Math.Max(coarsest, value.Scale);
                fits &= value.MaxMagnitude * (value.Scale / scale) < short.MaxValue;
            }
        }

        foreach (ConstantNode constant in GraphFacts.Joined(join).ToArray().OfType<ConstantNode>())
        {
            double most = constant.Values.Max(v => Math.Abs((double)v)) / short.MaxValue;
            coarsest = Math.Max(coarsest, most);
            fits &= most < scale;
        }

        return fits ? scale : coarsest == 0 ? 1 : coarsest;
    }

    /// <summary>A value under another scale: as it is, or rescaled with one rounding; a constant is written under it.</summary>
    private QuantizedValue ValueAt(FloatNode node, double scale) =>
        node is ConstantNode constant ? EmitConstant(constant, scale) : At(node, _values[node], scale);

    private QuantizedValue At(FloatNode node, QuantizedValue x, double scale)
    {
        if (x.Scale == scale)
        {
            return x;
        }

        if (!_rescaled.TryGetValue((x.Value, scale), out QuantizedValue? result))
        {
            double ratio = x.Scale / scale;
            int shift = LargestShift(s => Fits(Math.ScaleB(ratio, s), x.MaxMagnitude, 0, 0, s));
            if (shift < 0)
            {
                Fail(QuantizeErrors.Accumulator, node, "it meets values of a scale too different from its own");
                return x;
            }

            ResultRange range = ResultRange.Of(x.Lo * ratio, x.Hi * ratio, 1, short.MinValue, short.MaxValue);
            result = Push(new RescaleOperation(x.Value, Multiplier(Math.ScaleB(ratio, shift)), (byte)shift, new TensorType(x.Shape, range.Lo, range.Hi)), scale);
            _rescaled.Add((x.Value, scale), result);
        }

        return result;
    }

    /// <summary>The same reals in integers half as large (or smaller), rounded.</summary>
    private QuantizedValue Coarser(FloatNode node, QuantizedValue x, int bits = 1) => At(node, x, Math.ScaleB(x.Scale, bits));

    /// <summary>The same scale with the range cut to [lo, hi].</summary>
    private QuantizedValue Cut(QuantizedValue x, short lo, short hi) =>
        x.Lo >= lo && x.Hi <= hi ? x : Push(new RescaleOperation(x.Value, 1, 0, new TensorType(x.Shape, Math.Max(lo, x.Lo), Math.Min(hi, x.Hi))), x.Scale);

    /// <summary>The same integers with the other sign.</summary>
    private QuantizedValue Negated(QuantizedValue x)
    {
        TensorType type = new(x.Shape, (short)Math.Max(-x.Hi, short.MinValue), (short)Math.Min(-x.Lo, short.MaxValue));
        return Push(new RescaleOperation(x.Value, -1, 0, type), x.Scale);
    }

    /// <summary>
    /// Asks for a narrower operand if its layer's width can still shrink; the program is then written again. True if it did.
    /// </summary>
    private bool AskForNarrower(FloatNode node, FloatNode operand, string message)
    {
        if (NarrowerOperand(operand) is not { } owner)
        {
            return false;
        }

        _error ??= new EmitError(QuantizeErrors.Accumulator, node, message) { Narrower = owner };
        return true;
    }

    private const string TooLong = "its sums are too long for the accumulator's bound";

    /// <summary>The layer whose result width decides the operand's, if it can still be narrowed.</summary>
    private FloatNode? NarrowerOperand(FloatNode operand)
    {
        FloatNode node = operand;
        while (GraphFacts.KeepsScale(node) || node is AffineNode)
        {
            if (_facts.HasWidth(node))
            {
                break;
            }

            node = node.Operands[0];
        }

        return _widths.TryGetValue(node, out LayerWidths? widths) && widths.ResultBits > LeastResultBits && !_sharedScales.ContainsKey(node) ? node : null;
    }

    private static int LargestShift(Func<int, bool> fits)
    {
        int shift = ProgramLimits.Shift;
        while (shift >= 0 && !fits(shift))
        {
            shift--;
        }

        return shift;
    }

    /// <summary>The power of two, from <paramref name="least"/> to <paramref name="most"/>, that brings a scale nearest to the wanted one.</summary>
    private static int NearestPower(double scale, double wanted, int least, int most)
    {
        int power = least;
        while (power < most && Math.ScaleB(scale, power) * 1.4142135623730951 < wanted)
        {
            power++;
        }

        return power;
    }

    private static short Multiplier(double real) => (short)Math.Max(1, Math.Round(real));

    /// <summary>Whether two multipliers, rounded, fit int16 and keep the bound; their operands' magnitudes are given.</summary>
    private static bool Fits(double a, long magnitudeA, double b, long magnitudeB, int shift) =>
        Math.Max(a, b) <= LargestMultiplier
        && (Multiplier(a) * magnitudeA) + (Multiplier(b) * magnitudeB) + AccumulatorRule.RoundingConstant(shift) <= AccumulatorRule.Limit;
}
