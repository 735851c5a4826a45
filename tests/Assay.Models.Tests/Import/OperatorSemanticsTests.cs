using Assay.Models.Graph;
using Assay.Models.Import;
using Assay.Models.Registration;
using Assay.Models.Tests.Support;
using Onnx;

namespace Assay.Models.Tests.Import;

/// <summary>Corners in which an operator is easily imported as something slightly else.</summary>
public sealed class OperatorSemanticsTests
{
    private static float[] Run(OnnxModelBuilder builder, params float[] x) => FloatRuns.Run(FloatRuns.Import(builder.Output("y").ToArray()), x);

    private static ImportError Refused(OnnxModelBuilder builder, string code)
    {
        ImportResult result = OnnxImporter.Import(builder.Output("y").ToArray());
        Assert.Null(result.Graph);
        Assert.Equal(code, result.Errors[0].Code);
        return result.Errors[0];
    }

    private static void Near(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-4);
        }
    }

    private static OnnxModelBuilder Mean(OnnxModelBuilder builder, string x, string y) =>
        builder.Node("ReduceMean", [x], y, ("axes", new long[] { 1 }), ("keepdims", 1L));

    [Fact]
    public void Import_NormalizationWithBounds_KeepsTheBounds()
    {
        OnnxModelBuilder bounded = Mean(new OnnxModelBuilder().Input("x", -1, 4).Floats("hi", [], 50).Node("Mul", ["x", "x"], "p"), "p", "m")
            .Node("Min", ["m", "hi"], "c").Node("Sqrt", ["c"], "r").Node("Div", ["x", "r"], "y");
        Near([14.1421, -14.1421, 7.0711, -7.0711], Run(bounded, 100, -100, 50, -50));

        OnnxModelBuilder clipped = Mean(
            new OnnxModelBuilder().Input("x", -1, 4).Floats("lo", [], -50).Floats("hi", [], 50).Node("Clip", ["x", "lo", "hi"], "k").Node("Mul", ["k", "k"], "p"), "p", "m")
            .Node("Sqrt", ["m"], "r").Node("Div", ["x", "r"], "y");
        Near([20, -20, 20, 20], Run(clipped, 1000, -1000, 1000, 1000));

        OnnxModelBuilder floored = Mean(new OnnxModelBuilder().Input("x", -1, 4).Floats("e", [], 1e-6f).Node("Mul", ["x", "x"], "p"), "p", "m")
            .Node("Max", ["m", "e"], "c").Node("Sqrt", ["c"], "r").Node("Div", ["x", "r"], "y");
        Assert.DoesNotContain(FloatRuns.Import(floored.Output("y").ToArray()).Nodes, n => n is NormalizeNode);
    }

    [Theory]
    [InlineData(0.5f, "Div")]
    [InlineData(-0.5f, "Mul")]
    public void Import_NormalizationByPowers_IsOneNode(float exponent, string last)
    {
        OnnxModelBuilder builder = Mean(new OnnxModelBuilder().Input("x", -1, 4).Floats("two", [], 2).Floats("h", [], exponent).Floats("e", [], 1e-3f).Node("Pow", ["x", "two"], "p"), "p", "m")
            .Node("Add", ["m", "e"], "a").Node("Pow", ["a", "h"], "r").Node(last, ["x", "r"], "y").Output("y");
        NormalizeNode node = Assert.IsType<NormalizeNode>(FloatRuns.Import(builder.ToArray()).Nodes[^1]);
        Assert.Equal(1e-3f, node.Epsilon);
    }

    [Fact]
    public void Import_SplitWithAnEmptyPart_IsRefused()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 5).Integers("s", 0, 5).Node("Split", ["x", "s"], "a", ("axis", 1L));
        builder.Graph.Node[^1].Output.Add("b");
        Refused(builder.Node("Concat", ["a", "b"], "y", ("axis", 1L)), OnnxErrors.Shape);
    }

    [Fact]
    public void Import_ComputedIndices_CountFromTheEndIfNegative()
    {
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, 3).Floats("t", [4, 1], 10, 20, 30, 40)
            .Node("Cast", ["x"], "i", ("to", 7L)).Node("Gather", ["t", "i"], "y").Output("y").ToArray();
        FloatGraph graph = FloatRuns.Import(onnx);
        Assert.Equal([40, 30, 10], FloatRuns.Run(graph, [-1, -2, 0]));
        Assert.Equal([40, 10, 40], FloatRuns.Run(graph, [9, -9, 3]));
        RegistrationResult seen = ModelRegistration.Register(RegistrationRequest.Single(onnx, Npy.Floats([.. Enumerable.Range(0, 48).Select(i => (float)(i % 5 - 1))], 16, 3)));
        Assert.Null(seen.Model);
        Assert.Contains("negative indices", seen.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Import_AttributeThatNothingReads_IsRefused()
    {
        ImportError error = Refused(new OnnxModelBuilder().Input("x", -1, 4).Node("Relu", ["x"], "y", ("slope", 0.5f)), OnnxErrors.Attribute);
        Assert.Contains("'slope'", error.Message, StringComparison.Ordinal);

        // Attributes of other versions of the operator set.
        Refused(new OnnxModelBuilder(13).Input("x", -1, 4).Node("Clip", ["x"], "y", ("min", 0f)), OnnxErrors.Attribute);
        OnnxModelBuilder split = new OnnxModelBuilder(13).Input("x", -1, 4).Node("Split", ["x"], "y", ("axis", 1L), ("split", new long[] { 1, 3 }));
        split.Graph.Node[^1].Output.Add("z");
        Refused(split, OnnxErrors.Attribute);

        // Of constants too, and without effect those that say nothing here.
        Refused(new OnnxModelBuilder().Input("x", -1, 4).Floats("c", [], 1).Node("Exp", ["c"], "d", ("base", 2f)).Node("Add", ["x", "d"], "y"), OnnxErrors.Attribute);
        Assert.Equal([0, 2], Run(new OnnxModelBuilder(1).Input("x", -1, 2).Node("Relu", ["x"], "y", ("consumed_inputs", new long[] { 0 })), -1, 2));
    }

    [Fact]
    public void Import_QuantizeLinear_TakesItsOutputType()
    {
        static OnnxModelBuilder Model(long type) => new OnnxModelBuilder(21).Input("x", -1, 4).Floats("s", [], 1)
            .Node("QuantizeLinear", ["x", "s"], "q", ("output_dtype", type), ("saturate", 1L)).Node("DequantizeLinear", ["q", "s"], "y");
        Assert.Equal([-3, -1, 1, 127], Run(Model(3), -3, -1, 1, 300));
        Assert.Equal([0, 0, 1, 255], Run(Model(2), -3, -1, 1, 300));
        Refused(Model(17), OnnxErrors.UnsupportedForm);

        OnnxModelBuilder other = new OnnxModelBuilder(21).Input("x", -1, 4).Floats("s", [], 1);
        other.Graph.Initializer.Add(new TensorProto { Name = "z", DataType = (int)TensorProto.Types.DataType.Uint8, Int32Data = { 1 } });
        Refused(other.Node("QuantizeLinear", ["x", "s", "z"], "y", ("output_dtype", 3L)), OnnxErrors.Attribute);
    }

    [Fact]
    public void Import_EqualConstantsOfMoreAxes_Broadcast()
    {
        OnnxModelBuilder pow = new OnnxModelBuilder().Input("x", -1, 1, 2).Floats("e", [3, 2], 2, 2, 2, 2, 2, 2).Node("Pow", ["x", "e"], "y");
        Assert.Equal([1, 4, 1, 4, 1, 4], Run(pow, 1, 2));

        OnnxModelBuilder root = new OnnxModelBuilder().Input("x", 1, 2).Floats("b", [1, 1, 1], 2).Node("Pow", ["b", "x"], "y").Output("y");
        FloatGraph graph = FloatRuns.Import(root.ToArray());
        Near([0.25, 8], FloatRuns.Run(graph, [-2, 3]));

        Refused(new OnnxModelBuilder().Input("x", -1, 1, 2).Floats("s", [3, 2], [.. Enumerable.Repeat(0.5f, 6)]).Node("PRelu", ["x", "s"], "y"), OnnxErrors.Shape);
        Assert.Equal([-1, 3], Run(new OnnxModelBuilder().Input("x", -1, 2).Floats("s", [1, 2], 0.5f, 0.5f).Node("PRelu", ["x", "s"], "y"), -2, 3));
    }

    [Fact]
    public void Import_PReluOfOldOperatorSets_HasASlopeForEachChannel()
    {
        OnnxModelBuilder Model(int version) => new OnnxModelBuilder(version).Input("x", -1, 2, 3).Floats("s", [2], 0.5f, 2).Node("PRelu", ["x", "s"], "y");
        Assert.Equal([-1, 1, -2, -4, 1, -8], Run(Model(6), -2, 1, -4, -2, 1, -4));
        Refused(Model(7), OnnxErrors.Shape);
    }

    [Fact]
    public void Register_LongChainsOfFunctions_MakesSeveralTables()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 4);
        string at = "x";
        for (int i = 0; i < 80; i++, at = $"n{i - 1}")
        {
            builder.Node("Sigmoid", [at], $"n{i}");
        }

        RegistrationResult result = ModelRegistration.Register(
            RegistrationRequest.Single(builder.Output(at).ToArray(), Npy.Floats(OnnxModelBuilder.Random(2, 64), 16, 4)) with { AcceptFidelity = true });
        Assert.True(result.Model is not null, string.Join("\n", result.Errors));
        Assert.True(result.Model!.Program.Operations.Length >= 2);
    }

    [Fact]
    public void Import_TrainingModeOfOldOperatorSets_IsRefused()
    {
        OnnxModelBuilder Norm(params (string, object)[] attributes) => new OnnxModelBuilder(6).Input("x", -1, 1, 2)
            .Floats("g", [1], 1).Floats("b", [1], 0).Floats("m", [1], 0).Floats("v", [1], 1).Node("BatchNormalization", ["x", "g", "b", "m", "v"], "y", attributes);
        Refused(Norm(), OnnxErrors.UnsupportedForm);
        Refused(Norm(("is_test", 0L)), OnnxErrors.UnsupportedForm);
        Near([2, 3], Run(Norm(("is_test", 1L)), 2, 3));
        Refused(new OnnxModelBuilder(6).Input("x", -1, 2).Node("Dropout", ["x"], "y", ("is_test", 0L)), OnnxErrors.UnsupportedForm);
        Assert.Equal([2, -3], Run(new OnnxModelBuilder(6).Input("x", -1, 2).Node("Dropout", ["x"], "d", ("is_test", 1L), ("ratio", 0.5f)).Node("Mul", ["d", "d"], "e").Node("Div", ["e", "x"], "y"), 2, -3));
    }

    [Fact]
    public void Import_ResizeWhoseLengthDependsOnThePrecision_IsRefused()
    {
        static OnnxModelBuilder Model(float scale) => new OnnxModelBuilder().Input("x", -1, 1, 10).Floats("r", [0]).Floats("s", [3], 1, 1, scale).Node("Resize", ["x", "r", "s"], "y");
        Assert.Contains("sizes", Refused(Model(0.7f), OnnxErrors.UnsupportedForm).Hint, StringComparison.Ordinal);
        Assert.Equal(5, Run(Model(0.5f), new float[10]).Length);
        Assert.Equal(7, Run(Model(0.75f), new float[10]).Length);
    }

    [Fact]
    public void Import_ClipWithCrossedBounds_IsTheUpperBound()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 2).Floats("lo", [], 2).Floats("hi", [], 1).Node("Clip", ["x", "lo", "hi"], "c").Node("Add", ["x", "c"], "y");
        Assert.Equal([3, 4], Run(builder, 2, 3));
    }

    [Fact]
    public void Import_WholeNumbersThatFloatsCannotHold_AreRefused()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 4).Integers("c", 16777216, 1)
            .Node("ReduceSum", ["c"], "s", ("keepdims", 0L)).Node("Cast", ["s"], "f", ("to", 1L)).Node("Add", ["x", "f"], "y");
        Refused(builder, OnnxErrors.UnsupportedForm);
    }
}
