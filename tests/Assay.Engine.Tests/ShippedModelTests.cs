using System.Runtime.InteropServices;
using Assay.Models.Data;
using Assay.Models.Registration;
using Assay.Programs;

namespace Assay.Engine.Tests;

/// <summary>Both shipped models on their whole test sets: identical bytes on every path.</summary>
public sealed class ShippedModelTests
{
    [Theory]
    [InlineData("digits")]
    [InlineData("risk")]
    public void TestSet_AnyPathBatchAndThreads_IsTheReferences(string name)
    {
        string folder = Folder(name);
        byte[] onnx = File.ReadAllBytes(Path.Combine(folder, "model.onnx"));
        byte[] calibration = File.ReadAllBytes(Path.Combine(folder, "calibration.npy"));
        ExactModel model = ModelRegistration.Register(RegistrationRequest.Single(onnx, calibration)).Model!;
        NpyArray test = NpyReader.TryRead(File.ReadAllBytes(Path.Combine(folder, "test_inputs.npy")), out _)!;
        float[] inputs = test.ToFloats();
        ProgramInput input = model.Program.Inputs[0];
        int items = inputs.Length / input.Type.Count;
        float[] expected = [.. Enumerable.Range(0, items).SelectMany(i => ByReference(model, inputs.AsSpan(i * input.Type.Count, input.Type.Count)))];
        foreach (SimdPath path in EngineHarness.Paths)
        {
            for (int threads = 1; threads <= 2; threads++)
            {
                using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(path, threads));
                foreach (int batch in new[] { 1, 3, 32, items })
                {
                    float[] actual = new float[expected.Length];
                    for (int from = 0; from < items; from += batch)
                    {
                        int count = Math.Min(batch, items - from);
                        engine.RunBatch(
                            inputs.AsSpan(from * input.Type.Count, count * input.Type.Count),
                            count,
                            actual.AsSpan(from * (int)engine.OutputCount, count * (int)engine.OutputCount));
                    }

                    Assert.True(
                        MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(actual)),
                        $"{path}, batch {batch}, {threads} threads");
                }
            }
        }
    }

    private static float[] ByReference(ExactModel model, ReadOnlySpan<float> x)
    {
        short[] q = new short[x.Length];
        Assert.Null(Boundary.Quantize(model.Program.Inputs[0], x, q).Error);
        short[] y = ReferenceInterpreter.Run(model, [q])[0];
        float[] results = new float[y.Length];
        Boundary.Dequantize(model.Program.Outputs[0], y, results);
        return results;
    }

    private static string Folder(string name)
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "models", name, "model.onnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The shipped models are not above the tests.");
        }

        return Path.Combine(folder.FullName, "models", name);
    }
}
