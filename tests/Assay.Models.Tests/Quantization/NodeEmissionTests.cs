using System.Collections.Immutable;
using Assay.Models.Data;
using Assay.Models.Graph;
using Assay.Models.Quantization;
using Assay.Models.Tests.Support;
using Assay.Programs;

namespace Assay.Models.Tests.Quantization;

/// <summary>Every float node as exact operations: near float on random numbers, by the reference interpreter.</summary>
public sealed class NodeEmissionTests
{
    private static InputNode Input(string name, params int[] shape) => new(name, [.. shape]);

    private static float[] Random(int seed, int count) => OnnxModelBuilder.Random(seed, count);

    private static LinearNode Linear(FloatNode x, int outputs, int seed) =>
        new($"linear{seed}", "Gemm", x, outputs, Random(seed, outputs * x.Shape[^1]), Random(seed + 1, outputs));

    private static ScalarFunction F(UnaryFunction f, ScalarFunction x) => ScalarFunction.Of(f, x);

    private static ScalarFunction F(BinaryFunction f, ScalarFunction a, ScalarFunction b) => ScalarFunction.Of(f, a, b);

    private static readonly ScalarFunction X = ScalarFunction.X;

    private static readonly Dictionary<string, (Func<InputNode, InputNode, FloatNode> Make, double Most)> Cases = new()
    {
        ["Add, broadcast"] = ((a, b) => new AddNode("n", "Add", a, Row(b), false), 0.001),
        ["Sub, broadcast"] = ((a, b) => new AddNode("n", "Sub", Row(a), b, true), 0.001),
        ["Add, constant"] = ((a, _) => new AddNode("n", "Add", a, Constant(a.Shape, 3), false), 0.001),
        ["Mul"] = ((a, b) => new MulNode("n", "Mul", a, b), 0.002),
        ["Mul, broadcast, Relu"] = ((a, b) => new ClampNode("c", "Relu", new MulNode("n", "Mul", a, Row(b)), 0, float.PositiveInfinity), 0.002),
        ["Mul, itself"] = ((a, _) => new MulNode("n", "Mul", a, a), 0.002),
        ["Mul, constant"] = ((a, _) => new MulNode("n", "Mul", a, Constant(a.Shape, 5)), 0.002),
        ["Mul, chain"] = ((a, b) => new MulNode("n", "Mul", new MulNode("m", "Mul", a, b), new MulNode("o", "Mul", a, a)), 0.006),
        ["MatMul"] = ((a, b) => new MatMulNode("n", "MatMul", a, new TransposeNode("t", "Transpose", b, [0, 2, 1])), 0.002),
        ["MatMul, long"] = ((a, b) => new MatMulNode("n", "MatMul", new ReshapeNode("r", "Reshape", Wide(a, 60), [1, 720]), new ReshapeNode("s", "Reshape", Wide(b, 60), [720, 1])), 0.02),
        ["Div"] = ((a, b) => new DivideNode("n", "Div", a, Positive(b)), 0.002),
        ["Div, negative divisor"] = ((a, b) => new DivideNode("n", "Div", a, new AffineNode("m", "Neg", Positive(b), -1, [-1], [0])), 0.002),
        ["Max"] = ((a, b) => new ExtremumNode("n", "Max", a, Row(b), false), 0.001),
        ["Min of layers"] = ((a, b) => new ExtremumNode("n", "Min", Linear(a, 5, 7), Linear(b, 5, 9), true), 0.002),
        ["Max, constant"] = ((a, _) => new ExtremumNode("n", "Max", a, Constant(a.Shape, 3), false), 0.001),
        ["Where"] = ((a, b) => new SelectNode("n", "Where", new FunctionNode("f", "Less", a, F(BinaryFunction.Less, X, 0.25)), a, b), 0.01),
        ["Where, constant"] = ((a, b) => new SelectNode("n", "Where", Mask(a.Shape), a, new MulNode("m", "Mul", a, b)), 0.002),
        ["Concat of layers"] = ((a, b) => new ConcatNode("n", "Concat", [Linear(a, 5, 7), Linear(b, 3, 9), new ConstantNode("k", "Constant", [2, 3, 2], Random(8, 12))], 2), 0.002),
        ["Concat of others"] = ((a, b) => new ConcatNode("n", "Concat", [a, new MulNode("m", "Mul", a, b), new SoftmaxNode("s", "Softmax", b)], 2), 0.002),
        ["Concat, twice"] = ((a, b) => Twice(Linear(a, 4, 7), Linear(b, 4, 9)), 0.003),
        ["Transpose"] = ((a, _) => new TransposeNode("n", "Transpose", a, [2, 0, 1]), 0.001),
        ["Slice"] = ((a, _) => new SliceNode("n", "Slice", a, [1, 2, 0], [0, -1, 2], [3, 3, 2]), 0.001),
        ["Gather"] = ((a, _) => new GatherNode("n", "Gather", a, 1, [2, 0, 0, 1]), 0.001),
        ["Pad"] = ((a, _) => new ConstantPadNode("n", "Pad", a, [0, 1, 0], [1, 0, 2], 0.75f), 0.001),
        ["Pad, zeros"] = ((a, _) => new PadNode("n", "Pad", a, 1, 0, 2, 1), 0.001),
        ["ReduceSum"] = ((a, _) => new ReduceNode("n", "ReduceSum", a, 1, Reduction.Sum), 0.002),
        ["ReduceMean"] = ((a, _) => new ReduceNode("n", "ReduceMean", Positive(a), 2, Reduction.Mean), 0.001),
        ["ReduceMax"] = ((a, _) => new ReduceNode("n", "ReduceMax", a, 0, Reduction.Max), 0.001),
        ["ReduceL2"] = ((a, _) => new ReduceNode("n", "ReduceL2", a, 2, Reduction.EuclideanLength), 0.002),
        ["LayerNormalization"] = ((a, _) => new AffineNode("s", "Mul", new NormalizeNode("n", "LayerNormalization", a, true, 1e-5), 2, Random(4, 4), Random(5, 4)), 0.003),
        ["RMS norm"] = ((a, _) => new NormalizeNode("n", "SimplifiedLayerNormalization", a, false, 1e-6), 0.002),
        ["TopK"] = ((a, _) => new TopKNode("n", "TopK", a, 2, true, false), 0.001),
        ["Affine"] = ((a, b) => new AffineNode("n", "Mul", new MulNode("m", "Mul", a, b), 1, Random(6, 3), Random(7, 3)), 0.003),
        ["Affine, one factor"] = ((a, b) => new AffineNode("n", "Mul", new MulNode("m", "Mul", a, b), -1, [1.5f], [0.25f]), 0.003),
        ["Neg"] = ((a, b) => new AffineNode("n", "Neg", new MulNode("m", "Mul", a, b), -1, [-0.7f], [0]), 0.002),
        ["Gelu"] = ((a, _) => new FunctionNode("n", "Gelu", a, 0.5 * X * (1.0 + F(UnaryFunction.Erf, X / 1.4142135623730951))), 0.001),
        ["Exp"] = ((a, _) => new FunctionNode("n", "Exp", a, F(UnaryFunction.Exp, X)), 0.001),
        ["Log"] = ((a, _) => new FunctionNode("n", "Log", Positive(a), F(UnaryFunction.Log, X)), 0.002),
        ["Reciprocal"] = ((a, _) => new FunctionNode("n", "Reciprocal", Positive(a), 1.0 / X), 0.002),
        ["Sigmoid of a layer"] = ((a, _) => new FunctionNode("n", "Sigmoid", Linear(a, 4, 3), ScalarFunction.Sigmoid), 0.002),
        ["Silu, mean"] = ((a, _) => new ReduceNode("r", "ReduceMean", new FunctionNode("n", "Silu", Linear(a, 4, 3), X * ScalarFunction.Sigmoid), 1, Reduction.Mean), 0.005),
        ["Magnitude"] = ((a, b) => LengthFolder.Rewrite(new FunctionNode("n", "Sqrt", new AddNode("s", "Add", new FunctionNode("p", "Pow", a, F(BinaryFunction.Power, X, 2.0)), new MulNode("q", "Mul", b, b), false), F(UnaryFunction.Sqrt, X)))!, 0.001),
        ["Sqrt"] = ((a, b) => new FunctionNode("n", "Sqrt", new MulNode("m", "Mul", Positive(a), Positive(b)), F(UnaryFunction.Sqrt, X)), 0.001),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Compile_Node_IsNearFloat(string name)
    {
        FloatGraph graph = ExactRuns.Graph(Cases[name].Make(Input("a", 2, 3, 4), Input("b", 2, 3, 4)));
        TensorSet data = Data(graph);
        QuantizeResult result = ExactRuns.Compile(graph, data);
        Assert.True(result.Model is not null, result.Error?.ToString());
        double error = ExactRuns.Error(graph, result.Model!, data);
        Assert.True(error <= Cases[name].Most, $"{name}: {error}");
    }

    /// <summary>The widest there is: every bound is met by narrowing or by a second limb, and nothing gets worse.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Compile_NodeAtSixteenBits_IsNearFloat(string name)
    {
        FloatGraph graph = ExactRuns.Graph(Cases[name].Make(Input("a", 2, 3, 4), Input("b", 2, 3, 4)));
        TensorSet data = Data(graph);
        QuantizeResult result = ExactRuns.Compile(graph, data, new QuantizerOptions { Narrow = false, ActivationBits = 16, WeightBits = 16 });
        Assert.True(result.Model is not null, result.Error?.ToString());
        Assert.InRange(ExactRuns.Error(graph, result.Model!, data), 0, Cases[name].Most);
    }

    private static TensorSet Data(FloatGraph graph)
    {
        Random random = new(1);
        return ExactRuns.Set(graph, 24, (_, _) => (float)((random.NextDouble() * 4) - 2));
    }

    private static SliceNode Row(FloatNode x) => new("row", "Slice", x, [0, 0, 0], [0, 1, 1], [1, x.Shape[1], x.Shape[2]]);

    private static GatherNode Wide(FloatNode x, int times) => new("wide", "Gather", x, 0, [.. Enumerable.Range(0, times).Select(i => i % 2)]);

    private static FunctionNode Positive(FloatNode x) => new("abs", "Abs", x, F(UnaryFunction.Abs, X) + 0.5);

    private static ConstantNode Constant(ImmutableArray<int> shape, int seed) => new("k", "Constant", shape, Random(seed, Models.Graph.Shapes.Count(shape)));

    private static ConstantNode Mask(ImmutableArray<int> shape) =>
        new("mask", "Constant", shape, [.. Random(2, Models.Graph.Shapes.Count(shape)).Select(v => v < 0 ? 0f : 0.001f)]);

    private static ConcatNode Twice(FloatNode a, FloatNode b)
    {
        ConcatNode first = new("c1", "Concat", [a, b], 2);
        return new ConcatNode("c2", "Concat", [first, new ClampNode("r", "Relu", Linear(first, 3, 11), 0, float.PositiveInfinity)], 2);
    }

    [Fact]
    public void Compile_Comparisons_AreWholeNumbers()
    {
        InputNode a = Input("a", 8);
        FloatGraph graph = ExactRuns.Graph(new FunctionNode("n", "Less", a, F(BinaryFunction.Less, X, 0.5)), new TopKNode("t", "ArgMax", a, 1, true, true));
        QuantizeResult result = ExactRuns.Compile(graph, Data(graph));
        Assert.Equal([1.0, 1.0], result.Model!.Program.Outputs.Select(o => o.Scale));
        Assert.Equal((0, 7), (result.Model.Program.Operations[^1].Result.Lo, result.Model.Program.Operations[^1].Result.Hi));
    }

    [Fact]
    public void Compile_Tokens_KeepScaleOneAndFullRange()
    {
        InputNode tokens = Input("tokens", 5);
        EmbeddingNode embedding = new("e", "Gather", tokens, Random(3, 700 * 4), 4);
        FloatGraph graph = ExactRuns.Graph(Linear(embedding, 3, 5));
        TensorSet data = ExactRuns.Set(graph, 10, (_, i) => i % 13);
        QuantizeResult result = ExactRuns.Compile(graph, data);
        ProgramInput input = result.Model!.Program.Inputs[0];
        Assert.Equal((0, 699, 1.0), (input.Type.Lo, input.Type.Hi, input.Multipliers[0]));
        Assert.InRange(ExactRuns.Error(graph, result.Model, data), 0, 0.002);
    }

    [Fact]
    public void Compile_SixteenBitSound_IsMetExactly()
    {
        InputNode sound = Input("sound", 1, 1, 64);
        FloatGraph graph = ExactRuns.Graph(new ConvNode("c", "Conv", sound, 4, Random(3, 4 * 16), Random(4, 4), new Window(1, 16, 1, 4, 1, 1, 0, 0, 0, 0), 1));
        Random random = new(3);
        TensorSet data = ExactRuns.Set(graph, 10, (_, _) => random.Next(-30000, 30000));
        QuantizeResult result = ExactRuns.Compile(graph, data);
        ProgramInput input = result.Model!.Program.Inputs[0];
        Assert.Equal((short.MinValue, short.MaxValue, 1.0), (input.Type.Lo, input.Type.Hi, input.Multipliers[0]));
        Assert.InRange(ExactRuns.Error(graph, result.Model, data), 0, 0.002);
    }

    [Fact]
    public void Compile_Grid_KeepsItsStep()
    {
        InputNode x = Input("x", 1, 4, 4);
        GridNode grid = new("q", "QuantizeLinear", x, 0.03125, -128, 127);
        ConvNode conv = new("c", "Conv", grid, 4, Random(3, 4 * 9), Random(4, 4), new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1), 1);
        GridNode after = new("r", "QuantizeLinear", new ClampNode("relu", "Relu", conv, 0, float.PositiveInfinity), 0.07, 0, 255);
        FloatGraph graph = ExactRuns.Graph(new GridNode("s", "QuantizeLinear", new MaxPoolNode("m", "MaxPool", after, new Window(2, 2, 2, 2, 1, 1, 0, 0, 0, 0)), 0.1, -5, 255));
        TensorSet data = Data(graph);
        QuantizeResult result = ExactRuns.Compile(graph, data);
        ExactProgram program = result.Model!.Program;
        Assert.Equal(32, program.Inputs[0].Multipliers[0]);
        Assert.Equal(0.1, program.Outputs[0].Scale);
        Assert.Equal(0, program.Operations[0].Result.Lo);
        Assert.InRange(program.Operations[0].Result.Hi, 100, 255);
        Assert.InRange(ExactRuns.Error(graph, result.Model, data), 0, 0.02);
    }

