using Assay.Programs;
using Assay.Testing;

namespace Assay.Engine.Tests;

/// <summary>The engine gives the reference interpreter's bytes: every path, batch size and number of threads.</summary>
public sealed class RandomProgramTests
{
    private const int Blocks = 4;

    private static readonly int PerBlock = Deep.IsOn ? 2500 : 75;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, Blocks).Select(block => block * PerBlock)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Integers_AnyPathBatchAndThreads_AreTheReferences(int first)
    {
        for (int seed = first; seed < first + PerBlock; seed++)
        {
            (ExactModel model, short[][] sample) = RandomPrograms.GenerateWide(seed);
            (short[][][] inputs, short[][][] outputs) = EngineHarness.Reference(model, sample, seed, EngineHarness.Batches.Max());
            foreach (SimdPath path in EngineHarness.Paths)
            {
                for (int threads = 1; threads <= 2; threads++)
                {
                    using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(path, threads));
                    foreach (int batch in EngineHarness.Batches)
                    {
                        short[] actual = new short[engine.OutputCount * batch];
                        engine.Run(EngineHarness.Join(inputs, batch), batch, actual);
                        short[] expected = EngineHarness.Join(outputs, batch);
                        Assert.True(expected.AsSpan().SequenceEqual(actual), $"seed {seed}, {path}, batch {batch}, {threads} threads");
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Floats_AnyPathAndThreads_AreTheBoundarysAndTheReferences(int first)
    {
        const int Batch = 5;
        for (int seed = first; seed < first + PerBlock; seed++)
        {
            (ExactModel model, _) = RandomPrograms.GenerateWide(seed);
            float[] inputs = EngineHarness.Floats(model, seed, Batch);
            (float[] expected, ItemOutcome[] outcomes) = ByReference(model, inputs, Batch);
            foreach (SimdPath path in EngineHarness.Paths)
            {
                for (int threads = 1; threads <= 2; threads++)
                {
                    using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(path, threads));
                    float[] actual = new float[expected.Length];
                    ItemOutcome[] actualOutcomes = new ItemOutcome[Batch];
                    EngineTranscript transcript = engine.RunBatch(inputs, Batch, actual, actualOutcomes);
                    string where = $"seed {seed}, {path}, {threads} threads";
                    Assert.True(Bits(expected).SequenceEqual(Bits(actual)), where);
                    Assert.Equal(outcomes, actualOutcomes);
                    Assert.Equal(Array.FindIndex(outcomes, outcome => outcome.Error is not null), transcript.Refused);
                    Assert.Equal(outcomes.Sum(outcome => (long)outcome.Clamped), transcript.Clamped);
                    Assert.Equal(outcomes.FirstOrDefault(outcome => outcome.Error is not null).Error, transcript.Error);
                }
            }
        }
    }

    private static IEnumerable<int> Bits(float[] values) => values.Select(BitConverter.SingleToInt32Bits);

    private static (float[] Outputs, ItemOutcome[] Outcomes) ByReference(ExactModel model, float[] inputs, int batch)
    {
        ExactProgram program = model.Program;
        ItemOutcome[] outcomes = new ItemOutcome[batch];
        float[][][] outputs = new float[batch][][];
        for (int item = 0; item < batch; item++)
        {
            short[][] q = [.. program.Inputs.Select(input => new short[input.Type.Count])];
            outcomes[item] = new(BoundaryRefusal.None, -1, -1, 0);
            int start = 0;
            for (int i = 0; i < q.Length && outcomes[item].Error is null; i++)
            {
                ReadOnlySpan<float> x = inputs.AsSpan(start + (item * q[i].Length), q[i].Length);
                BoundaryResult result = Boundary.Quantize(program.Inputs[i], x, q[i]);
                outcomes[item] = result.Error switch
                {
                    ProgramErrorCodes.NotFinite => new(BoundaryRefusal.NotFinite, i, result.Position, 0),
                    ProgramErrorCodes.OutOfRange => new(BoundaryRefusal.OutOfRange, i, result.Position, 0),
                    _ => outcomes[item] with { Clamped = outcomes[item].Clamped + result.Clamped },
                };
                start += batch * q[i].Length;
            }

            bool refused = outcomes[item].Error is not null;
            short[][]? integers = refused ? null : ReferenceInterpreter.Run(model, q);
            outputs[item] = [.. program.Outputs.Select((output, i) =>
            {
                float[] y = new float[program.TypeOf(output.Value).Count];
                if (integers is not null)
                {
                    Boundary.Dequantize(output, integers[i], y);
                }

                return y;
            })];
        }

        return (EngineHarness.Join(outputs, batch), outcomes);
    }
}
