using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;
using Onnx;

namespace Assay.Models.Import.Operators;

/// <summary>
/// What LSTM, GRU and RNN share: operands [T,N,I] (with layout = 1 [N,T,I]), weights for each direction, steps one after
/// the other, states as inputs and outputs. The number of steps is fixed at import.
/// </summary>
internal sealed class RecurrentLayer
{
    private readonly NodeContext _node;
    private readonly float[] _weights;
    private readonly float[] _recurrence;
    private readonly float[]? _bias;
    private readonly int _gates;
    private readonly bool _batchFirst;
    private readonly string _direction;
    private readonly ScalarFunction[] _functions;

    private RecurrentLayer(NodeContext node, int gates, FloatNode x, Constant weights, Constant recurrence, float[]? bias, string direction, ScalarFunction[] functions)
    {
        _node = node;
        _gates = gates;
        _weights = weights.Floats!;
        _recurrence = recurrence.Floats!;
        _bias = bias;
        _batchFirst = node.Integer("layout", 0) != 0;
        _direction = direction;
        _functions = functions;
        Directions = weights.Shape[0];
        Hidden = weights.Shape[1] / gates;
        X = _batchFirst ? node.Transpose(x, [1, 0, 2]) : x;
    }

    /// <summary>[T,N,I].</summary>
    public FloatNode X { get; }

    public int Directions { get; }

    /// <summary>H.</summary>
    public int Hidden { get; }

    public int Steps => X.Shape[0];

    private int Items => X.Shape[1];

    /// <summary>Reads and checks what all three have; null and an error if it doesn't fit.</summary>
    public static RecurrentLayer? Read(NodeContext node, int gates, int most, params string[] defaults)
    {
        if (!node.Arity(3, most) || node.Computed(0) is not { } x)
        {
            return null;
        }

        if (node.Hidden)
        {
            node.Fail(OnnxErrors.Batch, "its sequence may lie along the first dimension", "literal shapes");
            return null;
        }

        Constant? w = node.KnownFloats(1, "W");
        Constant? r = node.KnownFloats(2, "R");
        Constant? b = node.KnownFloats(3, "B", required: false);
        string direction = node.Text("direction", "forward");
        int directions = direction == "bidirectional" ? 2 : 1;
        if (node.Failed || x.Item.Length != 3 || w!.Shape.Length != 3 || r!.Shape.Length != 3 || w.Shape[1] % gates != 0 || w.Shape[1] == 0
            || w.Shape[0] != directions || w.Shape[2] != x.Item[2] || r.Shape[0] != directions || r.Shape[1] != w.Shape[1]
            || r.Shape[2] != w.Shape[1] / gates || (b is not null && b.Count != 2 * directions * w.Shape[1])
            || direction is not ("forward" or "reverse" or "bidirectional"))
        {
            node.Fail(OnnxErrors.Shape, "its operand isn't [T,N,I], or its weights don't fit");
            return null;
        }

        int steps = x.Item[node.Integer("layout", 0) != 0 ? 1 : 0];
        if (node.KnownIntegers(4, "sequence_lens", required: false) is { } lengths && lengths.Any(l => l != steps))
        {
            node.Fail(OnnxErrors.UnsupportedForm, "its sequences are of different lengths", "sequences of full length");
        }

        if (Functions(node, directions, defaults) is not { } functions || node.Failed || !node.Fits(steps, x.Item[0], w.Shape[1]))
        {
            return null;
        }

        return new RecurrentLayer(node, gates, x.Node!, w, r, b?.Floats, direction, functions);
    }

    /// <summary>Function number <paramref name="index"/> of a direction.</summary>
    public FloatNode Apply(FloatNode x, int direction, int index) => _node.Function(x, _functions[direction * (_functions.Length / Directions) + index]);

    /// <summary>True if the direction's two first functions are one.</summary>
    public ScalarFunction Function(int direction, int index) => _functions[direction * (_functions.Length / Directions) + index];

    /// <summary>Part of a direction's bias: rows of the operand's (0) or the state's (1).</summary>
    public float[] Bias(int direction, int part)
    {
        int rows = _gates * Hidden;
        float[] result = new float[rows];
        _bias?.AsSpan((direction * 2 + part) * rows, rows).CopyTo(result);
        return result;
    }

    /// <summary>The operand's share of all gates at all steps, [T,N,gates*H].</summary>
    public FloatNode Inputs(int direction, float[] bias)
    {
        int rows = _gates * Hidden;
        int length = rows * X.Shape[2];
        return _node.Take(length) ? _node.Linear(X, rows, _weights[(direction * length)..((direction + 1) * length)], bias) : NodeContext.Nothing;
    }

