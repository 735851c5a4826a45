using System.Collections.Immutable;
using Assay.Models.Import;
using Google.Protobuf;
using Onnx;

namespace Assay.Models.Conformance;

/// <summary>A conformance model with its test inputs and expected outputs.</summary>
internal sealed class ConformanceCase
{
    private const string Unused = "assay_unused_input";
    private const long MaxBytes = 64 << 20;
    private readonly ModelProto _model;
    private readonly ImmutableArray<TensorProto> _inputs;

    private ConformanceCase(ModelProto model, ImmutableArray<TensorProto> inputs, ImmutableArray<Constant> outputs, ImmutableArray<double> tolerances)
    {
        Tolerances = tolerances;
        _model = model;
        _inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>Expected outputs, in the graph's order.</summary>
    public ImmutableArray<Constant> Outputs { get; }

    /// <summary>What the float graph may be off by, for each output: narrower types were rounded further.</summary>
    public ImmutableArray<double> Tolerances { get; }

    /// <summary>Inputs that may be computed or bound.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>The test values of an input.</summary>
    public float[]? Values(string input)
    {
        if (input == Unused)
        {
            return [0];
        }

        for (int i = 0; i < _inputs.Length; i++)
        {
            if (_model.Graph.Input[i].Name == input && Decode(_inputs[i]) is { } constant)
            {
                return constant.Floats ?? Array.ConvertAll(constant.Integers!, v => (float)v);
            }
        }

        return null;
    }

    /// <summary>The operators of a model's graph and its subgraphs; null if the file can't be read.</summary>
    public static ImmutableArray<string>? Operators(string folder, out ModelProto? model)
    {
        model = null;
        string path = Path.Combine(folder, "model.onnx");
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes || !TryParse(ModelProto.Parser, path, out model) || model?.Graph is null)
        {
            return null;
        }

        SortedSet<string> operators = new(StringComparer.Ordinal);
        Stack<GraphProto> graphs = new([model.Graph]);
        while (graphs.TryPop(out GraphProto? graph))
        {
            foreach (NodeProto node in graph.Node)
            {
                operators.Add(node.OpType);
                foreach (AttributeProto attribute in node.Attribute)
                {
                    if (attribute.G is { } inner)
                    {
                        graphs.Push(inner);
                    }
                }
            }
        }

        return [.. operators];
    }

    /// <summary>The first test data set; null if it holds anything but dense tensors of numbers.</summary>
    public static ConformanceCase? Read(string folder, ModelProto model)
    {
        string data = Path.Combine(folder, "test_data_set_0");
        ImmutableArray<TensorProto>? inputs = Tensors(data, "input");
        ImmutableArray<TensorProto>? outputs = Tensors(data, "output");
        if (inputs is null || outputs is not { IsEmpty: false } || inputs.Value.Length > model.Graph.Input.Count || outputs.Value.Length > model.Graph.Output.Count)
        {
            return null;
        }

        ImmutableArray<Constant?> expected = [.. outputs.Value.Select(Decode)];
        return expected.Contains(null) || inputs.Value.Any(i => Decode(i) is null) ? null : new ConformanceCase(
            model, inputs.Value, [.. expected.Select(e => e!)], [.. outputs.Value.Select(o => Tolerance((TensorProto.Types.DataType)o.DataType))]);
    }

    /// <summary>The file with some inputs bound to their test values, and if all are with one that nothing uses.</summary>
    public byte[] Bound(Func<int, bool> bind)
    {
        ModelProto model = _model.Clone();
        HashSet<string> known = [.. model.Graph.Initializer.Select(t => t.Name)];
        bool free = false;
        for (int i = 0; i < _inputs.Length; i++)
        {
            if (!bind(i))
            {
                free = true;
                continue;
            }

            TensorProto tensor = _inputs[i].Clone();
            tensor.Name = model.Graph.Input[i].Name;
            if (tensor.Name.Length != 0 && known.Add(tensor.Name))
            {
                model.Graph.Initializer.Add(tensor);
            }
        }

        if (!free)
        {
            TypeProto.Types.Tensor one = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new TensorShapeProto() };
            one.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 1 });
            one.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 1 });
            model.Graph.Input.Add(new ValueInfoProto { Name = Unused, Type = new TypeProto { TensorType = one } });
        }

        return model.ToByteArray();
    }

    private static double Tolerance(TensorProto.Types.DataType type) => type switch
    {
        TensorProto.Types.DataType.Float16 => 1.0 / 1024,
        TensorProto.Types.DataType.Bfloat16 => 1.0 / 128,
        _ => 1e-4,
    };

    private static ImmutableArray<TensorProto>? Tensors(string data, string kind)
    {
        ImmutableArray<TensorProto>.Builder tensors = ImmutableArray.CreateBuilder<TensorProto>();
        for (int i = 0; File.Exists(Path.Combine(data, $"{kind}_{i}.pb")); i++)
        {
            if (!TryParse(TensorProto.Parser, Path.Combine(data, $"{kind}_{i}.pb"), out TensorProto? tensor))
            {
                return null;
            }

            tensors.Add(tensor!);
        }

        return tensors.ToImmutable();
    }

    private static Constant? Decode(TensorProto tensor) => TensorDecoder.Decode(tensor, 1 << 26).Constant;

    private static bool TryParse<T>(MessageParser<T> parser, string path, out T? message)
        where T : class, IMessage<T>
    {
        try
        {
            message = parser.ParseFrom(File.ReadAllBytes(path));
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }
}
