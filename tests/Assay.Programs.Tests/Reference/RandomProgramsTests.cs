using Assay.Testing;

namespace Assay.Programs.Tests;

public sealed class RandomProgramsTests
{
    private static readonly int Seeds = FuzzRun.IsDeep ? 4_000 : 120;

    [Fact]
    public void RunValues_RandomPrograms_AreTheOracles()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.Generate(seed);
            short[][] values = ReferenceInterpreter.RunValues(model, inputs);
            short[][] expected = BigIntegerOracle.RunValues(model, inputs);
            for (int v = 0; v < values.Length; v++)
            {
                TensorType type = model.Program.TypeOf(v);
                Assert.True(values[v].AsSpan().SequenceEqual(expected[v]), $"seed {seed}, value {v}");
                Assert.Equal(type.Count, values[v].Length);
                Assert.All(values[v], q => Assert.InRange(q, type.Lo, type.Hi));
            }
        }
    }

    [Fact]
    public void Run_ItemsInAnyOrder_GivesTheSameOutputs()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            ExactModel model = RandomPrograms.Generate(seed).Model;
            short[][][] items = [.. Enumerable.Range(0, 6).Select(i => RandomPrograms.InputsFor(model, (1000 * seed) + i))];
            short[][][] forward = [.. items.Select(item => ReferenceInterpreter.Run(model, item))];
            short[][][] backward = [.. items.Reverse().Select(item => ReferenceInterpreter.Run(model, item)).Reverse()];
            Assert.Equal(forward, backward);
        }
    }

    [Fact]
    public void Run_LeavesInputsAlone()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.Generate(seed);
            short[][] copy = [.. inputs.Select(input => input.ToArray())];
            foreach (short[] output in ReferenceInterpreter.Run(model, inputs))
            {
                Array.Clear(output);
            }

            Assert.Equal(copy, inputs);
        }
    }

    [Fact]
    public void Generate_SameSeed_SameModelAndItem()
    {
        (ExactModel model, short[][] inputs) = RandomPrograms.Generate(77);
        (ExactModel again, short[][] inputsAgain) = RandomPrograms.Generate(77);
        Assert.Equal(model.Id, again.Id);
        Assert.Equal(inputs, inputsAgain);
    }

    [Fact]
    public void Generate_FewHundredSeeds_CoversWhatMatters()
    {
        Operation[] operations = [.. Enumerable.Range(0, 300).SelectMany(seed => RandomPrograms.Generate(seed).Model.Program.Operations)];
        ConvOperation[] convolutions = [.. operations.OfType<ConvOperation>()];
        Assert.Equal(9, operations.Select(op => op.GetType()).Distinct().Count());
        Assert.Contains(convolutions, op => op.Groups > 1 && op.Groups == op.Result.Shape[0]);
        Assert.Contains(convolutions, op => op.Groups > 1 && op.Groups < op.Result.Shape[0]);
        Assert.Contains(convolutions, op => op.DilationY > 1 && op.StrideX > 1);
        Assert.Contains(convolutions, op => op.Pads.Top != op.Pads.Bottom);
        Assert.Contains(convolutions, op => op.TwoLimbs);
        Assert.Contains(operations.OfType<LinearOperation>(), op => op.TwoLimbs);
        Assert.Contains(operations.OfType<LinearOperation>(), op => op.Result.Shape.Length == 3);
        Assert.Contains(operations.OfType<AddOperation>(), op => op.A != op.B);
        Assert.Contains(operations.OfType<AveragePoolOperation>(), op => op.Multipliers.Length > 2);
        Assert.Contains(operations.OfType<AveragePoolOperation>(), op => op.CountPadding);
        Assert.Contains(operations, op => op.Result.Lo == -32768 && op.Result.Hi == 32767);
        Assert.Contains(operations, op => op.Result.Lo > 0 || op.Result.Hi < 0);
    }
}