    /// <summary>Rows of a direction's recurrence weights, for gates from one to another.</summary>
    public float[] Recurrence(int direction, int fromGate, int toGate)
    {
        int row = Hidden * Hidden;
        int start = direction * _gates * row;
        return _node.Take((toGate - fromGate) * (long)row) ? _recurrence[(start + fromGate * row)..(start + toGate * row)] : [];
    }

    /// <summary>A direction's initial state [1,N,H]; null if it is zero.</summary>
    public FloatNode? Initial(int index, int direction)
    {
        if (!_node.Has(index) || _node.Input(index) is { Constant.Floats: { } floats } && Array.TrueForAll(floats, f => f == 0))
        {
            return null;
        }

        ImportValue given = _node.Input(index);
        FloatNode? state = given.Node ?? Arithmetic.AsNode(_node, given.Constant!, 3);
        ImmutableArray<int> expected = _batchFirst ? [Items, Directions, Hidden] : [Directions, Items, Hidden];
        if (state is null || _node.Failed || !Shapes.Same(state.Shape, expected))
        {
            _node.Fail(OnnxErrors.Shape, "an initial state isn't [directions, N, H]");
            return NodeContext.Nothing;
        }

        return _node.Cut(_batchFirst ? _node.Transpose(state, [1, 0, 2]) : state, 0, direction, 1);
    }

    /// <summary>Runs a direction's steps, each from its gates [1,N,gates*H] to the new state [1,N,H].</summary>
    public FloatNode[] Run(int direction, FloatNode gates, Func<FloatNode, FloatNode> step)
    {
        FloatNode[] states = new FloatNode[Steps];
        bool backwards = _direction == "reverse" || direction == 1;
        for (int i = 0; i < states.Length && !_node.Failed; i++)
        {
            int t = backwards ? states.Length - 1 - i : i;
            states[t] = step(_node.Cut(gates, 0, t, 1));
        }

        return states;
    }

    /// <summary>Sets the outputs: all states, and for each kind of state the last ones.</summary>
    public ImportValue? Outputs(FloatNode[][] states, params FloatNode[][] last)
    {
        if (_node.Failed)
        {
            return null;
        }

        if (_node.Wants(0))
        {
            FloatNode all = _node.Concat([.. states.Select(s => _node.Reshape(_node.Concat([.. s], 0), [Steps, 1, Items, Hidden]))], 1);
            all = _batchFirst ? _node.Transpose(all, [2, 0, 1, 3]) : all;
            _node.Set(0, all);
        }

        for (int i = 0; i < last.Length && !_node.Failed; i++)
        {
            if (_node.Wants(i + 1))
            {
                FloatNode state = _node.Concat([.. last[i]], 0);
                _node.Set(i + 1, _batchFirst ? _node.Transpose(state, [1, 0, 2]) : state);
            }
        }

        return _node.Failed ? null : _node.Outputs[0] ?? _node.Input(0);
    }

    /// <summary>The last state of a direction's run.</summary>
    public FloatNode Last(FloatNode[] states, int direction) => _direction == "reverse" || direction == 1 ? states[0] : states[^1];

    private static ScalarFunction[]? Functions(NodeContext node, int directions, string[] defaults)
    {
        string[] names = node.Attribute("activations", AttributeProto.Types.AttributeType.Strings)?.Strings.Select(s => s.ToStringUtf8()).ToArray()
            ?? [.. Enumerable.Repeat(defaults, directions).SelectMany(d => d)];
        ScalarFunction x = ScalarFunction.X;
        ScalarFunction?[] functions = Array.ConvertAll(names, name => name.ToUpperInvariant() switch
        {
            "SIGMOID" => ScalarFunction.Sigmoid,
            "TANH" => ScalarFunction.Tanh,
            "RELU" => ElementWise.Max(x, 0),
            "HARDSIGMOID" => ElementWise.Min(1, ElementWise.Max(0, x * 0.2f + 0.5)),
            "SOFTSIGN" => x / (1 + ElementWise.Of(UnaryFunction.Abs)),
            _ => null,
        });
        if (names.Length != directions * defaults.Length || functions.Contains(null) || node.HasAttribute("activation_alpha") || node.HasAttribute("activation_beta"))
        {
            node.Fail(OnnxErrors.UnsupportedForm, "its activation functions are not known, or have parameters", "Sigmoid, Tanh, Relu, HardSigmoid or Softsign");
            return null;
        }

        return functions!;
    }
}
