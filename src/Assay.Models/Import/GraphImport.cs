using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Models.Import.Operators;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace Assay.Models.Import;

/// <summary>One run over one graph: names, inputs, constants, the nodes that outputs need, outputs.</summary>
internal sealed class GraphImport
{
    private readonly GraphProto _graph;
    private readonly int _version;
    private readonly ImportLimits _limits;
    private readonly ConstantBudget _budget;
    private readonly Dictionary<string, TensorProto> _initializers = [];
    private readonly Dictionary<string, ImportValue> _values = [];
    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly HashSet<string> _failedNames = [];
    private readonly List<ImportError> _errors = [];
    private readonly List<InputNode> _inputs = [];
    private long? _batch;
    private string? _batchName;
    private long _elements;
    private long _work;

    public GraphImport(GraphProto graph, int version, ImportLimits limits, int fileBytes)
    {
        _graph = graph;
        _version = version;
        _limits = limits;
        _budget = new ConstantBudget(Math.Min(limits.MaxConstantElements, ImportLimits.ConstantElementsFor(fileBytes)));
    }

    public ImportResult Run()
    {
        if (!ReadNames() || !ReadInputs())
        {
            return ImportResult.Failed([.. _errors]);
        }

        HashSet<NodeProto> needed = Needed();
        foreach (NodeProto node in _graph.Node)
        {
            if (_errors.Count >= ImportLimits.MaxErrors)
            {
                break;
            }

            if (needed.Contains(node))
            {
                ImportNode(node);
            }
        }

        ImmutableArray<FloatOutput> outputs = ReadOutputs();
        if (_errors.Count != 0)
        {
            return ImportResult.Failed([.. _errors]);
        }

        return ImportResult.Of(GraphFolder.Fold(FloatGraph.Build([.. _inputs], outputs)));
    }

    private bool ReadNames()
    {
        foreach (TensorProto tensor in _graph.Initializer)
        {
            if (!_initializers.TryAdd(tensor.Name, tensor))
            {
                return Fail(OnnxErrors.DuplicateName, $"two initializers are named '{NodeContext.Printable(tensor.Name)}'");
            }
        }

        HashSet<string> inputs = [];
        foreach (ValueInfoProto input in _graph.Input)
        {
            if (input.Name.Length == 0 || !inputs.Add(input.Name))
            {
                return Fail(OnnxErrors.DuplicateName, $"two inputs are named '{NodeContext.Printable(input.Name)}', or one has no name");
            }
        }

        foreach (NodeProto node in _graph.Node)
        {
            foreach (string output in node.Output)
            {
                if (output.Length != 0 && (inputs.Contains(output) || _initializers.ContainsKey(output) || !_producers.TryAdd(output, node)))
                {
                    return Fail(OnnxErrors.DuplicateName, $"'{NodeContext.Printable(output)}' is produced twice", node);
                }
            }
        }

        return true;
    }

    private bool ReadInputs()
    {
        foreach (ValueInfoProto input in _graph.Input)
        {
            // Before IR version 4 every initializer is also listed as an input.
            if (!_initializers.ContainsKey(input.Name) && !ReadInput(input))
            {
                return false;
            }
        }

        return _inputs.Count != 0 || Fail(OnnxErrors.Incomplete, "the graph has no input");
    }

    private bool ReadInput(ValueInfoProto input)
    {
        string name = NodeContext.Printable(input.Name);
        if (input.Type?.TensorType is not { Shape: { } shape } tensor)
        {
            return Fail(OnnxErrors.Shape, $"input '{name}' has no shape", "export with fixed shapes, except for the batch");
        }

        if ((DataType)tensor.ElemType != DataType.Float)
        {
            return Fail(OnnxErrors.ElementType, $"input '{name}' holds {(DataType)tensor.ElemType}, not float32", "export the model with float32 inputs");
        }

        if (shape.Dim.Count is < 2 or > 8)
        {
            return Fail(OnnxErrors.Batch, $"input '{name}' has {shape.Dim.Count} dimensions; the first is the batch, one to seven must follow", "an input of shape [batch, ...]");
        }

        long? batch = Fixed(shape.Dim[0]);
        if (batch is <= 0 || (_inputs.Count != 0 && (batch != _batch || shape.Dim[0].DimParam != _batchName)))
        {
            return Fail(OnnxErrors.Batch, $"the first dimension of input '{name}' is not the same batch as the other inputs'");
        }

        (_batch, _batchName) = (batch, shape.Dim[0].DimParam);
        long count = 1;
        ImmutableArray<int>.Builder item = ImmutableArray.CreateBuilder<int>();
        foreach (TensorShapeProto.Types.Dimension dimension in shape.Dim.Skip(1))
        {
            if (Fixed(dimension) is not { } size)
            {
                return Fail(OnnxErrors.Shape, $"input '{name}' has a symbolic dimension besides the batch", "export with fixed shapes, except for the batch");
            }

            if (size < 1 || size > _limits.MaxActivationElements || (count *= size) > _limits.MaxActivationElements - _elements)
            {
                return Fail(OnnxErrors.Limits, $"input '{name}' is empty or too large");
            }

            item.Add((int)size);
        }

        InputNode node = new(input.Name, item.ToImmutable());
        _elements += node.Count;
        _inputs.Add(node);
        _values.Add(input.Name, new ImportValue(null, node));
        return true;
    }

    private static long? Fixed(TensorShapeProto.Types.Dimension dimension) =>
        dimension.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? dimension.DimValue : null;

