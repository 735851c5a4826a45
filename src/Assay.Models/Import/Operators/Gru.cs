using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>GRU and RNN.</summary>
internal static class Gru
{
    /// <summary>
    /// For each step with z = f(x Wz' + h Rz' + b), r = f(x Wr' + h Rr' + b): <c>c = g(x Wc' + (r*h) Rc' + b)</c>, or with
    /// linear_before_reset <c>c = g(x Wc' + r*(h Rc' + bR) + bW)</c>; <c>h = (1-z)*c + z*h</c>. Gives all h, and the last.
    /// </summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (RecurrentLayer.Read(node, 3, 6, "Sigmoid", "Tanh") is not { } layer)
        {
            return null;
        }

        float clip = node.Float("clip", float.PositiveInfinity);
        bool linearBefore = node.Integer("linear_before_reset", 0) != 0;
        return Directions(node, layer, d => Cell(node, layer, d, clip, linearBefore));
    }

    /// <summary>For each step <c>h = f(x W' + h R' + b)</c>. Gives all h, and the last.</summary>
    public static ImportValue? Rnn(NodeContext node)
    {
        if (RecurrentLayer.Read(node, 1, 6, "Tanh") is not { } layer)
        {
            return null;
        }

        float clip = node.Float("clip", float.PositiveInfinity);
        return Directions(node, layer, d =>
        {
            float[] bias = Sum(layer.Bias(d, 0), layer.Bias(d, 1), layer.Hidden);
            float[] weights = layer.Recurrence(d, 0, 1);
            float[] zeros = new float[layer.Hidden];
            FloatNode? h = layer.Initial(5, d);
            return layer.Run(d, layer.Inputs(d, bias), inputs =>
            {
                FloatNode sum = h is null ? inputs : node.Add(inputs, node.Linear(h, layer.Hidden, weights, zeros));
                h = layer.Apply(Clipped(node, sum, clip), d, 0);
                return h;
            });
        });
    }

    private static FloatNode[] Cell(NodeContext node, RecurrentLayer layer, int d, float clip, bool linearBefore)
    {
        int size = layer.Hidden;
        float[] ofState = layer.Bias(d, 1);
        float[] bias = Sum(layer.Bias(d, 0), ofState, linearBefore ? 2 * size : 3 * size);
        float[] gateWeights = layer.Recurrence(d, 0, 2);
        float[] stateWeights = layer.Recurrence(d, 2, 3);
        float[] zeros = new float[2 * size];
        float[] stateBias = linearBefore ? ofState[(2 * size)..] : new float[size];
        FloatNode? h = layer.Initial(5, d);
        return layer.Run(d, layer.Inputs(d, bias), inputs =>
        {
            FloatNode both = node.Cut(inputs, 2, 0, 2 * size);
            both = h is null ? both : node.Add(both, node.Linear(h, 2 * size, gateWeights, zeros));
            FloatNode open = layer.Apply(Clipped(node, both, clip), d, 0);
            (FloatNode z, FloatNode r) = (node.Cut(open, 2, 0, size), node.Cut(open, 2, size, size));
            FloatNode candidate = node.Cut(inputs, 2, 2 * size, size);
            if (h is not null)
            {
                FloatNode state = linearBefore
                    ? node.Multiply(r, node.Linear(h, size, stateWeights, stateBias))
                    : node.Linear(node.Multiply(r, h), size, stateWeights, stateBias);
                candidate = node.Add(candidate, state);
            }
            else if (linearBefore && node.Take(2L * size))
            {
                candidate = node.Add(candidate, node.Affine(r, 2, stateBias, new float[size]));
            }

            candidate = layer.Apply(Clipped(node, candidate, clip), d, 1);

            // (1-z)*c + z*h = c + z*(h - c)
            h = h is null
                ? node.Multiply(node.Affine(z, -1, 1), candidate)
                : node.Add(candidate, node.Multiply(z, node.Subtract(h, candidate)));
            return h;
        });
    }

    private static ImportValue? Directions(NodeContext node, RecurrentLayer layer, Func<int, FloatNode[]> run)
    {
        List<FloatNode[]> states = [];
        for (int d = 0; d < layer.Directions && !node.Failed; d++)
        {
            states.Add(run(d));
        }

        return node.Failed ? null : layer.Outputs([.. states], [.. states.Select(layer.Last)]);
    }

    private static FloatNode Clipped(NodeContext node, FloatNode x, float clip) =>
        float.IsPositiveInfinity(clip) ? x
        : clip > 0 ? node.Clamp(x, -clip, clip)
        : node.Fail(OnnxErrors.Attribute, "attribute 'clip' isn't positive")?.Node ?? NodeContext.Nothing;

    /// <summary>Both biases where they can be added before, the first alone behind that.</summary>
    private static float[] Sum(float[] first, float[] second, int length)
    {
        for (int i = 0; i < length; i++)
        {
            first[i] += second[i];
        }

        return first;
    }
}
