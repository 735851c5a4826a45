using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>
/// Writes the exact program of a graph for given widths, value by value. Bounds (Relu, Clip) that only one layer feeds
/// become that layer's range; a table's operand is cut where the function is flat.
/// </summary>
internal sealed partial class ProgramEmitter
{
    private readonly FloatGraph _graph;
    private readonly Calibration _calibration;
    private readonly QuantizerOptions _options;
    private readonly IReadOnlyDictionary<FloatNode, LayerWidths> _widths;
    private readonly TableCache _tables;
    private readonly Dictionary<FloatNode, int> _uses;
    private readonly Dictionary<FloatNode, FloatNode> _soleUser = [];
    private readonly Dictionary<FloatNode, QuantizedValue> _values = [];
    private readonly ImmutableArray<ProgramInput>.Builder _inputs = ImmutableArray.CreateBuilder<ProgramInput>();
    private readonly ImmutableArray<WeightTensor>.Builder _weights = ImmutableArray.CreateBuilder<WeightTensor>();
    private readonly ImmutableArray<LookupTable>.Builder _programTables = ImmutableArray.CreateBuilder<LookupTable>();
    private readonly ImmutableArray<Operation>.Builder _operations = ImmutableArray.CreateBuilder<Operation>();
    private readonly ImmutableArray<QuantizedLayer>.Builder _layers = ImmutableArray.CreateBuilder<QuantizedLayer>();
    private readonly List<byte[]> _blob = [];
    private EmitError? _error;

    public ProgramEmitter(
        FloatGraph graph, Calibration calibration, QuantizerOptions options, IReadOnlyDictionary<FloatNode, LayerWidths> widths, TableCache tables)
    {
        _graph = graph;
        _calibration = calibration;
        _options = options;
        _widths = widths;
        _tables = tables;
        _uses = graph.CountUses();
        HashSet<FloatNode> outputs = [.. graph.Outputs.Select(o => o.Node)];
        foreach (FloatNode node in graph.Nodes)
        {
            foreach (FloatNode operand in node.Operands)
            {
                if (_uses[operand] == 1 && !outputs.Contains(operand))
                {
                    _soleUser[operand] = node;
                }
            }
        }
    }

    /// <summary>Layers whose widths can be chosen: those that make a new scale.</summary>
    public static bool HasWidth(FloatNode node) => node is InputNode or LinearNode or ConvNode or AddNode or AveragePoolNode or FunctionNode;

    public EmitResult Emit()
    {
        foreach (FloatNode node in _graph.Nodes)
        {
            if (!_values.ContainsKey(node))
            {
                EmitNode(node);
            }

            if (_error is not null)
            {
                return new EmitResult(null, [], _error);
            }
        }

        return Finish();
    }

    private EmitResult Finish()
    {
        ImmutableArray<ProgramOutput>.Builder outputs = ImmutableArray.CreateBuilder<ProgramOutput>();
        foreach (FloatOutput output in _graph.Outputs)
        {
            QuantizedValue value = _values[output.Node];
            outputs.Add(new ProgramOutput(output.Name, value.Value, value.Scale));
        }

        ExactProgram? program = ExactProgram.Create(
            _inputs.ToImmutable(), _weights.ToImmutable(), _programTables.ToImmutable(), _operations.ToImmutable(), outputs.ToImmutable(), out ProgramError? error);
        WeightsBlob? blob = program is null ? null : WeightsBlob.Create(program, Joined(_blob), out error);
        ExactModel? model = blob is null ? null : ExactModel.Create(program!, blob, out error);
        return model is null
            ? new EmitResult(null, [], new EmitError(QuantizeErrors.Program, null, error!.ToString()))
            : new EmitResult(model, _layers.ToImmutable(), null);
    }

