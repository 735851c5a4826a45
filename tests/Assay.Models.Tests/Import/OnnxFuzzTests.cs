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
        byte[][] seeds = [small, Recurrent(), Picture(), Attention(), .. Fixture.Names.Where(n => n is not ("mobile" or "residual")).Select(n => Fixture.Load(n).Onnx)];

        FuzzSummary summary = FuzzRun.Run(
            seeds,
            onnx =>
            {
                ImportResult result = OnnxImporter.Import(onnx);
                Assert.Equal(result.Graph is null, result.Errors.Length != 0);
                Assert.All(result.Errors, e => Assert.StartsWith("onnx/", e.Code, StringComparison.Ordinal));
                return result.Graph is not null;
            },
            Limits, oneOf: 4);

        Assert.True(summary.Accepted > 250 && summary.Refused > 250, summary.ToString());
    }

    private static byte[] Recurrent()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 3, 1, 2).Input("h", 1, 1, 2).Integers("axis", 1).Integers("k", 1)
            .Floats("w", [1, 8, 2], OnnxModelBuilder.Random(1, 16)).Floats("r", [1, 8, 2], OnnxModelBuilder.Random(2, 16))
            .Node("LSTM", ["x", "w", "r", "", "", "h"], "a", ("hidden_size", 2L))
            .Node("Squeeze", ["a", "axis"], "b").Node("TopK", ["b", "k"], "values", ("axis", -1L)).Node("ReduceMean", ["values"], "y", ("keepdims", 0L));
        builder.Graph.Node[0].Output.Add("state");
        return builder.Output("y", "state").ToArray();
    }

    private static byte[] Picture() => new OnnxModelBuilder().Input("x", -1, 4, 3, 3)
        .Floats("w", [4, 2, 2, 2], OnnxModelBuilder.Random(1, 32)).Floats("s", [4, 1, 1], 0.1f, 0.2f, 0.3f, 0.4f).Floats("f", [4], 1, 1, 2, 2).Floats("none", [0])
        .Integers("pads", 0, 0, 1, 1, 0, 0, 1, 1).Floats("zero", [], 0).Integers("parts", 1, 1)
        .Node("ConvTranspose", ["x", "w"], "a", ("strides", new long[] { 2, 2 })).Node("Slice", ["a", "from", "to", "at"], "b").Integers("from", 0).Integers("to", 2).Integers("at", 1)
        .Node("DepthToSpace", ["x"], "c", ("blocksize", 2L)).Node("PRelu", ["x", "s"], "d").Node("Pad", ["d", "pads"], "e", ("mode", "reflect"))
        .Node("Resize", ["e", "none", "f"], "g").Node("HardSwish", ["g"], "i").Node("GlobalMaxPool", ["i"], "y")
        .Node("Greater", ["b", "zero"], "j").Node("Where", ["j", "b", "zero"], "z").Output("y", "z", "c").ToArray();

    private static byte[] Attention() => new OnnxModelBuilder(17).Input("x", -1, 3, 4)
        .Floats("g", [4], 1, 1, 1, 1).Floats("q", [4, 4], OnnxModelBuilder.Random(1, 16)).Floats("two", [], 2)
        .Node("LayerNormalization", ["x", "g"], "a").Node("MatMul", ["a", "q"], "b").Node("Transpose", ["b"], "c", ("perm", new long[] { 0, 2, 1 }))
        .Node("MatMul", ["b", "c"], "d").Node("Softmax", ["d"], "e").Node("MatMul", ["e", "b"], "f").Node("Add", ["f", "x"], "h").Node("Pow", ["h", "two"], "i")
        .Node("Concat", ["h", "i"], "y", ("axis", -1L)).Output("y").ToArray();
}
