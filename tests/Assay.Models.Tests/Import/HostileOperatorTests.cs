using System.Diagnostics;
using Assay.Models.Import;
using Assay.Models.Tests.Support;
using Onnx;

namespace Assay.Models.Tests.Import;

/// <summary>Small files that ask for much: every one ends soon with a bounded error.</summary>
public sealed class HostileOperatorTests
{
    private static void Bounded(OnnxModelBuilder builder, params string[] codes) => Bounded(builder, null, codes);

    private static void Bounded(OnnxModelBuilder builder, ImportLimits? limits, params string[] codes)
    {
        byte[] onnx = builder.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        ImportResult result = OnnxImporter.Import(onnx, limits);
        Assert.Null(result.Graph);
        Assert.Contains(result.Errors[0].Code, codes);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300L << 20);
    }

    private static OnnxModelBuilder Small() => new OnnxModelBuilder().Input("x", -1, 4);

    private static OnnxModelBuilder Image() => new OnnxModelBuilder().Input("x", -1, 1, 8, 8);

    [Fact]
    public void Import_ValuesMadeLarge_AreLimits()
    {
        const long Big = 1 << 25;
        Bounded(Small().Integers("s", 1, Big, 4).Node("Unsqueeze", ["x", "one"], "u").Integers("one", 1).Node("Expand", ["u", "s"], "y").Output("y"), OnnxErrors.Limits, OnnxErrors.Batch);
        Bounded(Small().Integers("s", long.MaxValue, long.MaxValue).Node("Expand", ["x", "s"], "y").Output("y"), OnnxErrors.Limits, OnnxErrors.Shape, OnnxErrors.Batch);
        Bounded(Small().Integers("r", 1, Big * 4).Node("Tile", ["x", "r"], "y").Output("y"), OnnxErrors.Shape, OnnxErrors.Limits);
        Bounded(Small().Integers("r", 1, Big).Node("Tile", ["x", "r"], "a").Node("Tile", ["a", "r"], "y").Output("y"), OnnxErrors.Limits);
        Bounded(Small().Integers("p", 0, Big * 2 - 1, 0, Big * 2 - 1).Node("Pad", ["x", "p"], "y").Output("y"), OnnxErrors.Limits, OnnxErrors.Attribute);
        Bounded(Small().Integers("p", 0, long.MinValue, 0, long.MaxValue).Node("Pad", ["x", "p"], "y").Output("y"), OnnxErrors.Attribute);
        Bounded(Image().Floats("roi", [0]).Floats("f", [4], 1, 1, 1e9f, 1e9f).Node("Resize", ["x", "roi", "f"], "y").Output("y"), OnnxErrors.Shape, OnnxErrors.Limits);
        Bounded(Image().Floats("roi", [0]).Floats("f", [4], 1, 1, 1e5f, 1e5f).Node("Resize", ["x", "roi", "f"], "y").Output("y"), OnnxErrors.Limits);
        Bounded(Image().Floats("w", [1, 1, 3, 3], new float[9]).Node("ConvTranspose", ["x", "w"], "y", ("strides", new long[] { 16384, 16384 })).Output("y"), OnnxErrors.Limits);
        Bounded(Image().Floats("w", [1, 1, 3, 3], new float[9]).Node("ConvTranspose", ["x", "w"], "y", ("dilations", new long[] { 16384, 16384 })).Output("y"), OnnxErrors.Limits);
        Bounded(Image().Node("Relu", ["x"], "a").Node("MatMul", ["a", "b"], "y").Integers("r", 1, 1, 1, 1 << 20).Node("Tile", ["x", "r"], "b").Output("y"), OnnxErrors.Cycle, OnnxErrors.Limits, OnnxErrors.Shape);
    }

    [Fact]
    public void Import_ConstantsMadeLarge_AreLimits()
    {
        Bounded(Small().Integers("s", 1 << 20, 1 << 20).Node("ConstantOfShape", ["s"], "c").Node("Add", ["x", "c"], "y").Output("y"), OnnxErrors.Limits);
        Bounded(Small().Integers("s", int.MaxValue, int.MaxValue, int.MaxValue).Node("ConstantOfShape", ["s"], "c").Node("Add", ["x", "c"], "y").Output("y"), OnnxErrors.Limits);
        Bounded(Small().Floats("a", [], 0).Floats("b", [], 1e9f).Floats("d", [], 1).Node("Range", ["a", "b", "d"], "c").Node("Add", ["x", "c"], "y").Output("y"), OnnxErrors.Limits);
        Bounded(Small().Floats("c", [1, 1, 1], 1).Integers("s", 1 << 20, 1 << 20, 4).Node("Expand", ["c", "s"], "e").Node("Add", ["x", "e"], "y").Output("y"), OnnxErrors.Limits);
        OnnxModelBuilder doubling = Small().Integers("v0", 1, 2, 3);
        for (int i = 0; i < 60; i++)
        {
            doubling.Node("Concat", [$"v{i}", $"v{i}"], $"v{i + 1}", ("axis", 0L));
        }

        Bounded(doubling.Node("Reshape", ["x", "v60"], "y").Output("y"), OnnxErrors.Limits);
        Bounded(Small().Integers("a", long.MaxValue).Node("Mul", ["a", "a"], "b").Node("Reshape", ["x", "b"], "y").Output("y"), OnnxErrors.Shape);
    }

    [Fact]
    public void Import_LongSequences_EndAtTheBudget()
    {
        OnnxModelBuilder Layer(string type, int gates) => new OnnxModelBuilder().Input("x", 200_000, 1, 4)
            .Floats("w", [1, 4 * gates, 4], new float[16 * gates]).Floats("r", [1, 4 * gates, 4], new float[16 * gates])
            .Node(type, ["x", "w", "r"], "y", ("hidden_size", 4L)).Output("y");
        Bounded(Layer("LSTM", 4), OnnxErrors.Limits);
        Bounded(Layer("GRU", 3), OnnxErrors.Limits);
        Bounded(Layer("RNN", 1), OnnxErrors.Limits);
    }

    [Fact]
    public void Import_DeepAndManySubgraphs_EndAtTheBudget()
    {
        GraphProto inner = Branch(new NodeProto { OpType = "Identity", Input = { "x" }, Output = { "out" } });
        for (int depth = 0; depth < 11; depth++)
        {
            inner = Branch(new NodeProto
            {
                OpType = "If",
                Input = { "yes" },
                Output = { "out" },
                Attribute = { Graph("then_branch", inner), Graph("else_branch", inner) },
            });
        }

        OnnxModelBuilder deep = Small().Integers("yes", 1);
        deep.Graph.Node.Add(inner.Node[0].Clone());
        deep.Output("out");

        // Eleven levels of two branches each are two thousand copies in the file.
        ImportResult result = OnnxImporter.Import(deep.ToArray());
        Assert.True(result.Graph is not null || result.Errors[0].Code is OnnxErrors.Limits or OnnxErrors.Decode);

        OnnxModelBuilder computed = Small().Node("ReduceMax", ["x"], "m", ("keepdims", 0L)).Node("Greater", ["m", "zero"], "yes").Floats("zero", [], 0);
        computed.Graph.Node.Add(inner.Node[0].Clone());
        Bounded(computed.Output("out"), new ImportLimits { MaxNodes = 1000 }, OnnxErrors.Limits);

        static GraphProto Branch(NodeProto node) => new() { Name = "b", Node = { node }, Output = { new ValueInfoProto { Name = "out" } } };
        static AttributeProto Graph(string name, GraphProto graph) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph };
    }

    [Fact]
    public void Import_DataInOtherFiles_IsRefused()
    {
        OnnxModelBuilder builder = Small().Node("Add", ["x", "w"], "y").Output("y");
        TensorProto tensor = new() { Name = "w", DataType = 1, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.Dims.Add(4);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../../etc/passwd" });
        builder.Graph.Initializer.Add(tensor);
        Bounded(builder, OnnxErrors.ExternalData);
    }

    [Fact]
    public void Import_ParametersOutOfRange_AreRefused()
    {
        Bounded(Image().Node("DepthToSpace", ["x"], "y", ("blocksize", 0L)).Output("y"), OnnxErrors.Shape);
        Bounded(Image().Node("SpaceToDepth", ["x"], "y", ("blocksize", long.MinValue)).Output("y"), OnnxErrors.Shape);
        Bounded(Small().Integers("k", 5).Node("TopK", ["x", "k"], "y").Output("y"), OnnxErrors.Shape);
        Bounded(Small().Integers("i", 4).Node("Gather", ["x", "i"], "y", ("axis", 1L)).Output("y"), OnnxErrors.Shape);
        Bounded(Small().Integers("i", long.MinValue).Node("Gather", ["x", "i"], "y", ("axis", 1L)).Output("y"), OnnxErrors.Shape);
        Bounded(Small().Integers("s", 3, 3).Node("Split", ["x", "s"], "y", ("axis", 1L)).Output("y"), OnnxErrors.Shape);
        Bounded(Small().Floats("s", [1], 0).Node("QuantizeLinear", ["x", "s"], "y").Output("y"), OnnxErrors.UnsupportedForm);
        Bounded(Small().Floats("g", [4], 1, 1, 1, 1).Node("LayerNormalization", ["x", "g"], "y", ("epsilon", -1f)).Output("y"), OnnxErrors.Attribute);
        Bounded(Small().Floats("e", [4], 1, float.NaN, 1, 1).Node("Pow", ["x", "e"], "y").Output("y"), OnnxErrors.UnsupportedForm);
        Bounded(Small().Floats("c", [4], 1, float.PositiveInfinity, 1, 1).Node("Max", ["x", "c"], "y").Output("y"), OnnxErrors.NotFinite);
        Bounded(Small().Floats("s", [1], 1).Node("ReduceMean", ["x"], "y", ("axes", new long[] { 7 })).Output("y"), OnnxErrors.Shape);
    }
}
