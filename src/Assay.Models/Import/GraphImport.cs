using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Models.Import.Operators;
using Onnx;

namespace Assay.Models.Import;

/// <summary>One run over one file's graph in one reading of its shapes: inputs, the nodes that outputs need, outputs.</summary>
internal sealed class GraphImport
{
    private const int MaxDepth = 16;

    private readonly GraphProto _graph;
    private readonly ImportInputs _inputs;
    private readonly bool _constantOutputs;
    private readonly long _maxElements;
    private readonly List<ImportError> _errors = [];
    private int _depth;

    public GraphImport(GraphProto graph, int version, ImportOptions options, ImportLimits limits, int fileBytes, bool hidden)
    {
        _graph = graph;
        Version = version;
        _constantOutputs = options.ConstantOutputs;
        _maxElements = limits.MaxActivationElements;
        Hidden = hidden;
        Budget = new ImportBudget(Math.Min(limits.MaxConstantElements, ImportLimits.ConstantElementsFor(fileBytes)), limits);
        _inputs = new ImportInputs(this, options);
    }

    /// <summary>Version of the operator set.</summary>
    public int Version { get; }

    /// <summary>True if the first dimension is the batch, outside the graph.</summary>
    public bool Hidden { get; }

    /// <summary>The batch's fixed size; null if symbolic.</summary>
    public long? Batch => _inputs.Batch;

    public ImportBudget Budget { get; }

    public bool Full => _errors.Count >= ImportLimits.MaxErrors;

    public ImportResult Run()
    {
        ImportScope scope = new(this, _graph, null);
        if (!scope.ReadNames() || !_inputs.Read(_graph, scope))
        {
            return ImportResult.Failed([.. _errors]);
        }

        ImportNodes(scope);
        ImmutableArray<FloatOutput> outputs = ReadOutputs(scope);
        if (_errors.Count != 0)
        {
            return ImportResult.Failed([.. _errors]);
        }

        FloatGraph graph = FloatGraph.Build(_inputs.Nodes, outputs);
        graph = GraphFolder.Fold(Hidden ? graph : LeadingOnes.Drop(graph));

        // Clamps join the layers before them, and pads those behind.
        long elements = graph.Nodes.Sum(n => n is ReshapeNode or ClampNode or PadNode ? 0L : n.Count);
        if (elements > _maxElements)
        {
            FloatNode largest = graph.Nodes.MaxBy(n => n.Count)!;
            return ImportResult.Failed(new ImportError(
                OnnxErrors.Limits, NodeContext.Printable(largest.Name), NodeContext.Printable(largest.OnnxOperator), $"all values of one item together have {elements} elements, at most {_maxElements} are allowed; this one has {largest.Count}", "smaller inputs, or --float: as a float model, without exactness"));
        }

        return ImportResult.Of(graph);
    }

    /// <summary>Imports a subgraph's nodes; its outputs, or null if something in it failed, which is then reported.</summary>
    public ImportValue?[]? Nested(NodeContext around, GraphProto graph, ImportScope parent)
    {
        if (_depth == MaxDepth)
        {
            around.Fail(OnnxErrors.Limits, $"subgraphs are nested deeper than {MaxDepth}");
            return null;
        }

        int before = _errors.Count;
        _depth++;
        ImportScope scope = new(this, graph, parent);
        if (scope.ReadNames())
        {
            ImportNodes(scope);
        }

        _depth--;
        ImportValue?[] outputs = new ImportValue?[graph.Output.Count];
        for (int i = 0; i < outputs.Length && _errors.Count == before; i++)
        {
            outputs[i] = scope.Find(graph.Output[i].Name);
            if (outputs[i] is null && _errors.Count == before)
            {
                around.Fail(OnnxErrors.MissingName, $"output '{NodeContext.Printable(graph.Output[i].Name)}' of its subgraph is not defined");
                return null;
            }
        }

        if (_errors.Count == before)
        {
            return outputs;
        }

        around.Reported = true;
        return null;
    }

