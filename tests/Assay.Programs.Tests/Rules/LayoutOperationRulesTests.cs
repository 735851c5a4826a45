using System.Collections.Immutable;
using static Assay.Programs.ProgramErrorCodes;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>The rules of the operations that only move elements, and what hostile parameters of theirs meet.</summary>
public sealed class LayoutOperationRulesTests
{
    [Fact]
    public void Transpose_EachAxisOnce()
    {
        TransposeOperation good = new(0, [2, 0, 1], Type(0, 9, 4, 2, 3));
        TensorType x = Type(0, 9, 2, 3, 4);
        Check(null, x, good);
        Check(Shape, x, good with { Result = Type(0, 9, 3, 4, 2) });
        Check(ProgramErrorCodes.Range, x, good with { Result = Type(0, 8, 4, 2, 3) });
        Check(Reference, x, good with { X = 1 });
        foreach (ImmutableArray<int> permutation in (ImmutableArray<int>[])[[], [0, 1], [0, 1, 2, 3], [0, 0, 1], [0, 1, 3], [-1, 0, 1]])
        {
            Check(Parameter, x, good with { Permutation = permutation });
        }
    }

    [Fact]
    public void Slice_ReadsOnlyPlacesThatExist()
    {
        SliceOperation good = new(0, [1, 5], [1, -2], Type(0, 9, 2, 3));
        TensorType x = Type(0, 9, 3, 6);
        Check(null, x, good);
        Check(null, x, good with { Steps = [0, 0], Result = Type(0, 9, 500, 700) });
        Check(null, x, good with { Starts = [2, 0], Steps = [-65535, 65535], Result = Type(0, 9, 1, 1) });
        Check(Parameter, x, good with { Starts = [2, 5] });
        Check(Parameter, x, good with { Starts = [1, 6] });
        Check(Parameter, x, good with { Starts = [1, 3] });
        Check(Parameter, x, good with { Starts = [-1, 5] });
        Check(Parameter, x, good with { Starts = [3, 5], Steps = [0, 0] });
        Check(Parameter, x, good with { Starts = [int.MaxValue, 5], Result = Type(0, 9, 1, 1) });
        Check(Parameter, x, good with { Starts = [int.MinValue, 5], Result = Type(0, 9, 1, 1) });
        Check(Parameter, x, good with { Steps = [65536, -2], Result = Type(0, 9, 1, 3) });
        Check(Parameter, x, good with { Steps = [int.MinValue, -2], Result = Type(0, 9, 1, 3) });
        Check(Parameter, x, good with { Starts = [1] });
        Check(Parameter, x, good with { Steps = [1, -2, 1] });
        Check(Shape, x, good with { Result = Type(0, 9, 2, 3, 1) });
        Check(Shape, x, good with { Result = Type(0, 9, 6) });
        Check(ProgramErrorCodes.Range, x, good with { Result = Type(0, 10, 2, 3) });
        Check(Reference, x, good with { X = -1 });

        // The last place by a step of 65535 is beyond int32: 65535 * 2^25.
        Check(Parameter, Type(0, 9, 3), new SliceOperation(0, [0], [65535], Type(0, 9, 1 << 25)));
        Check(Parameter, Type(0, 9, 3), new SliceOperation(0, [2], [-65535], Type(0, 9, 1 << 25)));
    }

    [Fact]
    public void Gather_PlacesExist()
    {
        GatherOperation good = new(0, 1, [2, 0, 2, 1], Type(0, 9, 2, 4));
        TensorType x = Type(0, 9, 2, 3);
        Check(null, x, good);
        Check(Parameter, x, good with { Axis = 2 });
        Check(Parameter, x, good with { Axis = -1 });
        Check(Parameter, x, good with { Axis = 0 });
        Check(Parameter, x, good with { Indices = [0, 1, 2, 3] });
        Check(Parameter, x, good with { Indices = [0, 1, 2, -1] });
        Check(Parameter, x, good with { Indices = [0, 1, 2, int.MinValue] });
        Check(Shape, x, good with { Indices = [] });
        Check(Shape, x, good with { Indices = [0, 1, 2] });
        Check(ProgramErrorCodes.Range, x, good with { Result = Type(-1, 9, 2, 4) });
        Check(Reference, x, good with { X = 1 });
    }

