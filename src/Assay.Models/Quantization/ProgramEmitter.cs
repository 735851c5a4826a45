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
    private readonly GraphFacts _facts;
    private readonly FloatGraph _graph;
    private readonly Calibration _calibration;
    private readonly QuantizerOptions _options;
    private readonly IReadOnlyDictionary<FloatNode, LayerWidths> _widths;
    private readonly TableCache _tables;
    private readonly Dictionary<FloatNode, double> _sharedScales;
    private readonly Dictionary<FloatNode, QuantizedValue> _values = [];
    private readonly Dictionary<(int Value, double Scale), QuantizedValue> _rescaled = [];
    private readonly Dictionary<LookupTable, int> _tableNumbers = [];
    private readonly ImmutableArray<ProgramInput>.Builder _inputs = ImmutableArray.CreateBuilder<ProgramInput>();
    private readonly ImmutableArray<WeightTensor>.Builder _weights = ImmutableArray.CreateBuilder<WeightTensor>();
    private readonly ImmutableArray<LookupTable>.Builder _programTables = ImmutableArray.CreateBuilder<LookupTable>();
    private readonly ImmutableArray<Operation>.Builder _operations = ImmutableArray.CreateBuilder<Operation>();
    private readonly ImmutableArray<QuantizedLayer>.Builder _layers = ImmutableArray.CreateBuilder<QuantizedLayer>();
    private readonly List<byte[]> _blob = [];
    private EmitError? _error;

    public ProgramEmitter(
        GraphFacts facts, Calibration calibration, QuantizerOptions options, IReadOnlyDictionary<FloatNode, LayerWidths> widths, TableCache tables)
    {
        _facts = facts;
        _graph = facts.Graph;
        _calibration = calibration;
        _options = options;
        _widths = widths;
        _tables = tables;
        _sharedScales = ShareScales();
    }

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
            QuantizedValue value = Value(output.Node);
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
            case GridNode grid:
                EmitGrid(grid);
                break;
            case FunctionNode function:
                EmitFunction(function);
                break;
            case SoftmaxNode softmax:
                EmitSoftmax(softmax);
                break;
            case AveragePoolNode pool:
                EmitAveragePool(pool);
                break;
            case AddNode add:
                EmitAdd(add);
                break;
            case MulNode mul:
                EmitMul(mul);
                break;
            case MatMulNode matMul:
                EmitMatMul(matMul);
                break;
            case DivideNode divide:
                EmitDivide(divide);
                break;
            case ExtremumNode or SelectNode or ConcatNode:
                EmitJoin(node);
                break;
            case ReduceNode reduce:
                EmitReduce(reduce);
                break;
            case NormalizeNode normalize:
                EmitNormalize(normalize);
                break;
            case EmbeddingNode embedding:
                EmitEmbedding(embedding);
                break;
            case ConstantNode:
                // Written where it is read, under the scale that is wanted there.
                break;
            default:
                EmitLayout(node);
                break;
        }
    }

    /// <summary>
    /// The node whose value an operation's result really is: the Relu or Clip that it absorbs, or itself. A layer that can
    /// have any scale absorbs the grid of a model that was quantised before, too.
    /// </summary>
    private FloatNode Absorbing(FloatNode node, bool anyScale)
    {
        FloatNode result = node;
        while (node is not InputNode && _facts.SoleUser(result) is { } user && (user is ClampNode || (anyScale && user is GridNode)))
        {
            result = user;
        }

        return result;
    }

    /// <summary>The grid that <see cref="Absorbing"/> went through, if it did.</summary>
    private static GridNode? Grid(FloatNode node, FloatNode result)
    {
        while (result != node)
        {
            if (result is GridNode grid)
            {
                return grid;
            }

            result = result.Operands[0];
        }

        return null;
    }

    /// <summary>The reals of a result: calibration, certain bounds, and where the functions that alone read it are flat.</summary>
    private (double Lo, double Hi) Reals(FloatNode result)
    {
        (double lo, double hi) = _facts.Bounds.Of(result);
        (lo, hi) = ResultRange.Reals(_calibration.Range(result), lo, hi);
        return NotFlat(result, lo, hi);
    }

    /// <summary>Scale and range of a result that can have any scale.</summary>
    private ResultRange Choose(FloatNode node, FloatNode result)
    {
        (double lo, double hi) = Reals(result);
        ResultRange range =
            Grid(node, result) is { } grid ? OnGrid(grid, lo, hi)
            : _sharedScales.TryGetValue(node, out double scale) ? ResultRange.Of(lo, hi, scale, short.MinValue, short.MaxValue)
            : ResultRange.Choose(lo, hi, _widths[node].ResultBits);
        return Checked(node, range);
    }

    private ResultRange Checked(FloatNode node, ResultRange range)
    {
        if (!(range.Scale is > 1e-30 and < 1e30))
        {
            Fail(QuantizeErrors.Range, node, "its numbers are too large or too small, or not finite");
        }

        return range;
    }

    /// <summary>What a node is in the program; constants are written when they are first read.</summary>
    private QuantizedValue Value(FloatNode node)
    {
        if (!_values.TryGetValue(node, out QuantizedValue? value))
        {
            value = EmitConstant((ConstantNode)node, null);
            _values.Add(node, value);
        }

        return value;
    }

    private QuantizedValue Push(Operation operation, double scale)
    {
        _operations.Add(operation);
        return new QuantizedValue(_inputs.Count + _operations.Count - 1, scale, operation.Result.Lo, operation.Result.Hi) { Shape = operation.Result.Shape };
    }

    private void Push(FloatNode node, Operation operation, double scale) => _values[node] = Push(operation, scale);

    /// <summary>Records an operation that made a scale of its own, under the node and the bounds that it absorbs.</summary>
    private void PushResult(FloatNode node, FloatNode result, Operation operation, double scale, int weightBits, int limbs)
    {
        Push(node, operation, scale);
        for (FloatNode absorbed = result; absorbed != node; absorbed = absorbed.Operands[0])
        {
            _values[absorbed] = _values[node];
        }

        (double lo, double hi) = _facts.Bounds.Of(result);
        (double least, double most) = ResultRange.Reals(_calibration.Range(result), lo, hi);
        (double from, double to) = NotFlat(result, least, most);
        short low = operation.Result.Lo;
        short high = operation.Result.Hi;

        // The end of a range is intended where the value is bounded, and where whoever reads it is flat beyond.
        AddLayer(node, result, weightBits, limbs, from > least || Math.Round(lo / scale) == low, to < most || Math.Round(hi / scale) == high);
    }

    private void AddLayer(FloatNode node, FloatNode result, int weightBits, int limbs, bool lowIsIntended, bool highIsIntended)
    {
        QuantizedValue value = _values[node];
        _layers.Add(new QuantizedLayer(
            node.Name,
            result == node || node is InputNode ? node.OnnxOperator : node.OnnxOperator + "+" + result.OnnxOperator,
            result,
            value,
            weightBits,
            new ResultRange(value.Scale, value.Lo, value.Hi).Bits,
            limbs,
            lowIsIntended,
            highIsIntended,
            _notes.TryGetValue(node, out string? note) ? $"{_widths[node].Reason}; {note}" : _widths[node].Reason));
    }

    private int AddWeights(WeightType type, ImmutableArray<int> shape, ReadOnlySpan<int> elements)
    {
        _weights.Add(new WeightTensor(type, shape));
        _blob.Add(WeightsBlob.Pack(type, elements));
        return _weights.Count - 1;
    }

    private int AddTable(LookupTable table)
    {
        // The cache gives the same object for the same table.
        if (!_tableNumbers.TryGetValue(table, out int number))
        {
            _programTables.Add(table);
            _tableNumbers.Add(table, number = _programTables.Count - 1);
        }

        return number;
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
