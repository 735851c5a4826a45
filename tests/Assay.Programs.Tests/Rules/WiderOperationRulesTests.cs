using System.Collections.Immutable;
using static Assay.Programs.ProgramErrorCodes;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>The rules of the operations beyond layers: a program just inside each, and the code of one just outside.</summary>
public sealed class WiderOperationRulesTests
{
    private const string WeightCode = ProgramErrorCodes.WeightTensor;

    // K * 2048^2 = A.
    private const int FullInner = 254;

    [Fact]
    public void Broadcasts_MeetOrAreRefused()
    {
        Func<int, int, int[], Operation>[] all =
        [
            (a, b, shape) => new AddOperation(a, b, 1, 1, 0, Wide(shape)),
            (a, b, shape) => new MulOperation(a, b, 0, Wide(shape)),
            (a, b, shape) => new MaxOperation(a, b, Wide(shape)),
            (a, b, shape) => new MinOperation(a, b, Wide(shape)),
            (a, b, shape) => new DivideOperation(a, b, 0, Wide(shape)),
            (a, b, shape) => new SelectOperation(a, a, b, Wide(shape)),
            (a, b, shape) => new SelectOperation(a, b, a, Wide(shape)),
            (a, b, shape) => new SelectOperation(b, a, a, Wide(shape)),
        ];
        foreach (Func<int, int, int[], Operation> make in all)
        {
            ImmutableArray<TensorType> inputs = [Type(1, 9, 2, 1), Type(1, 9, 1, 3), Type(1, 9, 2, 3), Type(1, 9, 3), Type(1, 9, 3, 3)];
            Check(null, inputs, make(0, 1, [2, 3]));
            Check(null, inputs, make(2, 2, [2, 3]));
            Check(null, inputs, make(2, 0, [2, 3]));
            Check(Shape, inputs, make(0, 1, [2, 1]));
            Check(Shape, inputs, make(0, 1, [6]));
            Check(Shape, inputs, make(2, 3, [2, 3]));
            Check(Shape, inputs, make(2, 4, [2, 3]));
            Check(Reference, inputs, make(2, 5, [2, 3]));
            Check(Reference, inputs, make(2, -1, [2, 3]));
            Check(Reference, inputs, make(-1, 2, [2, 3]));
        }
    }

    [Fact]
    public void Mul_AtTheBound()
    {
        ImmutableArray<TensorType> inputs = [Type(-32768, 0, 1), Type(0, 32512, 1), Type(-32513, 0, 1)];
        Check(null, inputs, new MulOperation(0, 1, 0, Wide(1)));
        Check(Bounds, inputs, new MulOperation(0, 1, 1, Wide(1)));
        Check(Bounds, inputs, new MulOperation(0, 2, 0, Wide(1)));
        Check(Parameter, [Type(0, 1, 1)], new MulOperation(0, 0, 31, Wide(1)));
    }

    [Fact]
    public void MatMul_ShapesAndBound()
    {
        MatMulOperation good = new(0, 1, 0, Wide(2, 3, 5));
        ImmutableArray<TensorType> inputs = [Type(0, 1, 2, 3, 4), Type(0, 1, 2, 4, 5)];
        Check(null, inputs, good);
        Check(Shape, inputs, good with { Result = Wide(2, 5, 3) });
        Check(Shape, inputs, good with { A = 1, B = 0 });
        Check(Shape, inputs.SetItem(1, Type(0, 1, 1, 4, 5)), good);
        Check(Shape, inputs.SetItem(1, Type(0, 1, 4, 5)), good);
        Check(Shape, [Type(0, 1, 4), Type(0, 1, 4)], good with { Result = Wide(1) });
        Check(Reference, inputs, good with { B = 2 });
        Check(Parameter, inputs, good with { Shift = 31 });

        ImmutableArray<TensorType> full = [Type(-2048, 2047, 1, FullInner), Type(-2048, 0, FullInner, 1)];
        Check(null, full, new MatMulOperation(0, 1, 0, Wide(1, 1)));
        Check(Bounds, full, new MatMulOperation(0, 1, 1, Wide(1, 1)));
        Check(Bounds, full.SetItem(0, Type(-2049, 0, 1, FullInner)), new MatMulOperation(0, 1, 0, Wide(1, 1)));
    }

