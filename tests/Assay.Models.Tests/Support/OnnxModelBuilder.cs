using Google.Protobuf;
using Onnx;

namespace Assay.Models.Tests.Support;

/// <summary>Writes small ONNX files by ONNX's own message classes.</summary>
internal sealed class OnnxModelBuilder
{
    private readonly ModelProto _model = new() { IrVersion = 8, Graph = new GraphProto { Name = "test" } };
    private int _nodes;

    public OnnxModelBuilder(int opset = 13) =>
        _model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });

    public ModelProto Model => _model;

    public GraphProto Graph => _model.Graph;

    /// <summary>An input; a dimension of -1 is the symbolic batch "N".</summary>
    public OnnxModelBuilder Input(string name, params long[] dimensions)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new TensorShapeProto() };
        foreach (long dimension in dimensions)
        {
            tensor.Shape.Dim.Add(dimension < 0
                ? new TensorShapeProto.Types.Dimension { DimParam = "N" }
                : new TensorShapeProto.Types.Dimension { DimValue = dimension });
        }

        Graph.Input.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } });
        return this;
    }

    public OnnxModelBuilder Output(params string[] names)
    {
        foreach (string name in names)
        {
            Graph.Output.Add(new ValueInfoProto { Name = name });
        }

        return this;
    }

    public OnnxModelBuilder Floats(string name, long[] dimensions, params float[] values)
    {
        Graph.Initializer.Add(FloatTensor(name, dimensions, values));
        return this;
    }

    public OnnxModelBuilder Integers(string name, params long[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Int64 };
        tensor.Dims.Add(values.Length);
        tensor.Int64Data.Add(values);
        Graph.Initializer.Add(tensor);
        return this;
    }

    /// <summary>A node; attribute values may be long, long[], float, string or a tensor.</summary>
    public OnnxModelBuilder Node(string type, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        NodeProto node = new() { OpType = type, Name = $"{type}_{_nodes++}" };
        node.Input.Add(inputs);
        node.Output.Add(output);
        foreach ((string name, object value) in attributes)
        {
            AttributeProto attribute = new() { Name = name };
            switch (value)
            {
                case long or int:
                    attribute.Type = AttributeProto.Types.AttributeType.Int;
                    attribute.I = Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case float f:
                    attribute.Type = AttributeProto.Types.AttributeType.Float;
                    attribute.F = f;
                    break;
                case string s:
                    attribute.Type = AttributeProto.Types.AttributeType.String;
                    attribute.S = ByteString.CopyFromUtf8(s);
                    break;
                case long[] list:
                    attribute.Type = AttributeProto.Types.AttributeType.Ints;
                    attribute.Ints.Add(list);
                    break;
                case TensorProto tensor:
                    attribute.Type = AttributeProto.Types.AttributeType.Tensor;
                    attribute.T = tensor;
                    break;
                default:
                    throw new ArgumentException(value.GetType().Name);
            }

            node.Attribute.Add(attribute);
        }

        Graph.Node.Add(node);
        return this;
    }

    public byte[] ToArray() => _model.ToByteArray();

    public static TensorProto FloatTensor(string name, long[] dimensions, params float[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.Dims.Add(dimensions);
        tensor.FloatData.Add(values);
        return tensor;
    }

    /// <summary>Numbers in [-1, 1), the same for a seed on every machine.</summary>
    public static float[] Random(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }
}
