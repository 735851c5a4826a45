using Onnx;

namespace Assay.Models.Import;

/// <summary>The names of a graph, or of a subgraph within the names around it.</summary>
internal sealed class ImportScope(GraphImport run, GraphProto graph, ImportScope? parent)
{
    private readonly Dictionary<string, TensorProto> _initializers = [];
    private readonly Dictionary<string, ImportValue> _values = [];
    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly HashSet<string> _failed = [];

    public GraphImport Run { get; } = run;

    public GraphProto Graph { get; } = graph;

    /// <summary>False, and reported, if a name has two meanings.</summary>
    public bool ReadNames()
    {
        foreach (TensorProto tensor in Graph.Initializer)
        {
            if (!_initializers.TryAdd(tensor.Name, tensor))
            {
                return Run.Fail(OnnxErrors.DuplicateName, $"two initializers are named '{NodeContext.Printable(tensor.Name)}'");
            }
        }

        if (Graph.SparseInitializer.Count != 0)
        {
            return Run.Fail(OnnxErrors.TensorData, "the graph has sparse initializers", null, "dense initializers");
        }

        HashSet<string> inputs = [];
        foreach (ValueInfoProto input in Graph.Input)
        {
            if (input.Name.Length == 0 || !inputs.Add(input.Name))
            {
                return Run.Fail(OnnxErrors.DuplicateName, $"two inputs are named '{NodeContext.Printable(input.Name)}', or one has no name");
            }
        }

        foreach (NodeProto node in Graph.Node)
        {
            foreach (string output in node.Output)
            {
                if (output.Length != 0 && (inputs.Contains(output) || _initializers.ContainsKey(output) || !_producers.TryAdd(output, node)))
                {
                    return Run.Fail(OnnxErrors.DuplicateName, $"'{NodeContext.Printable(output)}' is produced twice", node);
                }
            }
        }

        return true;
    }

    public bool IsInitializer(string name) => _initializers.ContainsKey(name);

    public bool HasFailed(string name) => _failed.Contains(name) || (parent?.HasFailed(name) ?? false);

    public void Set(string name, ImportValue value) => _values[name] = value;

    /// <summary>The value of a name that is computed or decoded already.</summary>
    public ImportValue? Peek(string name) => _values.GetValueOrDefault(name);

    /// <summary>The nodes that outputs depend on: what nobody needs is not imported, and need not be supported.</summary>
    public HashSet<NodeProto> Needed()
    {
        HashSet<NodeProto> needed = new(ReferenceEqualityComparer.Instance);
        Stack<string> open = new(Graph.Output.Select(o => o.Name));
        while (open.TryPop(out string? name))
        {
            if (_producers.TryGetValue(name, out NodeProto? node) && needed.Add(node))
            {
                Push(node, open);
            }
        }

        return needed;
    }

    /// <summary>The value of a name here or in the graphs around; null, and reported, if there is none.</summary>
    public ImportValue? Resolve(string name, NodeProto user)
    {
        if (Find(name, user) is { } value)
        {
            return value;
        }

        if (HasFailed(name))
        {
            return null;
        }

        if (Producer(name) is not { } producer)
        {
            Run.Fail(OnnxErrors.MissingName, $"its input '{NodeContext.Printable(name)}' is not defined", user);
        }
        else if (producer.Output.IndexOf(name) > 0 && Find(producer.Output[0], user) is not null)
        {
            Run.Fail(
                OnnxErrors.UnsupportedForm,
                $"its input '{NodeContext.Printable(name)}' is a further output of '{NodeContext.NameOf(producer)}' ({NodeContext.Printable(producer.OpType)}) that is not supported",
                user,
                "use the first output only");
        }
        else
        {
            Run.Fail(OnnxErrors.Cycle, $"its input '{NodeContext.Printable(name)}' is produced at or after it", user, "nodes in topological order");
        }

        return null;
    }

    /// <summary>The value of a name here or in the graphs around; null if there is none, which is reported for an initializer only.</summary>
    public ImportValue? Find(string name, NodeProto? user = null)
    {
        if (_values.TryGetValue(name, out ImportValue? value))
        {
            return value;
        }

        if (!_initializers.TryGetValue(name, out TensorProto? tensor))
        {
            return parent?.Find(name, user);
        }

        (Constant? constant, string code, string message) = TensorDecoder.Decode(tensor, Run.Budget.Constants);
        if (constant is null || !Run.Budget.TryTake(constant.Count))
        {
            Run.Fail(constant is null ? code : OnnxErrors.Limits, $"initializer '{NodeContext.Printable(name)}' can't be used: {message}", user);
            _failed.Add(name);
            return null;
        }

        ImportValue decoded = ((ImportValue?)constant)!;
        _values.Add(name, decoded);
        return decoded;
    }

    public void Spoil(NodeProto node)
    {
        foreach (string output in node.Output)
        {
            _failed.Add(output);
        }
    }

    private NodeProto? Producer(string name) => _producers.GetValueOrDefault(name) ?? parent?.Producer(name);

    /// <summary>A node needs its inputs, and what its subgraphs take from around them.</summary>
    private static void Push(NodeProto node, Stack<string> open)
    {
        Stack<NodeProto> nodes = new([node]);
        while (nodes.TryPop(out NodeProto? next))
        {
            foreach (string input in next.Input)
            {
                open.Push(input);
            }

            foreach (AttributeProto attribute in next.Attribute)
            {
                if (attribute.G is { } graph)
                {
                    foreach (NodeProto inner in graph.Node)
                    {
                        nodes.Push(inner);
                    }

                    foreach (ValueInfoProto output in graph.Output)
                    {
                        open.Push(output.Name);
                    }
                }
            }
        }
    }
}
