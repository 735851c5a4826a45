using Assay.Models.Graph;
using Assay.Models.Import;
using Assay.Models.Tests.Support;

namespace Assay.Models.Tests.Import;

/// <summary>What PyTorch exports imports, folds, and evaluates to what PyTorch computed.</summary>
public sealed class TorchExportTests
{
    public static TheoryData<string> Names => [.. Fixture.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Import_TorchExport_ComputesTheSame(string name)
    {
        Fixture fixture = Fixture.Load(name);
        FloatGraph graph = FloatRuns.Import(fixture.Onnx);
        for (int i = 0; i < fixture.Inputs.Items; i++)
        {
            float[] y = FloatRuns.Run(graph, Fixture.Item(fixture.Inputs, i));
            float[] expected = Fixture.Item(fixture.Expected, i);
            for (int k = 0; k < expected.Length; k++)
            {
                Assert.Equal(expected[k], y[k], 1e-5 * Math.Max(1, Math.Abs(expected[k])));
            }
        }
    }

    [Theory]
    [InlineData("tabular", "LinearNode,ClampNode,LinearNode,SoftmaxNode")]
    [InlineData("residual", "ConvNode,ClampNode,ConvNode,AddNode,ClampNode,AveragePoolNode,ReshapeNode,LinearNode")]
    [InlineData("tokens", "LinearNode,ClampNode,LinearNode,SoftmaxNode")]
    [InlineData("minus", "LinearNode,LinearNode,FunctionNode,AddNode,FunctionNode,AffineNode")]
    [InlineData("normfirst", "AffineNode,ConvNode,ClampNode,MaxPoolNode,AveragePoolNode,ReshapeNode,LinearNode,FunctionNode")]
    public void Import_ScalesAndOffsets_AreFolded(string name, string expected)
    {
        FloatGraph graph = FloatRuns.Import(Fixture.Load(name).Onnx);
        Assert.Equal(expected, string.Join(",", graph.Nodes.Skip(1).Select(n => n.GetType().Name)));
    }

    [Fact]
    public void Import_FirstErrorsFile_NamesNodesOperatorsAndHints()
    {
        byte[] onnx = new OnnxModelBuilder()
            .Input("x", -1, 4)
            .Node("GridSample", ["x"], "a")
            .Node("Loop", ["x"], "b")
            .Node("Add", ["a", "b"], "y")
            .Output("y")
            .ToArray();

        ImportResult result = OnnxImporter.Import(onnx);

        Assert.Null(result.Graph);
        Assert.Equal(["GridSample_0", "Loop_1"], result.Errors.Select(e => e.Node));
        Assert.All(result.Errors, e => Assert.Equal(OnnxErrors.UnsupportedOperator, e.Code));
        Assert.Contains("docs/operators.md", result.Errors[0].Hint, StringComparison.Ordinal);
        Assert.Contains("without loops", result.Errors[1].ToString(), StringComparison.Ordinal);
    }
}