    /// <summary>The nodes that outputs depend on: what nobody needs is not imported, and need not be supported.</summary>
    private HashSet<NodeProto> Needed()
    {
        HashSet<NodeProto> needed = new(ReferenceEqualityComparer.Instance);
        Stack<string> open = new(_graph.Output.Select(o => o.Name));
        while (open.TryPop(out string? name))
        {
            if (_producers.TryGetValue(name, out NodeProto? node) && needed.Add(node))
            {
                foreach (string input in node.Input)
                {
                    open.Push(input);
                }
            }
        }

        return needed;
    }

    private void ImportNode(NodeProto node)
    {
        ImportValue?[] inputs = new ImportValue?[node.Input.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            string name = node.Input[i];
            if (_failedNames.Contains(name))
            {
                // The reason is already reported.
                Spoil(node);
                return;
            }

            if (name.Length != 0 && (inputs[i] = Resolve(name, node)) is null)
            {
                Spoil(node);
                return;
            }
        }

        if (!OnnxImporter.IsStandard(node.Domain))
        {
            Fail(OnnxErrors.OperatorSet, $"domain '{NodeContext.Printable(node.Domain)}' is not supported", node, "a model of standard ONNX operators");
            Spoil(node);
            return;
        }

        if (!OperatorTable.Known.TryGetValue(node.OpType, out OperatorImport? import))
        {
            Fail(OnnxErrors.UnsupportedOperator, "the operator is not supported", node, OperatorTable.Nearest(node.OpType));
            Spoil(node);
            return;
        }

        NodeContext context = new(node, inputs, _version, _batch, _budget, _limits.MaxActivationElements - _elements);
        ImportValue? result = import(context);
        if (result is null || context.Failed)
        {
            _errors.Add(context.Error ?? new ImportError(OnnxErrors.UnsupportedForm, context.Name, node.OpType, "it can't be imported", null));
            Spoil(node);
            return;
        }

        if (result.Node is { } made)
        {
            _elements += made.Count;
            _work += made.Work;
            if (_elements > _limits.MaxActivationElements || _work > _limits.MaxWork)
            {
                Fail(OnnxErrors.Limits, "one item needs more memory or multiplications than the importer's limit", node);
            }
        }

        // Only the first output exists here: masks and indices are refused where something uses them.
        if (node.Output.Count != 0 && node.Output[0].Length != 0)
        {
            _values[node.Output[0]] = result;
        }
    }

    private ImportValue? Resolve(string name, NodeProto user)
    {
        if (_values.TryGetValue(name, out ImportValue? value))
        {
            return value;
        }

        if (_initializers.TryGetValue(name, out TensorProto? tensor))
        {
            (Constant? constant, string code, string message) = TensorDecoder.Decode(tensor, _budget.Left);
            if (constant is null || !_budget.TryTake(constant.Count))
            {
                Fail(constant is null ? code : OnnxErrors.Limits, $"initializer '{NodeContext.Printable(name)}' can't be used: {message}", user);
                _failedNames.Add(name);
                return null;
            }

            ImportValue decoded = new(constant, null);
            _values.Add(name, decoded);
            return decoded;
        }

        if (!_producers.TryGetValue(name, out NodeProto? producer))
        {
            Fail(OnnxErrors.MissingName, $"its input '{NodeContext.Printable(name)}' is not defined", user);
        }
        else if (producer.Output.IndexOf(name) > 0 && _values.ContainsKey(producer.Output[0]))
        {
            Fail(OnnxErrors.UnsupportedForm, $"its input '{NodeContext.Printable(name)}' is a second output of '{NodeContext.NameOf(producer)}' ({NodeContext.Printable(producer.OpType)})", user, "use the first output only");
        }
        else
        {
            Fail(OnnxErrors.Cycle, $"its input '{NodeContext.Printable(name)}' is produced at or after it", user, "nodes in topological order");
        }

        return null;
    }

    private ImmutableArray<FloatOutput> ReadOutputs()
    {
        ImmutableArray<FloatOutput>.Builder outputs = ImmutableArray.CreateBuilder<FloatOutput>();
        HashSet<string> names = [];
        foreach (ValueInfoProto output in _graph.Output)
        {
            string name = NodeContext.Printable(output.Name);
            if (!names.Add(output.Name))
            {
                Fail(OnnxErrors.DuplicateName, $"two outputs are named '{name}'");
            }
            else if (_values.TryGetValue(output.Name, out ImportValue? value) && value.Node is { } node)
            {
                outputs.Add(new FloatOutput(output.Name, node));
            }
            else if (_values.ContainsKey(output.Name) || _initializers.ContainsKey(output.Name))
            {
                Fail(OnnxErrors.ConstantOutput, $"output '{name}' doesn't depend on the inputs");
            }
            else if (!_failedNames.Contains(output.Name) && _errors.Count < ImportLimits.MaxErrors)
            {
                Fail(OnnxErrors.MissingName, $"output '{name}' is not defined, or is an optional output of its node");
            }
        }

        return outputs.ToImmutable();
    }

    private void Spoil(NodeProto node)
    {
        foreach (string output in node.Output)
        {
            _failedNames.Add(output);
        }
    }

    private bool Fail(string code, string message, string? hint = null) => Fail(code, message, null, hint);

    private bool Fail(string code, string message, NodeProto? node, string? hint = null)
    {
        _errors.Add(new ImportError(code, node is null ? null : NodeContext.NameOf(node), node is null ? null : NodeContext.Printable(node.OpType), message, hint));
        return false;
    }
}
