using System.Collections.Immutable;
using Assay.Models.Graph;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace Assay.Models.Import;

/// <summary>Reads the graph's inputs: their shapes in the run's reading, and those that are bound to constants.</summary>
internal sealed class ImportInputs(GraphImport run, ImportOptions options)
{
    private readonly List<InputNode> _nodes = [];
    private string? _batchName;

    /// <summary>The batch's fixed size; null if symbolic, or if there is no hidden batch.</summary>
    public long? Batch { get; private set; }

    public ImmutableArray<InputNode> Nodes => [.. _nodes];

    public bool Read(GraphProto graph, ImportScope scope)
    {
        foreach (ValueInfoProto input in graph.Input)
        {
            // Before IR version 4 every initializer is also listed as an input.
            if (!scope.IsInitializer(input.Name) && !Read(input, scope))
            {
                return false;
            }
        }

        foreach (string name in options.Bound.Keys)
        {
            if (scope.Peek(name)?.Constant is null)
            {
                return run.Fail(OnnxErrors.MissingName, $"'{NodeContext.Printable(name)}' is to be bound, but is no input");
            }
        }

        return _nodes.Count != 0 || run.Fail(OnnxErrors.Incomplete, "the graph has no input");
    }

    private bool Read(ValueInfoProto input, ImportScope scope)
    {
        string name = NodeContext.Printable(input.Name);
        if (input.Type?.TensorType is not { Shape: { } shape } tensor)
        {
            return run.Fail(OnnxErrors.Shape, $"input '{name}' has no shape", null, "export with fixed shapes, except for the batch");
        }

        if (Kind((DataType)tensor.ElemType) is not { } kind)
        {
            return run.Fail(OnnxErrors.ElementType, $"input '{name}' holds {(DataType)tensor.ElemType}", null, "export the model with inputs of numbers, such as float32");
        }

        if (options.Bound.TryGetValue(input.Name, out ImmutableArray<double> values))
        {
            return Bind(input.Name, shape, kind, values, scope);
        }

        bool hidden = run.Hidden;
        if (shape.Dim.Count > ImportLimits.MaxRank || (hidden && shape.Dim.Count < 2))
        {
            return run.Fail(OnnxErrors.Batch, $"input '{name}' has {shape.Dim.Count} dimensions; the first is the batch, one to seven must follow", null, "an input of shape [batch, ...]");
        }

        if (hidden)
        {
            long? batch = Size(input.Name, shape, 0);
            string symbol = batch is null ? shape.Dim[0].DimParam : string.Empty;
            if (batch is <= 0 || (_nodes.Count != 0 && (batch != Batch || symbol != _batchName)))
            {
                return run.Fail(OnnxErrors.Batch, $"the first dimension of input '{name}' is not the same batch as the other inputs'");
            }

            (Batch, _batchName) = (batch, symbol);
        }

        ImmutableArray<int>.Builder item = ImmutableArray.CreateBuilder<int>();
        long count = 1;
        for (int axis = hidden ? 1 : 0; axis < shape.Dim.Count; axis++)
        {
            if ((Size(input.Name, shape, axis) ?? (axis == 0 ? 1 : null)) is not { } size)
            {
                string symbol = shape.Dim[axis].DimParam.Length != 0 ? NodeContext.Printable(shape.Dim[axis].DimParam) : $"{name}:{axis}";
                return run.Fail(OnnxErrors.Shape, $"input '{name}' has a symbolic dimension '{symbol}' besides the batch", null, $"--dim {symbol}=SIZE, or export with fixed shapes except for the batch");
            }

            if (size < 1 || size > run.Budget.Activations || (count *= size) > run.Budget.Activations)
            {
                return run.Fail(OnnxErrors.Limits, $"input '{name}' is empty or too large");
            }

            item.Add((int)size);
        }

        InputNode node = new(input.Name, NodeContext.NodeShape(item.ToImmutable()));
        run.Budget.TryTake(node.Count, 0);
        _nodes.Add(node);
        scope.Set(input.Name, new ImportValue(null, node, item.ToImmutable(), kind));
        return true;
    }

    private bool Bind(string input, TensorShapeProto shape, ElementKind kind, ImmutableArray<double> values, ImportScope scope)
    {
        ImmutableArray<int>.Builder full = ImmutableArray.CreateBuilder<int>();
        long count = 1;
        for (int axis = 0; axis < shape.Dim.Count; axis++)
        {
            // One symbolic dimension takes what the values give.
            long size = Size(input, shape, axis) ?? (values.Length > 1 && shape.Dim.Count == 1 ? values.Length : 1);
            if (size < 1 || size > run.Budget.Constants || (count *= size) > run.Budget.Constants)
            {
                return run.Fail(OnnxErrors.Limits, $"input '{NodeContext.Printable(input)}' is empty or too large");
            }

            full.Add((int)size);
        }

        if ((values.Length != 1 && values.Length != count) || shape.Dim.Count > ImportLimits.MaxRank || !run.Budget.TryTake(count)
            || (kind != ElementKind.Float && values.Any(v => v != Math.Floor(v) || Math.Abs(v) > 1L << 53)))
        {
            return run.Fail(OnnxErrors.Shape, $"input '{NodeContext.Printable(input)}' of {count} elements can't be bound to {values.Length} numbers of its type");
        }

        IEnumerable<double> all = Enumerable.Range(0, (int)count).Select(i => values[values.Length == 1 ? 0 : i]);
        Constant constant = kind == ElementKind.Float
            ? new Constant(full.ToImmutable(), all.Select(v => (float)v).ToArray())
            : new Constant(full.ToImmutable(), all.Select(v => (long)v).ToArray());
        scope.Set(input, ((ImportValue?)constant)!);
        return true;
    }

    /// <summary>A dimension's fixed or chosen size; null if it is symbolic.</summary>
    private long? Size(string input, TensorShapeProto shape, int axis)
    {
        TensorShapeProto.Types.Dimension dimension = shape.Dim[axis];
        return options.Dimensions.TryGetValue($"{input}:{axis}", out int chosen) ? chosen
            : dimension.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? dimension.DimValue
            : options.Dimensions.TryGetValue(dimension.DimParam, out chosen) ? chosen
            : null;
    }

    private static ElementKind? Kind(DataType type) => type switch
    {
        DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16 => ElementKind.Float,
        DataType.Int64 or DataType.Int32 or DataType.Int16 or DataType.Int8 or DataType.Uint8 or DataType.Uint16 or DataType.Uint32 or DataType.Uint64 => ElementKind.Integer,
        DataType.Bool => ElementKind.Boolean,
        _ => null,
    };
}