    [Fact]
    public void Compile_DivisorOfBothSigns_IsRefusedByName()
    {
        InputNode a = Input("a", 4);
        InputNode b = Input("b", 4);
        FloatGraph graph = ExactRuns.Graph(new DivideNode("quotient", "Div", a, b));
        EmitError? error = ExactRuns.Compile(graph, Data(graph)).Error;
        Assert.Equal(QuantizeErrors.Divisor, error?.Code);
        Assert.Equal("quotient", error?.Node?.Name);
    }

    [Fact]
    public void Compile_DivisorThatMayBeZero_SaysThatItIsOne()
    {
        InputNode a = Input("a", 4);
        FloatNode divisor = new FunctionNode("abs", "Abs", Input("b", 4), F(UnaryFunction.Abs, X) + 0.000001);
        FloatGraph graph = ExactRuns.Graph(new DivideNode("quotient", "Div", a, divisor));
        QuantizeResult result = ExactRuns.Compile(graph, Data(graph));
        Assert.True(result.Model is not null, result.Error?.ToString());
        Assert.Contains("divisors that would be 0 are 1", result.Layers.Single(l => l.Name == "quotient").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_FunctionWithoutValues_IsRefusedByName()
    {
        InputNode a = Input("a", 4);
        FloatGraph graph = ExactRuns.Graph(new SelectNode("w", "Where", new FunctionNode("c", "Less", a, F(BinaryFunction.Less, X, 100.0)), a, new FunctionNode("one", "Reciprocal", a, 1.0 / (X * 0.0))));
        EmitError? error = ExactRuns.Compile(graph, Data(graph)).Error;
        Assert.NotNull(error);
        Assert.Equal("one", error.Node?.Name);
    }

    [Fact]
    public void Compile_SteepFunction_GetsAWiderOperand()
    {
        FloatGraph graph = ExactRuns.Graph(new FunctionNode("n", "Sigmoid", new AffineNode("s", "Mul", Linear(Input("a", 2, 3), 4, 3), 1, [8, 8, 8, 8], [0, 0, 0, 0]), ScalarFunction.Sigmoid));
        QuantizeResult result = ExactRuns.Compile(graph, Data(graph));
        QuantizedLayer operand = result.Layers.Single(l => l.Name == "s");
        Assert.InRange(operand.ResultBits, 13, 14);
        Assert.Contains("read by 'n', which is steep", operand.Reason, StringComparison.Ordinal);
    }
}