    [Fact]
    public void Affine_TensorsAndAxis()
    {
        AffineOperation good = new(0, 1, 0, 1, [0, 30, 1], Wide(2, 3, 4));
        ImmutableArray<WeightTensor> weights = [Tensor(WeightType.I16, 3), Tensor(WeightType.I32, 3), Tensor(WeightType.I8, 1, 3)];
        ImmutableArray<TensorType> x = [Wide(2, 3, 4)];
        Check(null, x, good, weights);
        Check(null, x, good, weights.SetItem(0, Tensor(WeightType.I8, 3)));
        Check(Reference, x, good with { X = 1 }, weights);
        Check(Reference, x, good with { Weights = 3 }, weights);
        Check(Reference, x, good with { Bias = -1 }, weights);
        Check(Parameter, x, good with { Axis = 3 }, weights);
        Check(Parameter, x, good with { Axis = -1 }, weights);
        Check(WeightCode, x, good with { Axis = 0 }, weights);
        Check(WeightCode, x, good with { Weights = 1 }, weights);
        Check(WeightCode, x, good with { Weights = 2 }, weights);
        Check(WeightCode, x, good with { Bias = 0 }, weights);
        Check(Parameter, x, good with { Shifts = [0, 0] }, weights);
        Check(Parameter, x, good with { Shifts = [0, 31, 0] }, weights);
        Check(Shape, x, good with { Result = Wide(2, 12) }, weights);
    }

    [Theory]
    [InlineData(32512, 0, 0, null)]
    [InlineData(-32512, 0, 0, null)]
    [InlineData(32512, 1, 0, Bounds)]
    [InlineData(32512, 0, 1, Bounds)]
    [InlineData(32511, 32767, 1, null)]
    [InlineData(32511, -32767, 1, null)]
    [InlineData(32511, 32768, 1, Bounds)]
    [InlineData(32513, 0, 0, Bounds)]
    public void Affine_AtTheBound(int weight, int bias, byte shift, string? code)
    {
        ExactProgram? program = ExactProgram.Create(
            [Input("x", Wide(2, 1))],
            [Tensor(WeightType.I16, 2), Tensor(WeightType.I32, 2)],
            [],
            [new AffineOperation(0, 0, 0, 1, [0, shift], Wide(2, 1))],
            [new("y", 1, 1)],
            out _);
        byte[] bytes = [.. WeightsBlob.Pack(WeightType.I16, [1, weight]), .. WeightsBlob.Pack(WeightType.I32, [0, bias])];
        ExactModel.Create(program!, WeightsBlob.Create(program!, bytes, out _)!, out ProgramError? error);
        Assert.Equal(code, error?.Code);
    }

    [Fact]
    public void Reductions_AxesShapesAndBounds()
    {
        ImmutableArray<TensorType> x = [Type(-4064, 0, 8, 3)];
        ReduceSumOperation sum = new(0, 0, 32767, 0, Wide(1, 3));
        Check(null, x, sum);
        Check(Bounds, [Type(-4065, 0, 8, 3)], sum);
        Check(null, [Type(-4064, 0, 2, 127)], new ReduceSumOperation(0, 1, 2064, 0, Wide(2, 1)));
        Check(null, [Type(-32768, 0, 8)], new ReduceSumOperation(0, 0, 4064, 0, Wide(1)));
        Check(null, [Type(-32768, 0, 8)], new ReduceSumOperation(0, 0, -4064, 0, Wide(1)));
        Check(Bounds, [Type(-32768, 0, 8)], new ReduceSumOperation(0, 0, -4064, 1, Wide(1)));
        Check(Bounds, [Type(-32768, 0, 8)], new ReduceSumOperation(0, 0, 4065, 0, Wide(1)));
        Check(Parameter, x, sum with { Multiplier = 0 });
        Check(Parameter, x, sum with { Multiplier = -32768 });
        Check(Parameter, x, sum with { Shift = 31 });

        ReduceMaxOperation max = new(0, 0, Type(-4064, 0, 1, 3));
        Check(null, x, max);
        Check(ProgramErrorCodes.Range, x, max with { Result = Type(-4064, 1, 1, 3) });

        RootSumOperation root = new(0, 0, 1, 1, Wide(1, 3));
        Check(null, x, root);
        Check(Parameter, x, root with { Bits = 31 });
        Check(Parameter, x, root with { Shift = 31 });
        Check(null, [Type(-32768, 0, 4)], new RootSumOperation(0, 0, 15, 30, Wide(1)));
        Check(Bounds, [Type(-32768, 0, 5)], new RootSumOperation(0, 0, 15, 30, Wide(1)));
        Check(Bounds, [Type(-32768, 0, 4)], new RootSumOperation(0, 0, 16, 30, Wide(1)));
        Check(null, [Type(-1, 1, 4)], new RootSumOperation(0, 0, 30, 30, Wide(1)));

        foreach (Func<int, int, TensorType, Operation> make in (Func<int, int, TensorType, Operation>[])
            [
                (value, axis, result) => sum with { X = value, Axis = axis, Result = result },
                (value, axis, result) => max with { X = value, Axis = axis, Result = result },
                (value, axis, result) => root with { X = value, Axis = axis, Result = result },
            ])
        {
            Check(Reference, x, make(1, 0, Type(-4064, 0, 1, 3)));
            Check(Parameter, x, make(0, 2, Type(-4064, 0, 1, 3)));
            Check(Parameter, x, make(0, -1, Type(-4064, 0, 1, 3)));
            Check(Shape, x, make(0, 1, Type(-4064, 0, 1, 3)));
            Check(Shape, x, make(0, 0, Type(-4064, 0, 3)));
            Check(Shape, x, make(0, 0, Type(-4064, 0, 8, 3)));
        }
    }

