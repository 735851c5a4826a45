using Assay.Models.Import;
using Assay.Models.Tests.Support;
using Assay.Testing;

namespace Assay.Models.Tests.Import;

public sealed class OnnxFuzzTests
{
    private static readonly FuzzLimits Limits = new(24 << 20, 1024, TimeSpan.FromMilliseconds(250));

    [Fact]
    public void Import_MutatedModels_NeverThrowAndStayBounded()
    {
        byte[] small = new OnnxModelBuilder()
            .Input("x", -1, 2, 3, 3)
            .Floats("w", [2, 2, 2, 2], OnnxModelBuilder.Random(3, 16))
            .Node("Conv", ["x", "w"], "a", ("pads", new long[] { 1, 0, 0, 1 }))
            .Node("Relu", ["a"], "b")
            .Node("Shape", ["b"], "s")
            .Integers("zero", 0)
            .Node("Gather", ["s", "zero"], "n")
            .Integers("rest", -1)
            .Node("Concat", ["n", "rest"], "t", ("axis", 0L))
            .Node("Reshape", ["b", "t"], "c")
            .Node("Softmax", ["c"], "y")
            .Output("y")
            .ToArray();
        byte[][] seeds = [small, .. Fixture.Names.Where(n => n is not ("mobile" or "residual")).Select(n => Fixture.Load(n).Onnx)];

        FuzzSummary summary = FuzzRun.Run(
            seeds,
            onnx =>
            {
                ImportResult result = OnnxImporter.Import(onnx);
                Assert.Equal(result.Graph is null, result.Errors.Length != 0);
                Assert.All(result.Errors, e => Assert.StartsWith("onnx/", e.Code, StringComparison.Ordinal));
                return result.Graph is not null;
            },
            Limits);

        Assert.True(summary.Accepted > 1000 && summary.Refused > 1000, summary.ToString());
    }
}
