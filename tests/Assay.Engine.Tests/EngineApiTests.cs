using Assay.Programs;
using Assay.Testing;

namespace Assay.Engine.Tests;

/// <summary>What the engine promises besides its results: no allocations, threads, arguments, memory, lifetime.</summary>
public sealed class EngineApiTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_AfterWarmUp_AllocatesNothing(int threads)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            (ExactModel model, short[][] sample) = RandomPrograms.GenerateWide(seed);
            using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(SimdPath.Auto, threads));
            short[] inputs = EngineHarness.Join([sample, sample, sample], 3);
            short[] outputs = new short[engine.OutputCount * 3];
            float[] floats = [.. model.Program.Inputs.SelectMany(input => Middle(input, 3))];
            float[] results = new float[outputs.Length];
            ItemOutcome[] outcomes = new ItemOutcome[3];
            for (int i = 0; i < 20; i++)
            {
                engine.Run(inputs, 3, outputs);
                Assert.Null(engine.RunBatch(floats, 3, results, outcomes).Error);
            }

            // The pool threads' own bookkeeping isn't ours to count: this thread's allocations are. A collection in between
            // closes the thread's allocation buffer and counts its unused rest (up to 8 KiB), so that a window can be too
            // high but never too low: what a call allocates shows in every window.
            long least = long.MaxValue;
            for (int window = 0; window < 5 && least != 0; window++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 100; i++)
                {
                    engine.Run(inputs, 3, outputs);
                    engine.RunBatch(floats, 3, results, outcomes);
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.True(least == 0, $"seed {seed}: {least} bytes");
        }
    }

    [Fact]
    public async Task Run_ManyCallersAtOnce_GivesEachItsOwnResult()
    {
        (ExactModel model, short[][] sample) = RandomPrograms.GenerateWide(10);
        (short[][][] inputs, short[][][] outputs) = EngineHarness.Reference(model, sample, 10, 16);
        using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(SimdPath.Auto, 2));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(() =>
        {
            for (int round = 0; round < 200; round++)
            {
                int item = (caller + round) % 15;
                short[] actual = new short[engine.OutputCount * 2];
                engine.Run(EngineHarness.Join(inputs[item..], 2), 2, actual);
                Assert.Equal(EngineHarness.Join(outputs[item..], 2), actual);
            }
        })));
    }

    [Fact]
    public void Run_WrongLengthsOrRange_Throws()
    {
        using ExactEngine engine = ExactEngine.Compile(SingleLayer.Linear(3, 2, 0, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Run(new short[3], 0, new short[2]));
        Assert.Throws<ArgumentException>(() => engine.Run(new short[4], 1, new short[2]));
        Assert.Throws<ArgumentException>(() => engine.Run(new short[3], 1, new short[3]));
        Assert.Throws<ArgumentException>(() => engine.Run([0, 101, 0], 1, new short[2]));
        Assert.Throws<ArgumentException>(() => engine.Run([0, 100, -1], 1, new short[2]));
        Assert.Throws<ArgumentException>(() => engine.RunBatch(new float[3], 1, new float[2], new ItemOutcome[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExactEngine.Compile(engine.Model, new() { Threads = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExactEngine.Compile(engine.Model, new() { Path = (SimdPath)9 }));
    }

    [Fact]
    public void Compile_MemoryLimit_IsKept()
    {
        // One output channel of 2^17 weights: a panel is several times as wide.
        ExactModel model = SingleLayer.Linear(1 << 17, 1, -1, 1);
        EngineMemoryException error = Assert.Throws<EngineMemoryException>(
            () => ExactEngine.Compile(model, new() { MemoryLimit = 1 << 17 }));
        Assert.True(error.Needed > error.Limit);
        using ExactEngine engine = ExactEngine.Compile(model);
        Assert.InRange(engine.MemoryBytes, 1 << 17, 16 << 20);
    }

    [Fact]
    public void Dispose_ThenRun_ThrowsAndDoesNotTouchMemory()
    {
        ExactEngine engine = ExactEngine.Compile(SingleLayer.Linear(3, 2, 0, 100));
        engine.Dispose();
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.Run(new short[3], 1, new short[2]));
    }

    [Fact]
    public void Run_LargeStepsOnTwoThreads_AreTheSameBytes()
    {
        // Batch 1: a linear layer is split by channels, its rows by rows; both end inside a panel.
        ExactModel wide = SingleLayer.Linear(600, 333);
        ExactModel tall = SingleLayer.Linear(24, 45, rows: 501);
        foreach (ExactModel model in new[] { wide, tall })
        {
            short[] input = RandomPrograms.InputsFor(model, 5)[0];
            short[] expected = ReferenceInterpreter.Run(model, [input])[0];
            foreach (SimdPath path in EngineHarness.Paths)
            {
                for (int threads = 1; threads <= 4; threads++)
                {
                    using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(path, threads));
                    short[] actual = new short[expected.Length];
                    engine.Run(input, 1, actual);
                    Assert.Equal(expected, actual);
                }
            }
        }
    }

    [Fact]
    public void Profile_SaysWhatEachStepIsPartOf()
    {
        ExactModel model = SingleLayer.Conv(3, 8, 8, 16, 3, pad: 1);
        using ExactEngine engine = ExactEngine.Compile(model);
        IReadOnlyList<StepTime> steps = engine.Profile(new short[3 * 64], 1, 3, TimeProvider.System);
        Assert.Equal(["copy", "pad", "gemm"], steps.Take(3).Select(step => step.Step));
        Assert.All(steps, step => Assert.Equal(1, step.Value));
        Assert.All(steps, step => Assert.True(step.Microseconds >= 0));
        Assert.Equal(model.Program.Work, steps.Sum(step => step.MultiplyAdds));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Profile(new short[3 * 64], 1, 0, TimeProvider.System));
        Assert.Throws<ArgumentException>(() => engine.Profile(new short[3], 1, 1, TimeProvider.System));
    }

    [Fact]
    public void Transcript_SaysWhatRan()
    {
        ManualClock clock = new();
        using ExactEngine engine = ExactEngine.Compile(SingleLayer.Linear(3, 2, 0, 100), new() { Path = SimdPath.Portable, Clock = clock });
        EngineTranscript transcript = engine.RunBatch([1, 2, 3, 1, float.NaN, 3, 4, 5, 1000], 3, new float[6]);
        Assert.Equal("portable", transcript.InstructionSet);
        Assert.Equal(SimdPath.Portable, engine.Path);
        Assert.Equal((1L, 2L), (transcript.Started, transcript.Finished));
        Assert.Equal((3, 1, "boundary/not-finite"), (transcript.Batch, transcript.Refused, transcript.Error));
        Assert.Equal((0, 1), (transcript.Outcome.Input, transcript.Outcome.Position));
        Assert.Equal(1, transcript.Clamped);
    }

    /// <summary>Elements that no rule refuses.</summary>
    private static IEnumerable<float> Middle(ProgramInput input, int batch) => Enumerable.Range(0, input.Type.Count * batch).Select(i =>
    {
        int channel = EngineHarness.ChannelOf(input, i % input.Type.Count);
        return (float)(((input.Type.Lo + input.Type.Hi) / 2 / input.Multipliers[channel]) + input.Offsets[channel]);
    });

    private sealed class ManualClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => ++_now;
    }
}
