using Assay.Models.Graph;
using Assay.Models.Import;
using Assay.Models.Tests.Support;

namespace Assay.Models.Tests.Import;

/// <summary>Operators that were exported as several simple ones come back as one node.</summary>
public sealed class FunctionFolderTests
{
    private static readonly float[] X = [-3.5f, -1, -0.25f, 0, 0.5f, 1.25f, 2.75f, 6];

    private static FloatGraph Graph(OnnxModelBuilder builder) => FloatRuns.Import(builder.Output("y").ToArray());

    private static OnnxModelBuilder Base() => new OnnxModelBuilder().Input("x", -1, X.Length);

    private static void OneFunction(OnnxModelBuilder builder, Func<double, double> expected)
    {
        FloatGraph graph = Graph(builder);
        Assert.Equal(2, graph.Nodes.Length);
        Assert.IsType<FunctionNode>(graph.Nodes[1]);
        float[] y = FloatRuns.Run(graph, X);
        for (int i = 0; i < X.Length; i++)
        {
            Assert.Equal(expected(X[i]), y[i], 1e-6);
        }
    }

    [Fact]
    public void Import_ProductsWithStepFunctions_AreOneFunction()
    {
        OneFunction(Base().Node("Sigmoid", ["x"], "s").Node("Mul", ["x", "s"], "y"), x => x / (1 + Math.Exp(-x)));
        OneFunction(
            Base().Floats("c", [], 3).Floats("lo", [], 0).Floats("hi", [], 6).Floats("six", [], 6)
                .Node("Add", ["x", "c"], "a").Node("Clip", ["a", "lo", "hi"], "b").Node("Mul", ["x", "b"], "d").Node("Div", ["d", "six"], "y"),
            x => x * Math.Clamp(x + 3, 0, 6) / 6);
        OneFunction(Base().Node("Softplus", ["x"], "s").Node("Tanh", ["s"], "t").Node("Mul", ["t", "x"], "y"), x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))));
        OneFunction(
            Base().Floats("zero", [], 0).Floats("k", [], 0.1f).Node("Greater", ["x", "zero"], "p").Node("Mul", ["x", "k"], "s").Node("Where", ["p", "x", "s"], "y"),
            x => x > 0 ? x : 0.1f * x);
    }

    [Fact]
    public void Import_GeluOfSimpleOperators_IsOneFunction()
    {
        OnnxModelBuilder gelu = Base().Floats("r", [], 1.4142135f).Floats("one", [], 1).Floats("half", [], 0.5f)
            .Node("Div", ["x", "r"], "a").Node("Erf", ["a"], "b").Node("Add", ["b", "one"], "c").Node("Mul", ["x", "c"], "d").Node("Mul", ["d", "half"], "y");
        FloatGraph graph = Graph(gelu);
        Assert.Equal(2, graph.Nodes.Length);
        float[] y = FloatRuns.Run(graph, X);
        Assert.Equal(-0.1586553, y[1], 1e-6);
        Assert.Equal(0.3457312, y[4], 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Import_NormalizationOfSimpleOperators_IsOneNode(bool center)
    {
        OnnxModelBuilder builder = Base().Floats("two", [], 2).Floats("e", [], 1e-5f);
        string d = "x";
        if (center)
        {
            builder.Node("ReduceMean", ["x"], "m", ("axes", new long[] { -1 })).Node("Sub", ["x", "m"], "d");
            d = "d";
        }

        builder.Node("Pow", [d, "two"], "q").Node("ReduceMean", ["q"], "v", ("axes", new long[] { -1 })).Node("Add", ["v", "e"], "w").Node("Sqrt", ["w"], "s");
        builder = center ? builder.Node("Div", [d, "s"], "y") : builder.Node("Reciprocal", ["s"], "i").Node("Mul", ["i", d], "y");
        FloatGraph graph = Graph(builder);

        NormalizeNode node = Assert.IsType<NormalizeNode>(graph.Nodes[^1]);
        Assert.Equal(2, graph.Nodes.Length);
        Assert.Equal(center, node.Center);
        Assert.Equal(1e-5f, node.Epsilon, 1e-12);
        double mean = center ? X.Average(x => (double)x) : 0;
        double deviation = Math.Sqrt(X.Average(x => (x - mean) * (x - mean)) + 1e-5);
        Assert.Equal((X[0] - mean) / deviation, FloatRuns.Run(graph, X)[0], 1e-5);
    }

    [Fact]
    public void Import_ClampsAndScalesBehindALayer_StayFree()
    {
        OnnxModelBuilder builder = Base().Floats("w", [X.Length, 2], OnnxModelBuilder.Random(3, 2 * X.Length)).Floats("k", [], 0.5f)
            .Node("MatMul", ["x", "w"], "a").Node("Mul", ["a", "k"], "b").Node("Relu", ["b"], "y");
        FloatGraph graph = Graph(builder);
        Assert.Equal(["InputNode", "LinearNode", "ClampNode"], graph.Nodes.Select(n => n.GetType().Name));
    }

    [Fact]
    public void Import_QuantizedModel_KeepsItsGrid()
    {
        OnnxModelBuilder builder = Base().Floats("s", [], 0.05f).Floats("w", [X.Length, 2], OnnxModelBuilder.Random(3, 2 * X.Length));
        builder.Graph.Initializer.Add(new Onnx.TensorProto { Name = "z", DataType = (int)Onnx.TensorProto.Types.DataType.Uint8, Int32Data = { 100 } });
        builder.Node("QuantizeLinear", ["x", "s", "z"], "q").Node("DequantizeLinear", ["q", "s", "z"], "d").Node("MatMul", ["d", "w"], "y");
        GridNode grid = Assert.IsType<GridNode>(Graph(builder).Nodes[1]);
        Assert.Equal((0.05f, -100, 155), ((float)grid.Step, grid.Lo, grid.Hi));
    }

    [Fact]
    public void Import_LiteralShapes_DropTheLeadingOne()
    {
        // The transposition moves the batch, so it is read for one item; both ends begin with the batch's 1.
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 3, 2)
            .Node("Transpose", ["x"], "t", ("perm", new long[] { 1, 0, 2 })).Node("Relu", ["t"], "r").Node("Transpose", ["r"], "y", ("perm", new long[] { 1, 0, 2 }));
        FloatGraph graph = Graph(builder);
        Assert.True(graph.Inputs[0].Shape is [3, 2]);
        Assert.True(graph.Outputs[0].Node.Shape is [3, 2]);
        Assert.Equal([0, 2, 0, 4, 0, 6], FloatRuns.Run(graph, [-1, 2, -3, 4, -5, 6]));
    }

    [Fact]
    public void Import_BoundInputsAndDimensions_TakeTheirValues()
    {
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, -1).Input("k", 1).Node("Mul", ["x", "k"], "y").Output("y").ToArray();
        Assert.Contains("--dim", OnnxImporter.Import(onnx).Errors[0].Hint, StringComparison.Ordinal);
        ImportOptions options = new()
        {
            Dimensions = new Dictionary<string, int> { ["x:1"] = 3 },
            Bound = new Dictionary<string, System.Collections.Immutable.ImmutableArray<double>> { ["k"] = [2.5] },
        };
        FloatGraph graph = OnnxImporter.Import(onnx, null, options).Graph!;
        Assert.Equal([2.5f, 5, 7.5f], FloatRuns.Run(graph, [1, 2, 3]));
        options = options with { Bound = new Dictionary<string, System.Collections.Immutable.ImmutableArray<double>> { ["other"] = [1] } };
        Assert.Equal(OnnxErrors.MissingName, OnnxImporter.Import(onnx, null, options).Errors[0].Code);
    }
}
