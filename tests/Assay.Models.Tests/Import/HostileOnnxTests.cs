using Assay.Models.Import;
using Assay.Models.Tests.Support;
using Google.Protobuf;
using Onnx;

namespace Assay.Models.Tests.Import;

/// <summary>Each way in which a file can be wrong has its code.</summary>
public sealed class HostileOnnxTests
{
    private static OnnxModelBuilder Base() => new OnnxModelBuilder().Input("x", -1, 4);

    private static void Refused(string code, OnnxModelBuilder builder, string? node = null) => Refused(code, builder.ToArray(), node);

    private static void Refused(string code, byte[] onnx, string? node = null)
    {
        ImportResult result = OnnxImporter.Import(onnx);
        Assert.Null(result.Graph);
        Assert.Equal((code, node), (result.Errors[0].Code, result.Errors[0].Node));
    }

    [Fact]
    public void Import_NotProtobuf_IsDecode()
    {
        Refused(OnnxErrors.Incomplete, Array.Empty<byte>());
        Refused(OnnxErrors.Decode, "this is not a model"u8.ToArray());
        Refused(OnnxErrors.Decode, [0x0b, 0x0c]);
        Refused(OnnxErrors.Decode, [0x3a, 0x05, 0x0a]);
    }

    [Fact]
    public void Import_NoGraphInputOutputOrVersion_IsNamed()
    {
        Refused(OnnxErrors.Incomplete, new OnnxModelBuilder().Input("x", -1, 4));
        Refused(OnnxErrors.Incomplete, new OnnxModelBuilder().Floats("c", [1], 1).Node("Relu", ["c"], "y").Output("y"));
        Refused(OnnxErrors.OperatorSet, new OnnxModelBuilder(0).Input("x", -1, 4).Output("x"));
        Refused(OnnxErrors.OperatorSet, new OnnxModelBuilder(22).Input("x", -1, 4).Output("x"));
        OnnxModelBuilder foreign = Base().Node("Relu", ["x"], "y").Output("y");
        foreign.Graph.Node[0].Domain = "com.example";
        Refused(OnnxErrors.OperatorSet, foreign, "Relu_0");
    }

    [Fact]
    public void Import_TooLarge_IsLimits()
    {
        byte[] onnx = Base().Node("Relu", ["x"], "y").Output("y").ToArray();
        ImportResult file = OnnxImporter.Import(onnx, new ImportLimits { MaxFileBytes = 10 });
        ImportResult messages = OnnxImporter.Import(onnx, new ImportLimits { MaxMessages = 3 });
        ImportResult nodes = OnnxImporter.Import(onnx, new ImportLimits { MaxNodes = 0 });
        ImportResult activations = OnnxImporter.Import(onnx, new ImportLimits { MaxActivationElements = 3 });
        ImportResult work = OnnxImporter.Import(onnx, new ImportLimits { MaxWork = 3 });
        Assert.All([file, messages, nodes, activations, work], r => Assert.Equal(OnnxErrors.Limits, r.Errors[0].Code));
    }

