using Assay.OnnxRuntime;
using Assay.Testing;

namespace Assay.Bench.OnnxRuntime.Tests;

/// <summary>The peer computes what PyTorch computed, so a benchmark against it is one against the right function.</summary>
public sealed class OnnxRuntimePeerTests
{
    private const float Tolerance = 1e-4f;

    [OracleFact(Oracle.OnnxRuntime)]
    public void Run_Digits_EqualsPyTorch() => AssertEqualsPyTorch("digits");

    [OracleFact(Oracle.OnnxRuntime)]
    public void Run_Risk_EqualsPyTorch() => AssertEqualsPyTorch("risk");

    [OracleFact(Oracle.OnnxRuntime)]
    public void Run_ChangingBatches_GivesTheSameRows()
    {
        using OnnxRuntimePeer peer = Open("risk");
        float[] inputs = Read("risk", "test_inputs.npy");
        float[] expected = Read("risk", "expected_float.npy");
        int item = peer.InputElementsPerItem;
        foreach ((int from, int batch) in new[] { (0, 1), (5, 32), (37, 3), (40, 1), (41, 32) })
        {
            float[] output = new float[batch * 2];
            peer.Run(inputs.AsSpan(from * item, batch * item), batch, output);
            AssertClose(expected.AsSpan(from * 2, batch * 2), output);
        }
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Constructor_NoModel_SaysWhy()
    {
        string library = Library();
        OnnxRuntimeException refusal = Assert.Throws<OnnxRuntimeException>(() => new OnnxRuntimePeer(library, [1, 2, 3]).Dispose());
        Assert.NotEmpty(refusal.Message);
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Run_WrongLength_IsRefusedBeforeNativeCode()
    {
        using OnnxRuntimePeer peer = Open("risk");
        Assert.Throws<ArgumentException>(() => peer.Run(new float[59], 2, new float[4]));
        Assert.Throws<ArgumentException>(() => peer.Run(new float[60], 2, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => peer.Run([], 0, []));
    }

    [Fact]
    public void Measure_TwoContenders_GivesEachItsOwnSummary()
    {
        int slowRuns = 0;
        int fastRuns = 0;
        IReadOnlyList<LatencySummary> summaries = LatencyProbe.Measure(
            [() => { slowRuns++; Thread.Sleep(2); }, () => fastRuns++],
            rowsPerRun: 8, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(100));

        Assert.InRange(summaries[0].Runs, 1, slowRuns);
        Assert.InRange(summaries[1].Runs, 1, fastRuns);
        Assert.InRange(summaries[0].MedianMicroseconds, 1500, summaries[0].P99Microseconds);
        Assert.InRange(summaries[0].RowsPerSecond, 1, 8 / 0.0015);
        Assert.True(summaries[1].MedianMicroseconds < summaries[0].MedianMicroseconds);
    }

    private static void AssertEqualsPyTorch(string model)
    {
        using OnnxRuntimePeer peer = Open(model);
        float[] inputs = Read(model, "test_inputs.npy");
        float[] expected = Read(model, "expected_float.npy");
        float[] output = new float[expected.Length];
        peer.Run(inputs, inputs.Length / peer.InputElementsPerItem, output);
        AssertClose(expected, output);
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - Tolerance, expected[i] + Tolerance);
        }
    }

    private static OnnxRuntimePeer Open(string model) => new(Library(), File.ReadAllBytes(PathOf(model, "model.onnx")));

    private static float[] Read(string model, string file) => NpyFile.ReadFloats(PathOf(model, file));

    private static string PathOf(string model, string file) => Path.Combine(Oracles.RepositoryRoot, "models", model, file);

    private static string Library() =>
        OnnxRuntimeLibrary.Find() ?? throw new InvalidOperationException(OnnxRuntimeLibrary.HowToInstall);
}
