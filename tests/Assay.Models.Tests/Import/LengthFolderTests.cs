using Assay.Models.Data;
using Assay.Models.Graph;
using Assay.Models.Quantization;
using Assay.Models.Tests.Support;

namespace Assay.Models.Tests.Import;

/// <summary>Roots of sums of squares come back as one length, and stay as exact as its operand.</summary>
public sealed class LengthFolderTests
{
    private static readonly float[] X = [.. Enumerable.Range(0, 24).Select(i => ((i * 7) % 11) - 5 + (i / 8f))];

    private static FloatGraph Graph(OnnxModelBuilder builder) => FloatRuns.Import(builder.Output("y").ToArray());

    private static OnnxModelBuilder Halves(long middle) => new OnnxModelBuilder().Input("x", -1, 6, 4).Floats("two", [], 2)
        .Integers("zero", 0).Integers("mid", middle).Integers("three", 3).Integers("end", middle + 3).Integers("one", 1)
        .Node("Slice", ["x", "zero", "three", "one"], "re").Node("Slice", ["x", "mid", "end", "one"], "im")
        .Node("Pow", ["re", "two"], "a").Node("Mul", ["im", "im"], "b").Node("Add", ["b", "a"], "sum").Node("Sqrt", ["sum"], "y");

    private static void Check(FloatGraph graph, Func<int, double> expected, int count)
    {
        Assert.Equal(Reduction.EuclideanLength, Assert.Single(graph.Nodes.OfType<ReduceNode>()).Reduction);
        Assert.DoesNotContain(graph.Nodes, n => n is FunctionNode or AddNode or MulNode);
        float[] y = FloatRuns.Run(graph, X);
        Assert.Equal(count, y.Length);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(expected(i), y[i], 1e-5);
        }
    }

    [Fact]
    public void Import_MagnitudeOfTwoHalves_IsOneLengthWithoutCopies()
    {
        FloatGraph graph = Graph(Halves(3));
        Check(graph, i => Math.Sqrt((X[i] * X[i]) + (X[i + 12] * X[i + 12])), 12);
        Assert.All(graph.Nodes, n => Assert.True(n is InputNode or ReshapeNode or ReduceNode, n.ToString()));
        Assert.True(graph.Outputs[0].Node.Shape is [3, 4]);
    }

    [Fact]
    public void Import_MagnitudeOfOverlappingParts_IsALengthOfCopies() =>
        Check(Graph(Halves(1)), i => Math.Sqrt((X[i] * X[i]) + (X[i + 4] * X[i + 4])), 12);

    [Fact]
    public void Import_RootOfThreeSquares_IsOneLength()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 3, 8).Floats("half", [], 0.5f)
            .Node("Relu", ["x"], "r").Node("Neg", ["r"], "n").Node("Floor", ["x"], "f")
            .Node("Mul", ["r", "r"], "a").Node("Mul", ["f", "f"], "b").Node("Mul", ["x", "x"], "c")
            .Node("Add", ["a", "b"], "ab").Node("Add", ["ab", "c"], "abc").Node("Pow", ["abc", "half"], "y");
        float[] y = FloatRuns.Run(Graph(builder), X);
        Assert.All(Enumerable.Range(0, 24), i => Assert.Equal(
            Math.Sqrt((X[i] * X[i]) + Math.Pow(Math.Max(X[i], 0), 2) + Math.Pow(Math.Floor(X[i]), 2)), y[i], 1e-5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Import_RootOfReduceSumOfSquares_IsOneLength(bool keeps)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 2, 3, 4).Floats("two", [], 2).Integers("axes", 1, 2)
            .Node("Pow", ["x", "two"], "q").Node("ReduceSum", ["q", "axes"], "s", ("keepdims", keeps ? 1L : 0L)).Node("Sqrt", ["s"], "y");
        Check(Graph(builder), i => Math.Sqrt(Enumerable.Range(0, 6).Sum(k => (double)X[(4 * k) + i] * X[(4 * k) + i])), 4);
    }

    [Fact]
    public void Import_RootOfOtherSums_StaysAsItIs()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 24).Input("z", -1, 24)
            .Node("Mul", ["x", "x"], "a").Node("Abs", ["z"], "b").Node("Add", ["a", "b"], "s").Node("Sqrt", ["s"], "y");
        FloatGraph graph = Graph(builder);
        Assert.DoesNotContain(graph.Nodes, n => n is ReduceNode);
        float[] z = [.. X.Reverse()];
        float[] y = FloatRuns.Run(graph, X, z);
        Assert.All(Enumerable.Range(0, 24), i => Assert.Equal(Math.Sqrt((X[i] * X[i]) + Math.Abs(z[i])), y[i], 1e-5));
    }

    [Fact]
    public void Compile_MagnitudeOfQuietAndLoud_KeepsTheQuiet()
    {
        // A square of what is a thousandth of the loudest has no step of 16 bits left; the length has 32.
        FloatGraph graph = Graph(Halves(3));
        TensorSet data = ExactRuns.Set(graph, 64, (_, i) => (float)((((i * 37) % 101) - 50) * ((i / 24) % 2 == 0 ? 100.0 : 0.1)));
        QuantizeResult result = ExactRuns.Compile(graph, data, new QuantizerOptions { ActivationBits = 16, Narrow = false });
        Assert.True(result.Model is not null, result.Error?.Message);
        TensorSet quiet = ExactRuns.Set(graph, 8, (_, i) => (float)((((i * 37) % 101) - 50) * 0.1));
        Assert.True(ExactRuns.Error(graph, result.Model, quiet) < 0.05);
    }
}