    [Fact]
    public void Divide_DivisorIsPositive()
    {
        ImmutableArray<TensorType> inputs = [Wide(2), Type(1, 32767, 2), Type(0, 5, 2), Type(-1, -1, 2)];
        Check(null, inputs, new DivideOperation(0, 1, 30, Wide(2)));
        Check(Parameter, inputs, new DivideOperation(0, 1, 31, Wide(2)));
        Check(ProgramErrorCodes.Range, inputs, new DivideOperation(0, 2, 0, Wide(2)));
        Check(ProgramErrorCodes.Range, inputs, new DivideOperation(0, 3, 0, Wide(2)));
    }

    [Fact]
    public void Normalize_ParametersAndBounds()
    {
        NormalizeOperation good = new(0, true, 1, 62, 62, Wide(2, 3));
        ImmutableArray<TensorType> x = [Wide(2, 3)];
        long centred = (1L << 62) - (3 * (3L * 65535) * (3L * 65535));
        long plain = (1L << 62) - (3 * 32768L * 32768L);
        Check(null, x, good);
        Check(null, x, good with { Epsilon = centred });
        Check(Bounds, x, good with { Epsilon = centred + 1 });
        Check(null, x, good with { Epsilon = plain, Center = false });
        Check(Bounds, x, good with { Epsilon = plain + 1, Center = false });
        Check(Bounds, x, good with { Epsilon = long.MaxValue });
        Check(null, x, good with { RootBits = 0, Shift = 0 });
        Check(Parameter, x, good with { Epsilon = 0 });
        Check(Parameter, x, good with { Epsilon = long.MinValue });
        Check(Parameter, x, good with { RootBits = 63 });
        Check(Parameter, x, good with { RootBits = 61 });
        Check(Shape, x, good with { Result = Wide(6) });
        Check(Reference, x, good with { X = 1 });

        // Rows of whole pictures: sums of 110 bits don't overflow.
        ImmutableArray<TensorType> row = [Wide(1 << 25)];
        Check(Bounds, row, good with { Result = row[0] });
        Check(Bounds, row, new RootSumOperation(0, 0, 30, 0, Wide(1)));
        Check(null, [Type(0, 1, 1 << 20)], good with { Epsilon = 3L << 60, Result = Wide(1 << 20) });
        Check(Bounds, [Type(0, 1, 1 << 20)], good with { Epsilon = (3L << 60) + 1, Result = Wide(1 << 20) });
    }

    [Fact]
    public void TopK_CountRangeAndPlaces()
    {
        TopKOperation good = new(0, 2, true, false, Type(-3, 4, 5, 2));
        ImmutableArray<TensorType> x = [Type(-3, 4, 5, 6)];
        Check(null, x, good);
        Check(null, x, good with { K = 6, Result = Type(-3, 4, 5, 6) });
        Check(null, x, good with { Indices = true, Result = Type(0, 5, 5, 2) });
        Check(Parameter, x, good with { K = 0 });
        Check(Parameter, x, good with { K = 7, Result = Type(-3, 4, 5, 7) });
        Check(ProgramErrorCodes.Range, x, good with { Indices = true });
        Check(ProgramErrorCodes.Range, x, good with { Indices = true, Result = Type(0, 6, 5, 2) });
        Check(ProgramErrorCodes.Range, x, good with { Result = Type(-3, 5, 5, 2) });
        Check(Shape, x, good with { Result = Type(-3, 4, 2, 5) });
        Check(Reference, x, good with { X = 1 });
        Check(null, [Wide(32768)], new TopKOperation(0, 1, false, true, Type(0, 32767, 1)));
        Check(Parameter, [Wide(32769)], new TopKOperation(0, 1, false, true, Type(0, 32767, 1)));
        Check(null, [Wide(32769)], new TopKOperation(0, 1, false, false, Wide(1)));
    }

