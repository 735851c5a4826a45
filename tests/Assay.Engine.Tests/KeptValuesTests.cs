using Assay.Programs;
using Assay.Testing;

namespace Assay.Engine.Tests;

/// <summary>An engine that keeps values shows each one as the program defines it.</summary>
public sealed class KeptValuesTests
{
    [Fact]
    public void EveryValue_OfEveryItem_IsTheReferences()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            (ExactModel model, short[][] sample) = RandomPrograms.GenerateWide(seed);
            ExactModel all = WithEveryOutput(model);
            (short[][][] inputs, short[][][] outputs) = EngineHarness.Reference(all, sample, seed, 3);
            foreach (SimdPath path in EngineHarness.Paths)
            {
                using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(path, 2) with { KeepValues = true });
                int seen = 0;
                short[] results = new short[engine.OutputCount * 3];
                engine.Run(EngineHarness.Join(inputs, 3), 3, results, values =>
                {
                    Assert.Equal(seen, values.First);
                    for (int item = 0; item < values.Items; item++, seen++)
                    {
                        for (int value = 0; value < model.Program.ValueCount; value++)
                        {
                            short[] expected = value < sample.Length ? inputs[seen][value] : outputs[seen][value - sample.Length];
                            short[] actual = new short[expected.Length];
                            values.Read(value, item, actual);
                            Assert.True(expected.AsSpan().SequenceEqual(actual), $"seed {seed}, {path}, item {seen}, value {value}");
                        }
                    }
                });
                Assert.Equal(3, seen);
            }
        }
    }

    [Fact]
    public void Observer_ThatThrows_EndsTheCallAndGivesItsMemoryBack()
    {
        (ExactModel model, short[][] sample) = RandomPrograms.GenerateWide(1);
        using ExactEngine engine = ExactEngine.Compile(model, new() { KeepValues = true });
        short[] input = EngineHarness.Join([sample], 1);
        short[] output = new short[engine.OutputCount];
        Assert.Throws<FormatException>(() => engine.Run(input, 1, output, _ => throw new FormatException()));
        long bytes = engine.MemoryBytes;
        engine.Run(input, 1, output, values =>
        {
            // No lambda inside: it couldn't capture a ref struct.
            bool threw = false;
            try
            {
                values.Read(0, values.Items, new short[sample[0].Length]);
            }
            catch (ArgumentOutOfRangeException)
            {
                threw = true;
            }

            Assert.True(threw);
        });
        Assert.Equal(bytes, engine.MemoryBytes);
        using ExactEngine plain = ExactEngine.Compile(model);
        Assert.Throws<InvalidOperationException>(() => plain.Run(input, 1, output, _ => { }));
    }

    /// <summary>The same model with every operation's result as an output (of at most 64).</summary>
    private static ExactModel WithEveryOutput(ExactModel model)
    {
        ExactProgram program = model.Program;
        ExactProgram all = ExactProgram.Create(
            program.Inputs,
            program.Weights,
            program.Tables,
            program.Operations,
            [.. Enumerable.Range(program.Inputs.Length, program.Operations.Length).Select(value => new ProgramOutput($"v{value}", value, 1))],
            out ProgramError? error) ?? throw new InvalidOperationException(error!.ToString());
        return ExactModel.Create(all, model.Weights, out _)!;
    }
}
