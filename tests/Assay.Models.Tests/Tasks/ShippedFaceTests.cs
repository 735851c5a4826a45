using System.Collections.Immutable;
using System.Text.Json;
using Assay.Models.Data;
using Assay.Models.Tasks;
using Assay.Testing;

namespace Assay.Models.Tests.Tasks;

/// <summary>Real outputs: what ONNX Runtime computed on shipped pictures, read here and by models/face/faces.py.</summary>
public sealed class ShippedFaceTests
{
    [Fact]
    public void Detect_ShippedOutputs_AreWhatPythonReads()
    {
        string folder = Path.Combine(Oracles.RepositoryRoot, "models", "face");
        NpyArray[] outputs = [.. new[] { "scores_fine", "scores_coarse", "values_fine", "values_coarse" }.Select(name =>
            NpyReader.TryRead(File.ReadAllBytes(Path.Combine(folder, $"expected_float.{name}.npy")), out _)!)];
        float[][] values = [.. outputs.Select(static o => o.ToFloats())];
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "test_truth.json")));
        int faces = 0;
        for (int item = 0; item < outputs[0].Items; item++)
        {
            ReadOnlySpan<float> Of(int output) => values[output].AsSpan(item * (values[output].Length / outputs[output].Items), values[output].Length / outputs[output].Items);
            ImmutableArray<FaceDetection> found = FaceDetector.Detect(Of(0), Of(1), Of(2), Of(3));
            JsonElement[] expected = [.. truth.RootElement[item].GetProperty("float").EnumerateArray()];
            Assert.Equal(expected.Length, found.Length);
            for (int i = 0; i < found.Length; i++, faces++)
            {
                FaceBox box = found[i].Box;
                double[] actual = [found[i].Score, box.X, box.Y, box.Width, box.Height];
                Assert.All(actual.Zip(TaskCases.Doubles(expected[i])), pair => Assert.Equal(pair.Second, pair.First, 2e-5));
            }
        }

        Assert.True(faces >= 8);
    }
}