    [Fact]
    public void Embedding_RowsAndAxes()
    {
        EmbeddingOperation good = new(0, 0, Wide(2, 3, 5));
        ImmutableArray<WeightTensor> weights = [Tensor(WeightType.I8, 4, 5), Tensor(WeightType.I32, 4, 5), Tensor(WeightType.I8, 20)];
        Check(null, [Type(0, 3, 2, 3)], good, weights);
        Check(ProgramErrorCodes.Range, [Type(0, 4, 2, 3)], good, weights);
        Check(ProgramErrorCodes.Range, [Type(-1, 3, 2, 3)], good, weights);
        Check(WeightCode, [Type(0, 3, 2, 3)], good with { Weights = 1 }, weights);
        Check(WeightCode, [Type(0, 3, 2, 3)], good with { Weights = 2 }, weights);
        Check(Reference, [Type(0, 3, 2, 3)], good with { Weights = 3 }, weights);
        Check(Reference, [Type(0, 3, 2, 3)], good with { X = 1 }, weights);
        Check(Shape, [Type(0, 3, 2, 3)], good with { Result = Wide(6, 5) }, weights);
        Check(null, [Type(0, 3, 1, 1, 1, 1, 1, 1, 2)], good with { Result = Wide(1, 1, 1, 1, 1, 1, 2, 5) }, weights);
        Check(Shape, [Type(0, 3, 1, 1, 1, 1, 1, 1, 1, 2)], good with { Result = Wide(1, 1, 1, 1, 1, 1, 2, 5) }, weights);
        Check(Shape, [Type(0, 3, 1, 1, 1, 1, 1, 1, 1, 2)], good with { Result = Wide(1, 1, 1, 1, 1, 1, 1, 2, 5) }, weights);
    }

    [Fact]
    public void Constant_TypeAndShape()
    {
        ImmutableArray<WeightTensor> weights = [Tensor(WeightType.I16, 2, 3), Tensor(WeightType.I32, 2, 3)];
        Check(null, [Wide(1)], new ConstantOperation(0, Type(0, 1, 2, 3)), weights);
        Check(Shape, [Wide(1)], new ConstantOperation(0, Wide(3, 2)), weights);
        Check(Shape, [Wide(1)], new ConstantOperation(0, Wide(6)), weights);
        Check(WeightCode, [Wide(1)], new ConstantOperation(1, Wide(2, 3)), weights);
        Check(Reference, [Wide(1)], new ConstantOperation(2, Wide(2, 3)), weights);
        Check(Reference, [Wide(1)], new ConstantOperation(-1, Wide(2, 3)), weights);
    }

    [Fact]
    public void Work_CountsAsThePageSays()
    {
        ImmutableArray<TensorType> x = [Type(-1, 1, 6, 5)];
        AssertWork(6 * 5, x, new MulOperation(0, 0, 0, Wide(6, 5)));
        AssertWork(6 * 6 * 5, [Type(-1, 1, 6, 5), Type(-1, 1, 5, 6)], new MatMulOperation(0, 1, 0, Wide(6, 6)));
        AssertWork(5 * 6, x, new ReduceSumOperation(0, 0, 1, 0, Wide(1, 5)));
        AssertWork(6 * 5, x, new ReduceMaxOperation(0, 1, Type(-1, 1, 6, 1)));
        AssertWork(6 * 5, x, new RootSumOperation(0, 1, 0, 0, Wide(6, 1)));
        AssertWork(6 * 2 * 5, x, new TopKOperation(0, 2, true, true, Type(0, 4, 6, 2)));
        AssertWork(6 * 5, x, new NormalizeOperation(0, true, 1, 1, 0, Wide(6, 5)));
        AssertWork(1, x, new SliceOperation(0, [0, 0], [0, 0], Type(-1, 1, 1, 1)));
        AssertWork(6 * 10, x, new ConcatOperation([0, 0], 1, Type(-1, 1, 6, 10)));

        // All of 2^25 elements in order: 2^40 in rows of 2^15, more in longer ones.
        TensorType most = Type(0, 1, 1 << 10, 1 << 15);
        Check(null, [most], new TopKOperation(0, 1 << 15, true, false, most));
        TensorType longer = Type(0, 1, 1 << 9, 1 << 16);
        Check(Limit, [longer], new TopKOperation(0, 1 << 16, true, false, longer));
    }

    private static void AssertWork(long work, ImmutableArray<TensorType> inputs, Operation operation) =>
        Assert.Equal(work, Create(inputs, [operation], [], out _)!.Work);

    private static WeightTensor Tensor(WeightType type, params int[] shape) => new(type, [.. shape]);

    private static void Check(
        string? code, ImmutableArray<TensorType> inputs, Operation operation, IEnumerable<WeightTensor>? weights = null)
    {
        ExactProgram? program = Create(inputs, [operation], [.. weights ?? []], out ProgramError? error);
        Assert.True(code == error?.Code, $"{operation}: {error} instead of {code}");
        Assert.Equal(code is null, program is not null);
    }

    private static ExactProgram? Create(
        ImmutableArray<TensorType> inputs, ImmutableArray<Operation> operations, ImmutableArray<WeightTensor> weights, out ProgramError? error) =>
        ExactProgram.Create(
            [.. inputs.Select((type, i) => Input($"x{i}", type))], weights, [], operations, [new("y", inputs.Length, 1)], out error);
}