    [Fact]
    public void Concat_LengthsRangesAndCount()
    {
        ImmutableArray<TensorType> inputs = [Type(0, 5, 2, 1), Type(-3, 3, 2, 4), Type(0, 1, 3, 1), Type(0, 1, 2), Type(0, 1, 2, 1, 1)];
        ConcatOperation good = new([0, 1, 0], 1, Type(-3, 5, 2, 6));
        Check(null, inputs, good);
        Check(null, inputs, good with { Result = Type(-300, 500, 2, 6) });
        Check(ProgramErrorCodes.Range, inputs, good with { Result = Type(-2, 5, 2, 6) });
        Check(ProgramErrorCodes.Range, inputs, good with { Result = Type(-3, 4, 2, 6) });
        Check(Shape, inputs, good with { Result = Type(-3, 5, 2, 5) });
        Check(Shape, inputs, good with { Operands = [0, 2] });
        Check(Shape, inputs, good with { Operands = [0, 3] });
        Check(Shape, inputs, good with { Operands = [0, 4] });
        Check(Shape, inputs, good with { Axis = 0 });
        Check(Parameter, inputs, good with { Axis = 2 });
        Check(Parameter, inputs, good with { Axis = -1 });
        Check(Parameter, inputs, good with { Operands = [] });
        Check(Reference, inputs, good with { Operands = [5] });
        Check(Reference, inputs, good with { Operands = [0, 5] });
        Check(Reference, inputs, good with { Operands = [-1, 0] });
        ImmutableArray<int> most = [.. Enumerable.Repeat(1, 1024)];
        Check(null, inputs, good with { Operands = most, Result = Type(-3, 3, 2, 4096) });
        Check(Parameter, inputs, good with { Operands = most.Add(1), Result = Type(-3, 3, 2, 4100) });

        // 1024 times 2^25 places don't fit int32.
        Check(Shape, [Wide(1 << 25)], new ConcatOperation([.. Enumerable.Repeat(0, 1024)], 0, Wide(1)));
    }

    [Fact]
    public void Pad_LengthsAndRange()
    {
        PadOperation good = new(0, [1, 0], [0, 2], 7, Type(0, 7, 3, 5));
        TensorType x = Type(0, 5, 2, 3);
        Check(null, x, good);
        Check(null, x, good with { Value = -32768, Result = Type(-32768, 5, 3, 5) });
        Check(ProgramErrorCodes.Range, x, good with { Value = 8 });
        Check(ProgramErrorCodes.Range, x, good with { Value = -1 });
        Check(ProgramErrorCodes.Range, x, good with { Value = 0, Result = Type(0, 4, 3, 5) });
        Check(Shape, x, good with { Result = Type(0, 7, 3, 3) });
        Check(Parameter, x, good with { Before = [1] });
        Check(Parameter, x, good with { After = [0, 2, 0] });
        Check(Parameter, x, good with { Before = [-1, 0] });
        Check(Parameter, x, good with { After = [65536, 0] });
        Check(Parameter, x, good with { After = [int.MaxValue, int.MaxValue] });
        Check(Reference, x, good with { X = 1 });
        Check(null, Wide(2), new PadOperation(0, [65535], [65535], 0, Wide(131072)));
        Check(Shape, Wide(2, 2, 2, 2, 2), new PadOperation(
            0, [.. Enumerable.Repeat(65535, 5)], [.. Enumerable.Repeat(65535, 5)], 0, Wide(131072, 1, 1, 1, 1)));
        Check(Limit, Wide(2, 2, 2, 2, 2), new PadOperation(
            0,
            [.. Enumerable.Repeat(65535, 5)],
            [.. Enumerable.Repeat(65535, 5)],
            0,
            Wide(131072, 131072, 131072, 131072, 131072)));
    }

    [Fact]
    public void EightAxes_AreMovedRight()
    {
        int[] lengths = [1, 2, 1, 3, 2, 1, 2, 1];
        TensorType x = Type(0, 100, lengths);
        short[] elements = [.. Enumerable.Range(0, 24).Select(i => (short)i)];
        int[] backwards = [.. lengths.Reverse()];
        ExactModel model = Model([x],
        [
            new TransposeOperation(0, [7, 6, 5, 4, 3, 2, 1, 0], Type(0, 100, backwards)),
            new SliceOperation(1, [.. backwards.Select(length => length - 1)], [.. backwards.Select(_ => -1)], Type(0, 100, backwards)),
            new TransposeOperation(2, [7, 6, 5, 4, 3, 2, 1, 0], x),
        ]);
        Assert.Equal(elements.Reverse(), Run(model, elements));
    }

    [Fact]
    public void Concat_OfAThousand_Runs()
    {
        ExactModel model = Model(
            [Type(0, 9, 2, 1)], [new ConcatOperation([.. Enumerable.Repeat(0, 1024)], 1, Type(0, 9, 2, 1024))]);
        Assert.Equal([.. Enumerable.Repeat((short)3, 1024), .. Enumerable.Repeat((short)4, 1024)], Run(model, [3, 4]));
    }

    private static void Check(string? code, TensorType x, Operation operation) => Check(code, [x], operation);

    private static void Check(string? code, ImmutableArray<TensorType> inputs, Operation operation)
    {
        ExactProgram? program = ExactProgram.Create(
            [.. inputs.Select((type, i) => Input($"x{i}", type))], [], [], [operation], [new("y", inputs.Length, 1)], out ProgramError? error);
        Assert.True(code == error?.Code, $"{operation}: {error} instead of {code}");
        Assert.Equal(code is null, program is not null);
    }
}
