using Assay.Models.Float;
using Assay.Models.Import;
using Assay.Models.Registration;
using Assay.Models.Tests.Support;
using Assay.Primitives;
using Assay.Testing;
using Google.Protobuf;
using Onnx;

namespace Assay.Models.Tests.Float;

public sealed class FloatModelTests
{
    [Fact]
    public void The_id_is_the_one_of_the_specification()
    {
        byte[] onnx = Fixture.Load("minus").Onnx;
        FloatModel model = FloatModel.TryCreate(onnx, out RegistrationError? error)!;
        Assert.Null(error);
        Assert.Equal(Digest32.Sha256("assay/float-model-id/v1\0"u8, Digest32.Sha256(onnx).Bytes), model.Id.Value);
        Assert.Equal(Digest32.Sha256(onnx).ToString(), model.Source.Sha256);
        Assert.Equal(model.Id, FloatModel.IdOf(Digest32.Sha256(onnx)));
    }

    [Fact]
    public void Every_fixture_is_self_contained()
    {
        foreach (string name in Fixture.Names)
        {
            Assert.NotNull(FloatModel.TryCreate(Fixture.Load(name).Onnx, out _));
        }
    }

    [Fact]
    public void Too_large_is_limits()
    {
        Assert.Null(FloatModel.TryCreate(Fixture.Load("minus").Onnx, out RegistrationError? error, new ImportLimits { MaxFileBytes = 10 }));
        Assert.Equal(OnnxErrors.Limits, error!.Code);
    }

    private static readonly Dictionary<string, Action<ModelProto, TensorProto>> Adding = new()
    {
        { "initializer", static (model, tensor) => model.Graph.Initializer.Add(tensor) },
        { "sparse values", static (model, tensor) => model.Graph.SparseInitializer.Add(new SparseTensorProto { Values = tensor }) },
        { "sparse indices", static (model, tensor) => model.Graph.SparseInitializer.Add(new SparseTensorProto { Indices = tensor }) },
        { "attribute", static (model, tensor) => model.Graph.Node.Add(NodeWith(new AttributeProto { T = tensor })) },
        { "attributes", static (model, tensor) => model.Graph.Node.Add(NodeWith(Tensors(tensor))) },
        { "sparse attribute", static (model, tensor) => model.Graph.Node.Add(NodeWith(new AttributeProto { SparseTensor = new SparseTensorProto { Values = tensor } })) },
        { "subgraph", static (model, tensor) => model.Graph.Node.Add(NodeWith(new AttributeProto { G = GraphWith(tensor) })) },
        { "subgraph twice", static (model, tensor) => model.Graph.Node.Add(NodeWith(new AttributeProto { G = new GraphProto { Node = { NodeWith(Graphs(GraphWith(tensor))) } } })) },
        { "training", static (model, tensor) => model.TrainingInfo.Add(new TrainingInfoProto { Initialization = GraphWith(tensor) }) },
        { "training step", static (model, tensor) => model.TrainingInfo.Add(new TrainingInfoProto { Algorithm = GraphWith(tensor) }) },
        { "function", static (model, tensor) => model.Functions.Add(new FunctionProto { Node = { NodeWith(new AttributeProto { T = tensor }) } }) },
        { "function's default", static (model, tensor) => model.Functions.Add(FunctionProto.Parser.ParseFrom(Field(11, new AttributeProto { T = tensor }.ToByteArray()))) },
    };

    public static TheoryData<string> Places => [.. Adding.Keys];

    [Theory]
    [MemberData(nameof(Places))]
    public void Data_outside_the_file_is_found_wherever_a_tensor_can_stand(string place)
    {
        Action<ModelProto, TensorProto> add = Adding[place];
        TensorProto outside = new() { Name = "w", DataType = 1, DataLocation = TensorProto.Types.DataLocation.External };
        TensorProto named = new() { Name = "w", DataType = 1 };
        named.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "/etc/passwd" });
        foreach (TensorProto tensor in new[] { outside, named })
        {
            ModelProto model = ModelProto.Parser.ParseFrom(Fixture.Load("minus").Onnx);
            add(model, tensor);
            Assert.Null(FloatModel.TryCreate(model.ToByteArray(), out RegistrationError? error));
            Assert.True(error!.Code == OnnxErrors.ExternalData, place);
            Assert.Contains("one file", error.Hint, StringComparison.Ordinal);
        }

        ModelProto inside = ModelProto.Parser.ParseFrom(Fixture.Load("minus").Onnx);
        add(inside, new TensorProto { Name = "w", DataType = 1 });
        Assert.NotNull(FloatModel.TryCreate(inside.ToByteArray(), out _));
    }

    [Fact]
    public void A_location_written_out_as_here_is_inside()
    {
        // What Python's onnx writes when it has put outside data back into the file: field 14, value 0.
        byte[] tensor = [.. new TensorProto { Name = "w", DataType = 1 }.ToByteArray(), 14 << 3, 0];
        byte[] graph = [(5 << 3) | 2, (byte)tensor.Length, .. tensor];
        byte[] model = [(7 << 3) | 2, (byte)graph.Length, .. graph];
        Assert.NotNull(FloatModel.TryCreate(model, out _));
        model[^1] = 1;
        Assert.Null(FloatModel.TryCreate(model, out RegistrationError? error));
        Assert.Equal(OnnxErrors.ExternalData, error!.Code);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        GraphProto graph = new();
        for (int i = 0; i < 40; i++)
        {
            graph = new GraphProto { Node = { NodeWith(new AttributeProto { G = graph }) } };
        }

        Assert.Null(FloatModel.TryCreate(new ModelProto { Graph = graph }.ToByteArray(), out RegistrationError? error));
        Assert.Equal(OnnxErrors.Limits, error!.Code);
    }

    [Fact]
    public void Hostile_bytes_never_throw()
    {
        byte[] good = Fixture.Load("minus").Onnx;
        for (int length = 0; length < good.Length; length += 7)
        {
            if (FloatModel.TryCreate(good.AsMemory(0, length), out RegistrationError? error) is null)
            {
                Assert.StartsWith("onnx/", error!.Code, StringComparison.Ordinal);
            }
        }

        Mutator mutator = new(1, [good], 1 << 20);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = mutator.Next();
            FloatModel? model = FloatModel.TryCreate(bytes, out RegistrationError? error);
            Assert.True(model is null == error is not null);
        }
    }

    // A field that this copy of ONNX's messages doesn't know yet, and a newer runtime does.
    private static byte[] Field(int number, byte[] message) => [(byte)((number << 3) | 2), (byte)message.Length, .. message];

    private static NodeProto NodeWith(AttributeProto attribute) => new() { Attribute = { attribute } };

    private static GraphProto GraphWith(TensorProto tensor) => new() { Initializer = { tensor } };

    private static AttributeProto Tensors(TensorProto tensor) => new() { Tensors = { tensor } };

    private static AttributeProto Graphs(GraphProto graph) => new() { Graphs = { graph } };
}
