using Assay.Models.Data;
using Assay.Models.Fidelity;
using Assay.Models.Import;
using Assay.Models.Quantization;
using Assay.Models.Registration;
using Assay.Models.Tests.Support;
using Assay.Programs;
using Assay.Testing;

namespace Assay.Models.Tests.Quantization;

public sealed class QuantizerTests
{
    private static RegistrationResult Register(byte[] onnx, byte[] data, QuantizerOptions? options = null)
    {
        RegistrationResult result = ModelRegistration.Register(RegistrationRequest.Single(onnx, data) with { Options = options ?? new(), AcceptFidelity = true });
        Assert.True(result.Model is not null, string.Join("\n", result.Errors));
        return result;
    }

    public static TheoryData<string, double> Errors => new()
    {
        { "minus", 0.002 },
        { "mobile", 0.003 },
        { "normfirst", 0.002 },
        { "residual", 0.003 },
        { "signal", 0.003 },
        { "tabular", 0.003 },
        { "tokens", 0.003 },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Compile_TorchExport_IsFaithful(string name, double most)
    {
        Fixture fixture = Fixture.Load(name);
        RegistrationResult result = Register(fixture.Onnx, fixture.InputBytes);
        SetFidelity fidelity = result.Statement!.Fidelity.Calibration;
        Assert.InRange(fidelity.Outputs[0].MeanRelativeError, 0, most);
        Assert.Equal(0, fidelity.SaturatedElements);
        Assert.Equal(0, fidelity.ClampedInputElements);

        // And against what PyTorch computed, by the reference interpreter alone.
        ExactModel model = result.Model!;
        double error = 0;
        double size = 0;
        for (int i = 0; i < fixture.Inputs.Items; i++)
        {
            short[] q = new short[model.Program.Inputs[0].Type.Count];
            Assert.Null(Boundary.Quantize(model.Program.Inputs[0], Fixture.Item(fixture.Inputs, i), q).Error);
            short[] output = ReferenceInterpreter.Run(model, [q])[0];
            float[] y = new float[output.Length];
            Boundary.Dequantize(model.Program.Outputs[0], output, y);
            float[] expected = Fixture.Item(fixture.Expected, i);
            error += y.Zip(expected).Sum(p => Math.Abs((double)p.First - p.Second));
            size += expected.Sum(e => Math.Abs((double)e));
        }

        Assert.InRange(error / size, 0, most * 1.01);
    }

    [Theory]
    [InlineData("mobile")]
    [InlineData("tabular")]
    public void Compile_Twice_GivesTheSameBytes(string name)
    {
        Fixture fixture = Fixture.Load(name);
        RegistrationResult first = Register(fixture.Onnx, fixture.InputBytes);
        RegistrationResult second = Register(fixture.Onnx, fixture.InputBytes);
        Assert.Equal(first.Model!.Id, second.Model!.Id);
        Assert.Equal(first.StatementBytes.ToArray(), second.StatementBytes.ToArray());
    }

    [Fact]
    public void Compile_FidelityTarget_WidensUntilMet()
    {
        Fixture fixture = Fixture.Load("residual");
        double before = Register(fixture.Onnx, fixture.InputBytes).Statement!.Fidelity.Calibration.Outputs[0].MeanRelativeError;
        FidelityReport report = Register(fixture.Onnx, fixture.InputBytes, new QuantizerOptions { FidelityTarget = before / 4 }).Statement!.Fidelity;
        Assert.InRange(report.Calibration.Outputs[0].MeanRelativeError, 0, before / 4);
        Assert.Contains(report.Layers, l => l.Reason.StartsWith("widened for the fidelity target", StringComparison.Ordinal));
    }

    [Fact]
    public void Compile_LooseTarget_NarrowsToEightBits()
    {
        Fixture fixture = Fixture.Load("residual");
        FidelityReport report = Register(fixture.Onnx, fixture.InputBytes, new QuantizerOptions { FidelityTarget = 0.05 }).Statement!.Fidelity;
        Assert.InRange(report.Calibration.Outputs[0].MeanRelativeError, 0, 0.05);
        Assert.Contains(report.Layers, l => l.WeightBits <= 8 && l.ResultBits <= 8);
        Assert.Contains(report.Layers, l => l.Reason.Contains("narrowed to 8 bits: within the fidelity target", StringComparison.Ordinal));
    }

    [Fact]
    public void Compile_ImpossibleTarget_IsAnError()
    {
        Fixture fixture = Fixture.Load("residual");
        RegistrationResult result = ModelRegistration.Register(
            RegistrationRequest.Single(fixture.Onnx, fixture.InputBytes) with { Options = new QuantizerOptions { FidelityTarget = 1e-9 } });
        Assert.Equal(QuantizeErrors.Fidelity, Assert.Single(result.Errors).Code);
    }

    [Theory]
    [InlineData(600, 1)]
    [InlineData(20_000, 2)]
    public void Compile_LongSums_TakeASecondLimbOnlyWhenNeeded(int length, int limbs)
    {
        // All weights near their maximum: the worst case of the accumulator rule.
        float[] weights = [.. OnnxModelBuilder.Random(1, length).Select(w => w < 0 ? -1f : 1f)];
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, length).Floats("w", [length, 1], weights).Node("Relu", ["x"], "r").Node("MatMul", ["r", "w"], "y").Output("y").ToArray();
        FidelityReport report = Register(onnx, Npy.Floats(OnnxModelBuilder.Random(2, 8 * length), 8, length), new QuantizerOptions { Narrow = false }).Statement!.Fidelity;
        LayerFidelity layer = report.Layers.Single(l => l.Operator == "MatMul");
        Assert.Equal(limbs, layer.Limbs);
        Assert.InRange(report.Calibration.Outputs[0].MeanRelativeError, 0, 0.02);
    }

