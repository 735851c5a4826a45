using Assay.Engine.Memory;
using Assay.Engine.Plan;
using Assay.Engine.Simd;
using Assay.Programs;

namespace Assay.Engine.Tests;

/// <summary>Each way of computing a layer, at and around the sizes where kernels change their ways.</summary>
public sealed class LayerTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(30, 64, 1)]
    [InlineData(31, 63, 1)]
    [InlineData(33, 65, 7)]
    [InlineData(512, 10, 1)]
    [InlineData(7, 129, 70)]
    public void Linear_AnySize_IsTheReferences(int k, int n, int rows)
    {
        Check(SingleLayer.Linear(k, n, rows: rows), rows == 1 ? 200 : 3);
        Check(SingleLayer.Linear(k, n, rows: rows, twoLimbs: true), rows == 1 ? 67 : 3);
    }

    [Theory]
    [InlineData(1, 8, 8, 16, 3, 1, 1, 1, 1)]
    [InlineData(16, 8, 8, 32, 3, 1, 1, 1, 1)]
    [InlineData(16, 9, 7, 33, 3, 2, 1, 1, 1)]
    [InlineData(3, 20, 17, 40, 5, 2, 1, 2, 1)]
    [InlineData(17, 6, 6, 15, 1, 1, 1, 0, 1)]
    [InlineData(32, 1, 1, 48, 1, 1, 1, 0, 1)]
    [InlineData(5, 14, 14, 20, 3, 1, 3, 2, 1)]
    [InlineData(32, 7, 7, 64, 3, 1, 1, 1, 2)]
    [InlineData(24, 7, 7, 48, 3, 1, 1, 1, 8)]
    [InlineData(20, 7, 7, 40, 3, 1, 1, 1, 20)]
    [InlineData(9, 5, 19, 8, 1, 1, 1, 0, 1)]
    [InlineData(8, 5, 19, 24, 1, 1, 1, 0, 1)]
    [InlineData(6, 5, 19, 20, 3, 1, 1, 1, 1)]
    public void Conv_AnySize_IsTheReferences(
        int channels, int height, int width, int m, int kernel, int stride, int dilation, int pad, int groups)
    {
        Check(SingleLayer.Conv(channels, height, width, m, kernel, stride, dilation, pad, groups), 5);
        Check(SingleLayer.Conv(channels, height, width, m, kernel, stride, dilation, pad, groups, twoLimbs: true), 2);
    }

    [Theory]
    [InlineData(2, 3, 1, 1)]
    [InlineData(15, 3, 1, 1)]
    [InlineData(16, 3, 2, 1)]
    [InlineData(17, 2, 1, 1)]
    [InlineData(32, 3, 1, 2)]
    [InlineData(33, 5, 2, 1)]
    [InlineData(64, 4, 3, 1)]
    public void Depthwise_AnySize_IsTheReferences(int channels, int kernel, int stride, int dilation)
    {
        Check(SingleLayer.Conv(channels, 11, 9, channels, kernel, stride, dilation, kernel / 2, channels), 5);
        Check(SingleLayer.Conv(channels, 11, 9, channels, kernel, stride, dilation, kernel / 2, channels, twoLimbs: true), 2);
    }

    [Theory]
    [InlineData(8, 3, 1)]
    [InlineData(24, 5, 1)]
    [InlineData(28, 3, 2)]
    [InlineData(31, 3, 1)]
    [InlineData(40, 3, 1)]
    public void Depthwise_WideImage_IsTheReferences(int channels, int kernel, int stride) =>
        Check(SingleLayer.Conv(channels, 5, 70, channels, kernel, stride, 1, kernel / 2, channels), 3);

    [Theory]
    [InlineData(4, 4, 1, false)]
    [InlineData(4, 6, 2, false)]
    [InlineData(4, 4, 4, false)]
    [InlineData(3, 5, 1, true)]
    public void Conv_PaddingManyTimesTheImage_IsTheReferencesInLittleMemory(int channels, int m, int groups, bool twoLimbs)
    {
        // 60,002 squared positions if it were padded; one of the seven by seven windows is the image.
        ExactModel model = SingleLayer.Conv(channels, 2, 2, m, 2, stride: 10_000, pad: 30_000, groups: groups, twoLimbs: twoLimbs);
        Check(model, 3);
        using PlanMemory memory = new(1 << 20);
        EnginePlan plan = PlanBuilder<ScalarSimd, int>.Build(model, memory, keepValues: false);
        Assert.InRange(memory.Bytes + (2 * plan.ArenaElements), 1, 1 << 18);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(41)]
    [InlineData(64)]
    public void PoolsAndElements_ManyChannels_AreTheReferences(int channels)
    {
        Check(SingleLayer.Pools(channels, countPadding: false), 5);
        Check(SingleLayer.Pools(channels, countPadding: true), 3);
    }

    private static void Check(ExactModel model, int batch)
    {
        Random random = new(batch);
        TensorType type = model.Program.Inputs[0].Type;
        short[] inputs = new short[type.Count * batch];
        short[][] expected = new short[batch][];
        for (int item = 0; item < batch; item++)
        {
            short[] one = [.. Enumerable.Range(0, type.Count).Select(_ => (short)random.Next(type.Lo, type.Hi + 1))];
            one.CopyTo(inputs, item * type.Count);
            expected[item] = ReferenceInterpreter.Run(model, [one])[0];
        }

        foreach (SimdPath path in EngineHarness.Paths)
        {
            for (int threads = 1; threads <= 3; threads++)
            {
                using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(path, threads));
                short[] actual = new short[engine.OutputCount * batch];
                engine.Run(inputs, batch, actual);
                Assert.True(actual.AsSpan().SequenceEqual([.. expected.SelectMany(y => y)]), $"{path}, {threads} threads");
                engine.Run(inputs.AsSpan(0, type.Count), 1, actual.AsSpan(0, expected[0].Length));
                Assert.True(actual.AsSpan(0, expected[0].Length).SequenceEqual(expected[0]), $"{path}, {threads} threads, batch 1");
            }
        }
    }
}