    private void ImportNodes(ImportScope scope)
    {
        HashSet<NodeProto> needed = scope.Needed();
        foreach (NodeProto node in scope.Graph.Node)
        {
            if (Full)
            {
                return;
            }

            if (!needed.Contains(node))
            {
                continue;
            }

            if (!Budget.TryTakeFileNode())
            {
                Fail(OnnxErrors.Limits, "the graph and its subgraphs have more nodes than the importer's limit", node);
                return;
            }

            ImportNode(scope, node);
        }
    }

    private void ImportNode(ImportScope scope, NodeProto node)
    {
        ImportValue?[] inputs = new ImportValue?[node.Input.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            string name = node.Input[i];

            // The reason of a name that failed is already reported.
            if (name.Length != 0 && (scope.HasFailed(name) || (inputs[i] = scope.Resolve(name, node)) is null))
            {
                scope.Spoil(node);
                return;
            }
        }

        if (!OnnxImporter.IsStandard(node.Domain))
        {
            Fail(OnnxErrors.OperatorSet, $"domain '{NodeContext.Printable(node.Domain)}' is not supported", node, "a model of standard ONNX operators");
            scope.Spoil(node);
            return;
        }

        if (!OperatorTable.Known.TryGetValue(node.OpType, out OperatorImport? import))
        {
            Fail(OnnxErrors.UnsupportedOperator, "the operator is not supported", node, OperatorTable.Nearest(node.OpType));
            scope.Spoil(node);
            return;
        }

        bool known = inputs.Length != 0 && Array.TrueForAll(inputs, i => i is null || i.Constant is not null);
        NodeContext context = known && !OperatorTable.FoldsItself(node.OpType, inputs)
            ? ConstantEvaluation.Run(node, inputs, scope, import)
            : Call(new NodeContext(node, inputs, scope, Hidden), import);
        if (context.Failed || context.Outputs[0] is null)
        {
            if (!context.Reported)
            {
                _errors.Add(context.Error ?? new ImportError(OnnxErrors.UnsupportedForm, context.Name, NodeContext.Printable(node.OpType), "it can't be imported", null));
            }

            scope.Spoil(node);
            return;
        }

        for (int i = 0; i < node.Output.Count; i++)
        {
            if (node.Output[i].Length != 0 && context.Outputs[i] is { } value)
            {
                scope.Set(node.Output[i], value);
            }
        }
    }

    public static NodeContext Call(NodeContext context, OperatorImport import)
    {
        if (import(context) is { } first)
        {
            context.Set(0, first);
        }

        context.RefuseUnread();
        return context;
    }

    private ImmutableArray<FloatOutput> ReadOutputs(ImportScope scope)
    {
        ImmutableArray<FloatOutput>.Builder outputs = ImmutableArray.CreateBuilder<FloatOutput>();
        HashSet<string> names = [];
        foreach (ValueInfoProto output in _graph.Output)
        {
            string name = NodeContext.Printable(output.Name);
            ImportValue? value = scope.Peek(output.Name);
            if (!names.Add(output.Name))
            {
                Fail(OnnxErrors.DuplicateName, $"two outputs are named '{name}'");
            }
            else if (value?.Node is { } node)
            {
                outputs.Add(new FloatOutput(output.Name, node));
            }
            else if (_constantOutputs && scope.Find(output.Name)?.Constant is { Count: > 0 } constant)
            {
                float[] floats = constant.Floats ?? Array.ConvertAll(constant.Integers!, i => (float)i);
                outputs.Add(new FloatOutput(output.Name, new ConstantNode(name, "Constant", NodeContext.NodeShape(constant.Shape), floats)));
            }
            else if (value is not null || scope.IsInitializer(output.Name))
            {
                Fail(OnnxErrors.ConstantOutput, $"output '{name}' doesn't depend on the inputs");
            }
            else if (!scope.HasFailed(output.Name) && !Full)
            {
                Fail(OnnxErrors.MissingName, $"output '{name}' is not defined, or is an optional output of its node");
            }
        }

        return outputs.ToImmutable();
    }

    public bool Fail(string code, string message, NodeProto? node = null, string? hint = null)
    {
        if (!Full)
        {
            _errors.Add(new ImportError(code, node is null ? null : NodeContext.NameOf(node), node is null ? null : NodeContext.Printable(node.OpType), message, hint));
        }

        return false;
    }
}