    [Fact]
    public void Import_ManyEmptyMessages_AreCountedBeforeTheyAreDecoded()
    {
        // Two bytes of file for each node: a graph of 2 MB that would decode to a million objects.
        byte[] nodes = new byte[2_000_000];
        for (int i = 0; i < nodes.Length; i += 2)
        {
            nodes[i] = 0x0a;
        }

        byte[] onnx = [0x3a, 0x80, 0x89, 0x7a, .. nodes];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(OnnxErrors.Limits, onnx);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void Import_DeepNesting_IsRefused()
    {
        // Subgraphs in attributes in nodes in subgraphs…
        byte[] inner = [];
        for (int i = 0; i < 200; i++)
        {
            inner = Nested(1, Nested(5, Nested(6, inner)));
        }

        ImportResult result = OnnxImporter.Import(Nested(7, inner));
        Assert.Contains(result.Errors[0].Code, new[] { OnnxErrors.Limits, OnnxErrors.Decode });
    }

    private static byte[] Nested(int field, byte[] content)
    {
        using MemoryStream stream = new();
        CodedOutputStream output = new(stream);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return stream.ToArray();
    }

    [Fact]
    public void Import_TensorDimsAndDataDiffer_IsTensorData()
    {
        Refused(OnnxErrors.TensorData, Base().Floats("w", [4, 2], 1, 2, 3).Node("MatMul", ["x", "w"], "y").Output("y"), "MatMul_0");
        OnnxModelBuilder negative = Base().Floats("w", [4, -2], 1).Node("MatMul", ["x", "w"], "y").Output("y");
        Refused(OnnxErrors.TensorData, negative, "MatMul_0");
        OnnxModelBuilder odd = Base().Node("MatMul", ["x", "w"], "y").Output("y");
        TensorProto raw = new() { Name = "w", DataType = 1, RawData = ByteString.CopyFrom(1, 2, 3) };
        raw.Dims.Add(4);
        raw.Dims.Add(1);
        odd.Graph.Initializer.Add(raw);
        Refused(OnnxErrors.TensorData, odd, "MatMul_0");
    }

    [Fact]
    public void Import_ShapesThatOverflow_AreLimits()
    {
        Refused(OnnxErrors.Limits, Base().Floats("w", [int.MaxValue, int.MaxValue], 1).Node("MatMul", ["x", "w"], "y").Output("y"), "MatMul_0");
        Refused(OnnxErrors.Limits, Base().Floats("w", [0, int.MaxValue, int.MaxValue, int.MaxValue]).Node("MatMul", ["x", "w"], "y").Output("y"), "MatMul_0");
        Refused(OnnxErrors.TensorData, Base().Floats("w", [long.MaxValue, 4], 1).Node("MatMul", ["x", "w"], "y").Output("y"), "MatMul_0");
        Refused(OnnxErrors.Limits, new OnnxModelBuilder().Input("x", -1, 1 << 20, 1 << 20).Node("Relu", ["x"], "y").Output("y"));
        Refused(OnnxErrors.Limits, Base().Integers("s", 1 << 30, 1 << 30).Node("ConstantOfShape", ["s"], "c").Node("Add", ["x", "c"], "y").Output("y"), "ConstantOfShape_0");
        long[] huge = [1 << 14, 1 << 14, 1 << 14, 1 << 14];
        OnnxModelBuilder image = new OnnxModelBuilder().Input("x", -1, 1 << 8, 1 << 8, 1 << 8).Floats("w", [256, 1, 1, 1], new float[256]);
        Refused(OnnxErrors.Limits, image.Node("Conv", ["x", "w"], "y", ("pads", huge), ("group", 256L)).Output("y"), "Conv_0");
    }

    [Fact]
    public void Import_ExternalData_IsRefused()
    {
        OnnxModelBuilder builder = Base().Node("MatMul", ["x", "w"], "y").Output("y");
        TensorProto tensor = new() { Name = "w", DataType = 1, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.Dims.Add(4);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../../etc/passwd" });
        builder.Graph.Initializer.Add(tensor);
        Refused(OnnxErrors.ExternalData, builder, "MatMul_0");
    }

    [Fact]
    public void Import_NamesThatClashMissOrCircle_AreNamed()
    {
        Refused(OnnxErrors.DuplicateName, Base().Node("Relu", ["x"], "y").Node("Tanh", ["x"], "y").Output("y"), "Tanh_1");
        Refused(OnnxErrors.DuplicateName, Base().Node("Relu", ["x"], "x").Output("x"), "Relu_0");
        Refused(OnnxErrors.DuplicateName, Base().Input("x", -1, 4).Output("x"));
        Refused(OnnxErrors.DuplicateName, Base().Floats("w", [1], 1).Floats("w", [1], 1).Output("x"));
        Refused(OnnxErrors.DuplicateName, Base().Node("Relu", ["x"], "y").Output("y", "y"));
        Refused(OnnxErrors.MissingName, Base().Node("Relu", ["z"], "y").Output("y"), "Relu_0");
        Refused(OnnxErrors.MissingName, Base().Output("nothing"));
        Refused(OnnxErrors.Cycle, Base().Node("Add", ["x", "b"], "a").Node("Relu", ["a"], "b").Output("b"), "Add_0");
        Refused(OnnxErrors.Cycle, Base().Node("Relu", ["a"], "y").Node("Tanh", ["x"], "a").Output("y"), "Relu_0");
        Refused(OnnxErrors.Cycle, Base().Node("Add", ["x", "y"], "y").Output("y"), "Add_0");
        Refused(OnnxErrors.ConstantOutput, Base().Floats("w", [1, 4], 1, 2, 3, 4).Node("Identity", ["w"], "y").Output("y"));
        Refused(OnnxErrors.ConstantOutput, Base().Floats("w", [1], 1).Output("w"));
    }

    [Fact]
    public void Import_SecondOutputs_AreRefused()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 1, 8, 8)
            .Node("MaxPool", ["x"], "d", ("kernel_shape", new long[] { 2, 2 })).Node("Relu", ["places"], "y").Output("y");
        builder.Graph.Node[0].Output.Add("places");
        Refused(OnnxErrors.UnsupportedForm, builder, "Relu_1");
    }

