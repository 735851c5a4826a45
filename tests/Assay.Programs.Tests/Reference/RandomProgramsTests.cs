using Assay.Testing;

namespace Assay.Programs.Tests;

public sealed class RandomProgramsTests
{
    private static readonly int Seeds = FuzzRun.IsDeep ? 4_000 : 60;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RunValues_RandomPrograms_AreTheOracles(bool wide)
    {
        for (int seed = 0; seed < (wide ? 3 : 1) * Seeds; seed++)
        {
            (ExactModel model, short[][] inputs) = wide ? RandomPrograms.GenerateWide(seed) : RandomPrograms.Generate(seed);
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

    [Fact]
    public void GenerateWide_FewHundredSeeds_CoversWhatMatters()
    {
        ExactProgram[] programs = [.. Enumerable.Range(0, 600).Select(seed => RandomPrograms.GenerateWide(seed).Model.Program)];
        (ExactProgram Program, Operation Operation)[] uses = [.. programs.SelectMany(p => p.Operations.Select(op => (p, op)))];
        Operation[] operations = [.. uses.Select(use => use.Operation)];
        Assert.Equal(28, operations.Select(op => op.GetType()).Distinct().Count());
        Assert.All(operations.GroupBy(op => op.GetType()), group => Assert.True(group.Count() >= 20, group.Key.Name));
        Assert.Equal(Enumerable.Range(1, 8), operations.Select(op => op.Result.Shape.Length).Distinct().Order());

        // Both operands repeated at once, along different axes.
        Assert.Contains(uses, use => use.Operation is MulOperation op && op.Result.Shape != use.Program.TypeOf(op.A).Shape
            && use.Program.TypeOf(op.A).Count < op.Result.Count && use.Program.TypeOf(op.B).Count < op.Result.Count);
        Assert.Contains(uses, use => use.Operation is AddOperation op && use.Program.TypeOf(op.B).Count < op.Result.Count);
        Assert.Contains(operations.OfType<MulOperation>(), op => op.A == op.B);
        Assert.Contains(operations.OfType<MatMulOperation>(), op => op.Result.Shape.Length > 2);
        Assert.Contains(operations.OfType<NormalizeOperation>(), op => op.Center && op.Epsilon > 1L << 60);
        Assert.Contains(operations.OfType<NormalizeOperation>(), op => op.RootBits == 62);
        Assert.Contains(operations.OfType<TopKOperation>(), op => op.Indices && !op.Largest);
        Assert.Contains(operations.OfType<SliceOperation>(), op => op.Steps.Contains(0) && op.Steps.Any(step => step < 0));
        Assert.Contains(operations.OfType<ConcatOperation>(), op => op.Operands.Length > 2 && op.Axis > 0);
        Assert.Contains(operations.OfType<DivideOperation>(), op => op.Bits > 25);
    }
}
