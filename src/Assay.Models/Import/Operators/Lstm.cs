using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>LSTM.</summary>
internal static class Lstm
{
    /// <summary>
    /// For each step with the gates i, o, f, c = x W' + h R' + b: <c>C = f(f)*C + f(i)*g(c)</c>, <c>h = f(o)*h(C)</c>, where the
    /// peepholes add multiples of C to the gates, clip bounds them, and input_forget makes f = 1 - i. Gives all h, the last h
    /// and the last C.
    /// </summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (RecurrentLayer.Read(node, 4, 8, "Sigmoid", "Tanh", "Tanh") is not { } layer)
        {
            return null;
        }

        Constant? peepholes = node.KnownFloats(7, "P", required: false);
        float clip = node.Float("clip", float.PositiveInfinity);
        if (node.Failed || clip <= 0 || (peepholes is not null && peepholes.Count != layer.Directions * 3 * layer.Hidden))
        {
            return node.Fail(OnnxErrors.Shape, "its peepholes don't fit, or clip isn't positive");
        }

        List<FloatNode[]> states = [];
        List<FloatNode> lastH = [];
        List<FloatNode> lastC = [];
        for (int d = 0; d < layer.Directions && !node.Failed; d++)
        {
            Cell cell = new(node, layer, d, peepholes?.Floats, clip, node.Integer("input_forget", 0) != 0);
            FloatNode[] h = cell.Run();
            states.Add(h);
            if (!node.Failed)
            {
                lastH.Add(layer.Last(h, d));
                lastC.Add(cell.Memory!);
            }
        }

        return layer.Outputs([.. states], [.. lastH], [.. lastC]);
    }

    /// <summary>One direction.</summary>
    private sealed class Cell
    {
        private readonly NodeContext _node;
        private readonly RecurrentLayer _layer;
        private readonly int _direction;
        private readonly float[]? _peepholes;
        private readonly float _clip;
        private readonly bool _coupled;
        private readonly float[] _weights;
        private readonly float[] _zeros;
        private readonly FloatNode _gates;
        private FloatNode? _h;

        public Cell(NodeContext node, RecurrentLayer layer, int direction, float[]? peepholes, float clip, bool coupled)
        {
            (_node, _layer, _direction, _clip, _coupled) = (node, layer, direction, clip, coupled);
            int size = layer.Hidden;
            _peepholes = peepholes?.AsSpan(direction * 3 * size, 3 * size).ToArray();
            _zeros = new float[4 * size];
            float[] bias = layer.Bias(direction, 0);
            float[] other = layer.Bias(direction, 1);
            for (int i = 0; i < bias.Length; i++)
            {
                bias[i] += other[i];
            }

            _gates = layer.Inputs(direction, bias);
            _weights = layer.Recurrence(direction, 0, 4);
            _h = layer.Initial(5, direction);
            Memory = layer.Initial(6, direction);
        }

        /// <summary>C; null while it is zero.</summary>
        public FloatNode? Memory { get; private set; }

        public FloatNode[] Run() => _layer.Run(_direction, _gates, Step);

        private FloatNode Step(FloatNode inputs)
        {
            int size = _layer.Hidden;
            FloatNode gates = _h is null ? inputs : _node.Add(inputs, _node.Linear(_h, 4 * size, _weights, _zeros));
            if (_node.Failed)
            {
                return NodeContext.Nothing;
            }

            FloatNode i, o, f;
            if (_peepholes is null)
            {
                FloatNode open = _layer.Apply(Clipped(_node.Cut(gates, 2, 0, 3 * size)), _direction, 0);
                (i, o, f) = (_node.Cut(open, 2, 0, size), _node.Cut(open, 2, size, size), _node.Cut(open, 2, 2 * size, size));
            }
            else
            {
                i = Gate(gates, 0, Memory, 0);
                f = Gate(gates, 2, Memory, 2);
                o = NodeContext.Nothing;
            }

            FloatNode candidate = _node.Multiply(i, _layer.Apply(Clipped(_node.Cut(gates, 2, 3 * size, size)), _direction, 1));
            FloatNode forget = _coupled ? _node.Affine(i, -1, 1) : f;
            Memory = Memory is null ? candidate : _node.Add(_node.Multiply(forget, Memory), candidate);
            o = _peepholes is null ? o : Gate(gates, 1, Memory, 1);
            _h = _node.Multiply(o, _layer.Apply(Memory, _direction, 2));
            return _h;
        }

        private FloatNode Gate(FloatNode gates, int gate, FloatNode? memory, int peephole)
        {
            int size = _layer.Hidden;
            FloatNode sum = _node.Cut(gates, 2, gate * size, size);
            if (memory is not null && _node.Take(2L * size))
            {
                sum = _node.Add(sum, _node.Affine(memory, 2, _peepholes![(peephole * size)..((peephole + 1) * size)], new float[size]));
            }

            return _layer.Apply(Clipped(sum), _direction, 0);
        }

        private FloatNode Clipped(FloatNode gate) => float.IsPositiveInfinity(_clip) ? gate : _node.Clamp(gate, -_clip, _clip);
    }
}