    [Fact]
    public void Import_InputsOfOtherForms_AreRefused()
    {
        Refused(OnnxErrors.Shape, new OnnxModelBuilder().Input("x", 2, 4).Input("z", 3, 4).Node("Add", ["x", "z"], "y").Output("y"), "Add_0");
        Refused(OnnxErrors.Shape, new OnnxModelBuilder().Input("x", -1, -1).Node("Relu", ["x"], "y").Output("y"));
        Refused(OnnxErrors.Limits, new OnnxModelBuilder().Input("x", -1, 0).Node("Relu", ["x"], "y").Output("y"));
        OnnxModelBuilder integers = Base().Node("Relu", ["x"], "y").Output("y");
        integers.Graph.Input[0].Type.TensorType.ElemType = (int)Onnx.TensorProto.Types.DataType.String;
        Refused(OnnxErrors.ElementType, integers);
        OnnxModelBuilder untyped = Base().Node("Relu", ["x"], "y").Output("y");
        untyped.Graph.Input[0].Type = null;
        Refused(OnnxErrors.Shape, untyped);
    }

    /// <summary>Read as a batch it is refused; for one item it may still have a meaning.</summary>
    [Fact]
    public void Import_WhatMixesABatch_IsRefusedOrReadLiterally()
    {
        (OnnxModelBuilder Model, bool Literal)[] cases =
        [
            (Base().Integers("s", 2, -1).Node("Reshape", ["x", "s"], "y").Output("y"), true),
            (Base().Node("Softmax", ["x"], "y", ("axis", 0L)).Output("y"), true),
            (Base().Node("Transpose", ["x"], "y").Output("y"), true),
            (Base().Floats("w", [1, 4], new float[4]).Node("Gemm", ["x", "w"], "y", ("transA", 1L)).Output("y"), true),
            (new OnnxModelBuilder().Input("x", 3, 4).Floats("c", [3, 4], new float[12]).Node("Add", ["x", "c"], "y").Output("y"), true),
            (Base().Node("Shape", ["x"], "s").Node("Mul", ["s", "s"], "t").Node("Reshape", ["x", "t"], "y").Output("y"), false),
        ];
        foreach ((OnnxModelBuilder model, bool literal) in cases)
        {
            byte[] onnx = model.ToArray();
            Assert.Equal(OnnxErrors.Batch, OnnxImporter.Import(onnx, null, new ImportOptions { Shapes = ShapeReading.Batch }).Errors[0].Code);
            Assert.Equal(literal, OnnxImporter.Import(onnx).Graph is not null);
        }
    }