    private void EmitNode(FloatNode node)
    {
        switch (node)
        {
            case InputNode input:
                EmitInput(input);
                break;
            case AffineNode affine:
                EmitAffine(affine);
                break;
            case LinearNode or ConvNode:
                EmitLayer(node);
                break;
            case ClampNode clamp:
                EmitClamp(clamp);
                break;
            case FunctionNode function:
                EmitFunction(function);
                break;
            case MaxPoolNode pool:
                EmitMaxPool(pool);
                break;
            case AveragePoolNode pool:
                EmitAveragePool(pool);
                break;
            case AddNode add:
                EmitAdd(add);
                break;
            case SoftmaxNode softmax:
                EmitSoftmax(softmax);
                break;
            case ReshapeNode reshape:
                QuantizedValue x = _values[reshape.X];
                Push(reshape, new ReshapeOperation(x.Value, new TensorType(reshape.Shape, x.Lo, x.Hi)), x.Scale);
                break;
            default:
                throw new InvalidOperationException($"No operation for {node.GetType().Name}.");
        }
    }

    /// <summary>The node whose value an operation's result really is: the Relu or Clip that it absorbs, or itself.</summary>
    private FloatNode Absorbing(FloatNode node) =>
        node is not InputNode && _soleUser.TryGetValue(node, out FloatNode? user) && user is ClampNode ? user : node;

    /// <summary>The reals of a result: calibration, certain bounds, and where the function that alone reads it is flat.</summary>
    private (double Lo, double Hi) Reals(FloatNode result)
    {
        (double lo, double hi) = CertainBounds.Of(result);
        if (_soleUser.TryGetValue(result, out FloatNode? user) && user is FunctionNode function)
        {
            // Beyond ln(2^(bits+1)) a sigmoid is within half a step of its end; a tanh at half of that.
            double flat = (_widths[function].ResultBits + 1) * 0.6931471805599453 / (function.Function == ScalarFunction.Tanh ? 2 : 1);
            (lo, hi) = (Math.Max(lo, -flat), Math.Min(hi, flat));
        }

        return ResultRange.Reals(_calibration.Range(result), lo, hi);
    }

    private ResultRange Choose(FloatNode node, FloatNode result)
    {
        int bits = _widths[node].ResultBits;
        (double lo, double hi) = Reals(result);
        ResultRange range = ResultRange.Choose(lo, hi, bits);
        if (!(range.Scale is > 1e-30 and < 1e30))
        {
            Fail(QuantizeErrors.Range, node, "its numbers are too large or too small, or not finite");
        }

        return range;
    }

    private void Push(FloatNode node, Operation operation, double scale)
    {
        _operations.Add(operation);
        _values[node] = new QuantizedValue(_inputs.Count + _operations.Count - 1, scale, operation.Result.Lo, operation.Result.Hi);
    }

    /// <summary>Records an operation that made a scale of its own, under the node and the bound that it absorbs.</summary>
    private void PushResult(FloatNode node, FloatNode result, Operation operation, double scale, int weightBits, int limbs)
    {
        Push(node, operation, scale);
        _values[result] = _values[node];
        (double lo, double hi) = CertainBounds.Of(result);
        short low = operation.Result.Lo;
        short high = operation.Result.Hi;
        _layers.Add(new QuantizedLayer(
            node.Name,
            result == node ? node.OnnxOperator : node.OnnxOperator + "+" + result.OnnxOperator,
            _values[node].Value,
            weightBits,
            new ResultRange(scale, low, high).Bits,
            limbs,
            Math.Round(lo / scale) == low,
            Math.Round(hi / scale) == high,
            _widths[node].Reason));
    }

    private int AddWeights(WeightType type, ImmutableArray<int> shape, ReadOnlySpan<int> elements)
    {
        _weights.Add(new WeightTensor(type, shape));
        _blob.Add(WeightsBlob.Pack(type, elements));
        return _weights.Count - 1;
    }

    private int AddTable(LookupTable table)
    {
        _programTables.Add(table);
        return _programTables.Count - 1;
    }

    private static byte[] Joined(List<byte[]> parts)
    {
        byte[] all = new byte[parts.Sum(p => p.Length)];
        int at = 0;
        foreach (byte[] part in parts)
        {
            part.CopyTo(all, at);
            at += part.Length;
        }

        return all;
    }

    private void Fail(string code, FloatNode node, string message) => _error ??= new EmitError(code, node, message);
}
