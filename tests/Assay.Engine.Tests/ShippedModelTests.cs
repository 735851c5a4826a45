using System.Runtime.InteropServices;
using Assay.Models.Data;
using Assay.Models.Registration;
using Assay.Models.Tests.Support;
using Assay.Programs;
using Assay.Testing;

namespace Assay.Engine.Tests;

/// <summary>The shipped models: identical bytes on every path, on whole test sets of the small ones, on random inputs of the large ones.</summary>
public sealed class ShippedModelTests
{
    // Multiply-adds: a second or so on one core without vectors.
    private const long WorkOfAShortRun = 600_000_000;

    /// <summary>The large ones take half a minute each to compile, so only the deep run does; the short one has the smallest.</summary>
    public static TheoryData<string> FromTheWild => Deep.IsOn ? ["face", "orientation", "voice"] : ["voice"];

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

    [Theory]
    [MemberData(nameof(FromTheWild))]
    public void RandomInputs_AnyPathBatchAndThreads_AreTheReferences(string name)
    {
        // Bytes of the program don't depend on test data, nor on whether it is near enough to float.
        RegistrationRequest request = ShippedPackage.Read(Folder(name)) with { Test = null, Labels = null, AcceptFidelity = true };
        ExactModel model = ModelRegistration.Register(request).Model!;
        int items = Deep.IsOn ? 1000 : (int)Math.Clamp(WorkOfAShortRun / model.Program.Work, 6, 200);
        short[][][] inputs = [.. Enumerable.Range(0, items).Select(seed => RandomPrograms.InputsFor(model, seed))];
        short[]? expected = null;
        foreach (SimdPath path in EngineHarness.Paths)
        {
            (int batch, int threads) = path == SimdPath.Vector256 ? (1, 2) : (3, 1);
            short[] actual = Run(model, inputs, path, batch, threads);
            expected ??= actual;
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{path}, batch {batch}, {threads} threads");
        }

        // The reference takes a good part of a second an item, so it sees the first ones only.
        int each = expected!.Length / items;
        Parallel.For(0, Deep.IsOn ? 50 : 2, item => Assert.True(
            ReferenceInterpreter.Run(model, inputs[item]).SelectMany(static y => y).SequenceEqual(expected.AsSpan(item * each, each).ToArray()), $"reference, item {item}"));
    }

    /// <summary>Outputs item by item.</summary>
    private static short[] Run(ExactModel model, short[][][] inputs, SimdPath path, int batch, int threads)
    {
        using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(path, threads));
        List<short> all = [];
        for (int from = 0; from < inputs.Length; from += batch)
        {
            int count = Math.Min(batch, inputs.Length - from);
            short[] outputs = new short[engine.OutputCount * count];
            engine.Run(EngineHarness.Join(inputs[from..(from + count)], count), count, outputs);
            for (int item = 0; item < count; item++)
            {
                int at = 0;
                foreach (ProgramOutput output in model.Program.Outputs)
                {
                    int size = model.Program.TypeOf(output.Value).Count;
                    all.AddRange(outputs.AsSpan((at * count) + (item * size), size));
                    at += size;
                }
            }
        }

        return [.. all];
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