    [Fact]
    public void Import_BadAttributesAndConstants_AreRefused()
    {
        OnnxModelBuilder Image() => new OnnxModelBuilder().Input("x", -1, 1, 8, 8).Floats("w", [1, 1, 3, 3], new float[9]);
        Refused(OnnxErrors.Attribute, Image().Node("Conv", ["x", "w"], "y", ("strides", new long[] { 0, 1 })).Output("y"), "Conv_0");
        Refused(OnnxErrors.Attribute, Image().Node("Conv", ["x", "w"], "y", ("pads", new long[] { -1, 0, 0, 0 })).Output("y"), "Conv_0");
        Refused(OnnxErrors.Attribute, Image().Node("Conv", ["x", "w"], "y", ("dilations", new[] { long.MaxValue, 1 })).Output("y"), "Conv_0");
        Refused(OnnxErrors.Attribute, Image().Node("Conv", ["x", "w"], "y", ("strides", 2L)).Output("y"), "Conv_0");
        Refused(OnnxErrors.Attribute, Image().Node("Conv", ["x", "w"], "y", ("auto_pad", "SOME")).Output("y"), "Conv_0");
        Refused(OnnxErrors.Shape, Image().Node("Conv", ["x", "w"], "y", ("group", 2L)).Output("y"), "Conv_0");
        Refused(OnnxErrors.Shape, Image().Node("Conv", ["x", "w"], "y", ("dilations", new long[] { 9, 9 })).Output("y"), "Conv_0");
        Refused(OnnxErrors.Attribute, Image().Node("MaxPool", ["x"], "y").Output("y"), "MaxPool_0");
        Refused(OnnxErrors.UnsupportedForm, Image().Node("AveragePool", ["x"], "y", ("kernel_shape", new long[] { 2, 2 }), ("dilations", new long[] { 2, 2 })).Output("y"), "AveragePool_0");
        Refused(OnnxErrors.Arity, Image().Node("Conv", ["x"], "y").Output("y"), "Conv_0");
        Refused(OnnxErrors.NotFinite, Base().Floats("w", [4, 1], 1, 2, float.NaN, 3).Node("MatMul", ["x", "w"], "y").Output("y"), "MatMul_0");
        Refused(OnnxErrors.NotFinite, Base().Floats("c", [1], 0).Node("Div", ["x", "c"], "y").Output("y"), "Div_0");
    }

    [Fact]
    public void Import_FoldedChainsOfFactors_StayCheap()
    {
        OnnxModelBuilder builder = Base().Floats("w", [4, 4096], OnnxModelBuilder.Random(1, 4 * 4096)).Floats("f", [1], 1.0001f).Node("MatMul", ["x", "w"], "v0");
        for (int i = 0; i < 3000; i++)
        {
            builder.Node("Mul", [$"v{i}", "f"], $"v{i + 1}");
        }

        byte[] onnx = builder.Output("v3000").ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ImportResult result = OnnxImporter.Import(onnx);
        Assert.NotNull(result.Graph);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000_000);
    }

    [Fact]
    public void Import_LongNamesWithControls_ArePrintedSafely()
    {
        OnnxModelBuilder builder = Base().Node("Frobnicate\u001b[31m", ["x"], new string('n', 5000) + "\n").Output("y");
        builder.Graph.Node[0].Name = "evil\r\n\u001b]0;" + new string('x', 9000);
        builder.Graph.Node[0].Output[0] = "y";
        ImportError error = OnnxImporter.Import(builder.ToArray()).Errors[0];
        Assert.DoesNotContain(error.ToString(), char.IsControl);
        Assert.InRange(error.ToString().Length, 1, 1200);
    }
}
