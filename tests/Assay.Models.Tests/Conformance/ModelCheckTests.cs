using Assay.Models.Conformance;
using Assay.Models.Import;
using Assay.Models.Tests.Support;

namespace Assay.Models.Tests.Conformance;

public sealed class ModelCheckTests
{
    private static ModelCheckResult Run(OnnxModelBuilder builder) => ModelCheck.Run(builder.Output("y").ToArray(), new ImportOptions());

    [Fact]
    public void Run_SupportedModel_IsExactAndSaysItsSize()
    {
        ModelCheckResult result = Run(new OnnxModelBuilder().Input("x", -1, 4).Floats("w", [4, 2], OnnxModelBuilder.Random(1, 8)).Node("MatMul", ["x", "w"], "a").Node("Gelu", ["a"], "y"));
        Assert.True(result.IsExact, result.Message);
        Assert.StartsWith("[4] to [2]; ", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UnsupportedOperator_NamesNodeOperatorAndNearest()
    {
        ModelCheckResult result = Run(new OnnxModelBuilder().Input("x", -1, 4).Node("Sin", ["x"], "y"));
        Assert.Equal((false, OnnxErrors.UnsupportedOperator, "Sin_0", "Sin"), (result.IsExact, result.Code, result.Node, result.Operator));
        Assert.NotNull(result.Hint);
    }

    [Fact]
    public void Run_FunctionWithoutValues_AsksForRealData()
    {
        ModelCheckResult result = Run(new OnnxModelBuilder().Input("x", -1, 4).Node("Log", ["x"], "a").Node("Exp", ["a"], "b").Node("Sub", ["b", "x"], "y"));
        Assert.True(result.IsExact || result.Hint!.Contains("real calibration data", StringComparison.Ordinal), result.Message);
    }
}