    [Fact]
    public void Compile_SumsTooLongForTwoLimbs_NarrowTheirOperand()
    {
        const int Length = 30_000;
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, Length).Floats("w", [Length, 1], OnnxModelBuilder.Random(3, Length)).Node("Tanh", ["x"], "t").Node("MatMul", ["t", "w"], "y").Output("y").ToArray();
        FidelityReport report = Register(onnx, Npy.Floats(OnnxModelBuilder.Random(2, 4 * Length), 4, Length), new QuantizerOptions { Narrow = false }).Statement!.Fidelity;
        LayerFidelity tanh = report.Layers.Single(l => l.Operator == "Tanh");
        Assert.InRange(tanh.ResultBits, 8, 11);
        Assert.Equal("narrowed for the accumulator of 'MatMul_1'", tanh.Reason);
        Assert.InRange(report.Calibration.Outputs[0].MeanRelativeError, 0, 0.05);
    }

    [Fact]
    public void Register_MutatedModels_NeverThrows()
    {
        byte[][] seeds = [.. Fixture.Names.Where(n => n is not ("mobile" or "residual")).Select(n => Fixture.Load(n).Onnx)];
        Mutator mutator = new(11, seeds);
        int compiled = 0;
        for (int i = 0; i < (FuzzRun.IsDeep ? 30_000 : 600); i++)
        {
            byte[] onnx = mutator.Next();
            ImportResult import = OnnxImporter.Import(onnx, new ImportLimits { MaxWork = 100_000, MaxActivationElements = 20_000 });
            if (import.Graph is null)
            {
                continue;
            }

            Dictionary<string, ReadOnlyMemory<byte>> data = import.Graph.Inputs.ToDictionary(
                n => n.Name, n => new ReadOnlyMemory<byte>(Npy.Floats(OnnxModelBuilder.Random(i, 2 * n.Count), 2, n.Count)));
            RegistrationResult result = ModelRegistration.Register(new RegistrationRequest { Onnx = onnx, Calibration = data, AcceptFidelity = true, Options = new() { Narrow = i % 8 == 0, SearchItems = 1 } });
            Assert.Equal(result.Model is null, result.Errors.Length != 0);
            compiled += result.Model is null ? 0 : 1;
        }

        Assert.True(compiled >= 20, $"only {compiled} compiled");
    }

    [Fact]
    public void Compile_WholeNumberPixels_AreMetExactly()
    {
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, 1, 2, 2).Node("Relu", ["x"], "y").Output("y").ToArray();
        float[] pixels = [0, 16, 3, 7, 1, 2, 15, 8];
        ProgramInput input = Register(onnx, Npy.Floats(pixels, 2, 1, 2, 2)).Model!.Program.Inputs[0];
        double multiplier = input.Multipliers[0];
        Assert.Equal(Math.ScaleB(1, Math.ILogB(multiplier)), multiplier);
        Assert.True(multiplier >= 1);
        Assert.True(16 * 1.9 * multiplier <= input.Type.Hi);
    }

    [Fact]
    public void Compile_DeclaredRange_IsTakenWithoutHeadroom()
    {
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, 1, 2, 2).Node("Relu", ["x"], "y").Output("y").ToArray();
        QuantizerOptions options = new() { InputRanges = new Dictionary<string, (double Lo, double Hi)> { ["x"] = (0, 1) }, InputRule = OutOfRange.Refuse, Narrow = false };
        ProgramInput input = Register(onnx, Npy.Floats([0, 0.5f, 0.25f, 1], 1, 1, 2, 2), options).Model!.Program.Inputs[0];
        Assert.Equal(OutOfRange.Refuse, input.Rule);
        Assert.Equal(0, input.Type.Lo);
        Assert.InRange(input.Type.Hi, 4090, 4095);
        short[] q = new short[4];
        Assert.Equal(ProgramErrorCodes.OutOfRange, Boundary.Quantize(input, [0, 0, 0, 1.001f], q).Error);
    }

    [Fact]
    public void Compile_FeaturesOfVeryDifferentSizes_KeepTheirPrecision()
    {
        // y = 1000*a + 0.001*b with a about 0.001 and b about 1000: both matter alike.
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, 2).Floats("w", [2, 1], 1000, 0.001f).Node("MatMul", ["x", "w"], "y").Output("y").ToArray();
        float[] data = [.. OnnxModelBuilder.Random(5, 64).Select((v, i) => i % 2 == 0 ? 0.001f + v * 0.0005f : 1000 + v * 500)];
        SetFidelity fidelity = Register(onnx, Npy.Floats(data, 32, 2)).Statement!.Fidelity.Calibration;
        Assert.InRange(fidelity.Outputs[0].MaxRelativeError, 0, 0.002);
    }

    [Fact]
    public void Compile_SaturationBeyondCalibration_IsCounted()
    {
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, 2).Floats("w", [2, 2], 1, 0, 0, 1).Node("MatMul", ["x", "w"], "y").Output("y").ToArray();
        RegistrationRequest request = RegistrationRequest.Single(onnx, Npy.Floats([1, -1, -1, 1], 2, 2), Npy.Floats([0.5f, 0.5f, 100, -0.5f, 1, 1], 3, 2)) with { AcceptFidelity = true };
        SetFidelity test = ModelRegistration.Register(request).Statement!.Fidelity.Test!;
        Assert.Equal((1L, 1, 0), (test.ClampedInputElements, test.ItemsOutOfRange, test.ItemsRefused));
        Assert.True(test.Outputs[0].MaxRelativeError > 0.5);
    }

    [Fact]
    public void Compile_NotFiniteOnCalibration_IsAnError()
    {
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, 1).Floats("w", [1, 1], 1e38f).Node("MatMul", ["x", "w"], "a").Node("MatMul", ["a", "w"], "y").Output("y").ToArray();
        RegistrationResult result = ModelRegistration.Register(RegistrationRequest.Single(onnx, Npy.Floats([1e3f], 1, 1)));
        Assert.Equal(QuantizeErrors.Range, Assert.Single(result.Errors).Code);
    }

    [Fact]
    public void Compile_ValuesThatAreAllZero_StillCompile()
    {
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, 3).Floats("w", [3, 2], new float[6]).Node("MatMul", ["x", "w"], "a").Node("Relu", ["a"], "y").Output("y").ToArray();
        SetFidelity fidelity = Register(onnx, Npy.Floats(new float[6], 2, 3)).Statement!.Fidelity.Calibration;
        Assert.Equal(0, fidelity.Outputs[0].MaxAbsoluteError);
    }

    [Fact]
    public void Compile_SeveralInputsAndOutputs_KeepTheirNames()
    {
        byte[] onnx = new OnnxModelBuilder()
            .Input("a", -1, 3).Input("b", -1, 3).Floats("w", [3, 3], OnnxModelBuilder.Random(7, 9))
            .Node("MatMul", ["a", "w"], "c").Node("Sub", ["c", "b"], "d").Node("Relu", ["d"], "e").Output("d", "e").ToArray();
        Dictionary<string, ReadOnlyMemory<byte>> data = new()
        {
            ["a"] = Npy.Floats(OnnxModelBuilder.Random(8, 48), 16, 3), ["b"] = Npy.Floats(OnnxModelBuilder.Random(9, 48), 16, 3),
        };
        RegistrationResult result = ModelRegistration.Register(new RegistrationRequest { Onnx = onnx, Calibration = data });
        Assert.True(result.Model is not null, string.Join("\n", result.Errors));
        Assert.Equal(["a", "b"], result.Model.Program.Inputs.Select(i => i.Name));
        Assert.Equal(["d", "e"], result.Model.Program.Outputs.Select(o => o.Name));
        Assert.All(result.Statement!.Fidelity.Calibration.Outputs, o => Assert.InRange(o.MeanRelativeError, 0, 0.005));
    }

    [Fact]
    public void Register_BadData_HasItsCode()
    {
        Fixture fixture = Fixture.Load("minus");
        byte[] wrongShape = Npy.Floats(new float[10], 2, 5);
        byte[] notFinite = Npy.Floats([.. new float[11], float.NaN], 1, 12);
        byte[] good = fixture.InputBytes;
        string Code(RegistrationRequest request) => Assert.Single(ModelRegistration.Register(request).Errors).Code;
        Assert.Equal(NpyErrors.Header, Code(RegistrationRequest.Single(fixture.Onnx, new byte[3])));
        Assert.Equal(DataErrors.Shape, Code(RegistrationRequest.Single(fixture.Onnx, wrongShape)));
        Assert.Equal(DataErrors.NotFinite, Code(RegistrationRequest.Single(fixture.Onnx, notFinite)));
        Assert.Equal(DataErrors.Labels, Code(RegistrationRequest.Single(fixture.Onnx, good, good, good)));
        Assert.Equal(DataErrors.Shape, Code(RegistrationRequest.Single(fixture.Onnx, good, wrongShape)));
    }

    /// <summary>Every folding and lowering path, on random shapes and numbers, against the float interpreter.</summary>
    [Fact]
    public void Compile_RandomGraphs_StayFaithful()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            (byte[] onnx, float[] data, long[] shape) = RandomOnnx.Make(seed);
            RegistrationResult result = ModelRegistration.Register(RegistrationRequest.Single(onnx, Npy.Floats(data, shape)) with { AcceptFidelity = true, Options = new() { Narrow = false } });
            Assert.True(result.Model is not null, $"seed {seed}: {string.Join("\n", result.Errors)}");
            SetFidelity fidelity = result.Statement!.Fidelity.Calibration;
            Assert.True(fidelity.Outputs[0].MaxRelativeError < 0.02, $"seed {seed}: {fidelity.Outputs[0]}");
        }
    }
}
