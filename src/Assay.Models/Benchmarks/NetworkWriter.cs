using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace Assay.Models.Benchmarks;

/// <summary>Writes a feed-forward network as an ONNX file, layer after layer, with seeded random weights.</summary>
internal sealed class NetworkWriter
{
    private static readonly int[] Halving = [2, 2];

    private readonly ModelProto _model = new() { IrVersion = 8, Graph = new GraphProto { Name = "network" } };
    private readonly Random _random;
    private string _value = "input";
    private int[] _shape;
    private int _names;

    /// <param name="seed">Of the weights.</param>
    /// <param name="inputShape">Of one item: features, or channels, rows and columns.</param>
    public NetworkWriter(int seed, params int[] inputShape)
    {
        _random = new Random(seed);
        _model.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        InputShape = inputShape;
        _shape = inputShape;
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new TensorShapeProto() };
        tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        foreach (int length in inputShape)
        {
            tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        }

        _model.Graph.Input.Add(new ValueInfoProto { Name = _value, Type = new TypeProto { TensorType = tensor } });
    }

    /// <summary>The input's shape.</summary>
    public int[] InputShape { get; }

    /// <summary>The file, with the last layer's result as its output.</summary>
    public ModelProto File
    {
        get
        {
            ModelProto file = _model.Clone();
            file.Graph.Output.Add(new ValueInfoProto { Name = _value });
            return file;
        }
    }

    public NetworkWriter Linear(int outputs)
    {
        int inputs = _shape[0];
        string weights = Weights(inputs, outputs, inputs);
        Add("Gemm", [_value, weights, Around(0, 0.05, outputs)], ("transB", 1));
        _shape = [outputs];
        return this;
    }

    public NetworkWriter Conv(int channels, int kernel, int pad, int stride = 1)
    {
        int inputs = _shape[0];
        string weights = Weights(inputs * kernel * kernel, channels, inputs, kernel, kernel);
        Add("Conv", [_value, weights, Around(0, 0.05, channels)], ("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride }));
        _shape = [channels, ((_shape[1] + (2 * pad) - kernel) / stride) + 1, ((_shape[2] + (2 * pad) - kernel) / stride) + 1];
        return this;
    }

    /// <summary>A batch normalisation, which the importer folds into the layer before it.</summary>
    public NetworkWriter Normalize()
    {
        int channels = _shape[0];
        return Add("BatchNormalization", [_value, Around(1, 0.1, channels), Around(0, 0.1, channels), Around(0, 0.1, channels), Around(1, 0.2, channels)]);
    }

    public NetworkWriter Relu() => Add("Relu", [_value]);

    public NetworkWriter MaxPool() => Pool("MaxPool");

    public NetworkWriter AveragePool() => Pool("AveragePool");

    public NetworkWriter GlobalAveragePool()
    {
        Add("GlobalAveragePool", [_value]);
        _shape = [_shape[0], 1, 1];
        return this;
    }

    public NetworkWriter Flatten()
    {
        Add("Flatten", [_value]);
        _shape = [_shape.Aggregate(1, static (a, b) => a * b)];
        return this;
    }

    /// <summary>Two 3x3 convolutions and a shortcut, which is a 1x1 convolution where shapes differ.</summary>
    public NetworkWriter BasicBlock(int channels, int stride)
    {
        (string start, int[] startShape) = (_value, _shape);
        Conv(channels, 3, pad: 1, stride).Normalize().Relu().Conv(channels, 3, pad: 1).Normalize();
        string body = _value;
        if (stride != 1 || startShape[0] != channels)
        {
            (_value, _shape) = (start, startShape);
            Conv(channels, 1, pad: 0, stride).Normalize();
            start = _value;
        }

        return Add("Add", [body, start]).Relu();
    }

    private NetworkWriter Pool(string type)
    {
        Add(type, [_value], ("kernel_shape", Halving), ("strides", Halving));
        _shape = [_shape[0], _shape[1] / 2, _shape[2] / 2];
        return this;
    }

    private NetworkWriter Add(string type, string[] inputs, params (string Name, object Value)[] attributes)
    {
        _value = $"value_{_names++}";
        NodeProto node = new() { OpType = type, Name = $"{type}_{_names}" };
        node.Input.Add(inputs);
        node.Output.Add(_value);
        foreach ((string name, object value) in attributes)
        {
            AttributeProto attribute = new() { Name = name };
            if (value is int[] list)
            {
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.Add(list.Select(static i => (long)i));
            }
            else
            {
                attribute.Type = AttributeProto.Types.AttributeType.Int;
                attribute.I = (int)value;
            }

            node.Attribute.Add(attribute);
        }

        _model.Graph.Node.Add(node);
        return this;
    }

    /// <summary>Weights as He et al. 2015 start from, which keeps the size of activations from layer to layer.</summary>
    private string Weights(int fanIn, params int[] shape) => Tensor(0, Math.Sqrt(2.0 / fanIn), shape);

    private string Around(double mean, double deviation, int count) => Tensor(mean, deviation, [count]);

    private string Tensor(double mean, double deviation, int[] shape)
    {
        float[] values = new float[shape.Aggregate(1, static (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            // Twelve uniform numbers have variance 1: near enough a normal distribution, and the same bits on every machine.
            double sum = -6;
            for (int k = 0; k < 12; k++)
            {
                sum += _random.NextDouble();
            }

            values[i] = (float)(mean + (deviation * sum));
        }

        TensorProto tensor = new() { Name = $"tensor_{_model.Graph.Initializer.Count}", DataType = (int)TensorProto.Types.DataType.Float };
        tensor.Dims.Add(shape.Select(static d => (long)d));
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
        _model.Graph.Initializer.Add(tensor);
        return tensor.Name;
    }
}
