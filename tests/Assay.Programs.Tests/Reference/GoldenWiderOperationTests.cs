using System.Collections.Immutable;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>Products, reductions, comparisons and layout operations worked out by hand.</summary>
public sealed class GoldenWiderOperationTests
{
    private static readonly TensorType Small = Type(-100, 100, 2, 3);

    [Fact]
    public void Add_Broadcast_RepeatsTheOnlyPlace()
    {
        ExactModel model = Model(
            [Type(-100, 100, 2, 1), Type(-100, 100, 1, 3)], [new AddOperation(0, 1, 2, 1, 0, Type(-50, 50, 2, 3))]);
        Assert.Equal([21, 22, 23, -19, -18, -17], Run(model, [10, -10], [1, 2, 3]));
    }

    [Fact]
    public void Mul_BroadcastsRoundsAndClamps()
    {
        ExactModel model = Model(
            [Small, Type(-100, 100, 1, 3)], [new MulOperation(0, 1, 2, Type(-20, 20, 2, 3))]);

        // 12/4; -6/4 = -1.5, up to -1; 2/4 = 0.5, up to 1; 100 and -25 are clamped; -2/4 = -0.5, up to 0.
        Assert.Equal([3, -1, 1, 20, 0, -20], Run(model, [3, -6, 2, 100, -2, -100], [4, 1, 1]));
    }

    [Fact]
    public void MatMul_LeadingAxes_StayApart()
    {
        ExactModel model = Model(
            [Type(-9, 9, 2, 1, 2), Type(-9, 9, 2, 2, 3)], [new MatMulOperation(0, 1, 1, Wide(2, 1, 3))]);

        // [1,2] * [[1,2,3],[4,5,6]] = 9,12,15 over 2; [-1,3] * [[0,1,0],[1,0,-1]] = 3,-1,-3 over 2.
        Assert.Equal(
            [5, 6, 8, 2, 0, -1], Run(model, [1, 2, -1, 3], [1, 2, 3, 4, 5, 6, 0, 1, 0, 1, 0, -1]));
    }

    [Fact]
    public void Affine_ChannelsRunOverTheAxis()
    {
        ExactModel model = Model(
            [Type(-10, 10, 2, 2, 2)],
            [new AffineOperation(0, 1, 0, 1, [0, 1], Type(-25, 100, 2, 2, 2))],
            [Weights([2], [3, -5], WeightType.I8), Bias(1, 0)]);

        // Channel 0: 3x + 1; channel 1: -5x/2, -2.5 up to -2, -7.5 up to -7, 12.5 up to 13.
        Assert.Equal([4, 7, -7, -10, -25, 31, 13, -2], Run(model, [1, 2, 3, 4, -10, 10, -5, 1]));
    }

    [Fact]
    public void ReduceSum_EachAxis()
    {
        short[] x = [1, 2, 3, -4, 5, 7];
        Assert.Equal([-3, 7, 10], Run(Model([Small], [new ReduceSumOperation(0, 0, 1, 0, Wide(1, 3))]), x));

        // -6 * 3/4 = -4.5, up to -4; 8 * -3/4 = -6.
        Assert.Equal([-4, -6], Run(Model([Small], [new ReduceSumOperation(0, 1, -3, 2, Wide(2, 1))]), x));
    }

    [Fact]
    public void ReduceMax_EachAxis()
    {
        short[] x = [1, 2, -3, -4, 5, -7];
        Assert.Equal([1, 5, -3], Run(Model([Small], [new ReduceMaxOperation(0, 0, Type(-100, 100, 1, 3))]), x));
        Assert.Equal([2, 5], Run(Model([Small], [new ReduceMaxOperation(0, 1, Type(-100, 100, 2, 1))]), x));
    }

    [Fact]
    public void MaxAndMin_ClampWhatWins()
    {
        TensorType result = Type(-5, 50, 2, 3);
        short[] x = [1, 2, -30, -4, 99, -7];
        Assert.Equal([1, 2, 0, 0, 50, 0], Run(Model([Small, Type(0, 0, 1, 1)], [new MaxOperation(0, 1, result)]), x, [0]));
        Assert.Equal([0, 0, -5, -4, 0, -5], Run(Model([Small, Type(0, 0, 1, 1)], [new MinOperation(0, 1, result)]), x, [0]));
    }

    [Fact]
    public void Divide_RoundsHalfUp()
    {
        ExactModel model = Model([Type(-100, 100, 6), Type(1, 100, 6)], [new DivideOperation(0, 1, 0, Type(-20, 20, 6))]);

        // 3.5 up, -3.5 up, 1/3, -2/3, 100 clamped, -0.5 up.
        Assert.Equal([4, -3, 0, -1, 20, 0], Run(model, [7, -7, 1, -2, 100, -50], [2, 2, 3, 3, 1, 100]));

        // 2 * 256 / 3 = 170.67; 1 * 256 / 3 = 85.33.
        Assert.Equal([171, 85], Run(Model([Type(0, 9, 2), Type(1, 9, 1)], [new DivideOperation(0, 1, 8, Wide(2))]), [2, 1], [3]));
    }

    [Fact]
    public void Normalize_Centred()
    {
        // d = 4x - sum = -6, -2, 2, 6; V = 20 + 80 = 100; r = 2^10/10 = 102; d*102 over 16: -38.25, -12.75, 12.75, 38.25.
        ExactModel model = Model([Type(0, 9, 1, 4)], [new NormalizeOperation(0, true, 20, 10, 4, Wide(1, 4))]);
        Assert.Equal([-38, -13, 13, 38], Run(model, [1, 2, 3, 4]));

        // Equal elements have no deviation.
        Assert.Equal([0, 0, 0, 0], Run(model, [7, 7, 7, 7]));
    }

    [Fact]
    public void Normalize_AsItIs()
    {
        // V = 11 + 9 + 16 = 36; r = floor(2^8/6) = 42; 3*42/4 = 31.5 up to 32; -4*42/4 = -42, clamped.
        ExactModel model = Model([Type(-9, 9, 2)], [new NormalizeOperation(0, false, 11, 8, 2, Type(-40, 40, 2))]);
        Assert.Equal([32, -40], Run(model, [3, -4]));
    }

    [Fact]
    public void Normalize_WithAllBits()
    {
        // V = 1, r = 2^62: the element 0 stays 0; V = 2, r = floor(2^62 / sqrt 2).
        ExactModel model = Model([Type(-1, 1, 1)], [new NormalizeOperation(0, false, 1, 62, 48, Wide(1))]);
        Assert.Equal([0], Run(model, [0]));
        Assert.Equal([11585], Run(model, [1]));
        Assert.Equal([-11585], Run(model, [-1]));
    }

    [Fact]
    public void RootSum_IsTheLength()
    {
        ExactModel model = Model([Small], [new RootSumOperation(0, 1, 3, 2, Wide(2, 1))]);

        // sqrt(9+16) = 5: 40/4; sqrt(1+1+1)*8 = 13.86, floor 13, 13/4 = 3.25.
        Assert.Equal([10, 3], Run(model, [3, -4, 0, 1, -1, 1]));
        Assert.Equal([2], Run(Model([Type(-9, 9, 2)], [new RootSumOperation(0, 0, 0, 0, Type(0, 2, 1))]), [3, 4]));
    }

    [Fact]
    public void Select_TakesWhereNotZero()
    {
        ExactModel model = Model(
            [Type(-1, 1, 2, 1), Small, Type(-9, 9, 1, 3)], [new SelectOperation(0, 1, 2, Type(-50, 50, 2, 3))]);
        Assert.Equal([1, 2, 50, 7, 8, 9], Run(model, [-1, 0], [1, 2, 99, 4, 5, 6], [7, 8, 9]));
    }

    [Fact]
    public void TopK_EqualElements_StandInTheirOrder()
    {
        TensorType x = Type(-9, 9, 2, 4);
        short[] elements = [3, 5, 3, 5, -1, 0, -1, -9];
        Assert.Equal([5, 5, 3, 0, -1, -1], Run(Model([x], [new TopKOperation(0, 3, true, false, Type(-9, 9, 2, 3))]), elements));
        Assert.Equal([1, 3, 0, 1, 0, 2], Run(Model([x], [new TopKOperation(0, 3, true, true, Type(0, 3, 2, 3))]), elements));
        Assert.Equal([0, 2, 1, 3, 0, 2], Run(Model([x], [new TopKOperation(0, 3, false, true, Type(0, 3, 2, 3))]), elements));
        Assert.Equal([3, 3, -9, -1], Run(Model([x], [new TopKOperation(0, 2, false, false, Type(-9, 9, 2, 2))]), elements));
    }

    [Fact]
    public void Transpose_AxisOfTheOperandForEachOfTheResult()
    {
        ExactModel model = Model([Type(0, 9, 1, 2, 3)], [new TransposeOperation(0, [2, 0, 1], Type(0, 9, 3, 1, 2))]);
        Assert.Equal([1, 4, 2, 5, 3, 6], Run(model, [1, 2, 3, 4, 5, 6]));
    }

    [Fact]
    public void Slice_StepsForwardsBackwardsAndStill()
    {
        TensorType x = Type(0, 9, 2, 3);
        short[] elements = [1, 2, 3, 4, 5, 6];
        Assert.Equal([6, 4, 3, 1], Run(Model([x], [new SliceOperation(0, [1, 2], [-1, -2], Type(0, 9, 2, 2))]), elements));
        Assert.Equal([2, 2, 2, 5, 5, 5], Run(Model([x], [new SliceOperation(0, [0, 1], [1, 0], Type(0, 9, 2, 3))]), elements));
        Assert.Equal([6], Run(Model([x], [new SliceOperation(0, [1, 2], [65535, -65535], Type(0, 9, 1, 1))]), elements));
    }

    [Fact]
    public void Gather_AnyOrderWithRepeats()
    {
        TensorType x = Type(0, 9, 2, 3);
        short[] elements = [1, 2, 3, 4, 5, 6];
        Assert.Equal(
            [3, 1, 3, 3, 6, 4, 6, 6], Run(Model([x], [new GatherOperation(0, 1, [2, 0, 2, 2], Type(0, 9, 2, 4))]), elements));
        Assert.Equal([4, 5, 6], Run(Model([x], [new GatherOperation(0, 0, [1], Type(0, 9, 1, 3))]), elements));
    }

    [Fact]
    public void Concat_AlongEachAxis()
    {
        ExactModel columns = Model(
            [Type(0, 5, 2, 1), Type(-3, 3, 2, 2)], [new ConcatOperation([1, 0, 1], 1, Type(-3, 5, 2, 5))]);
        Assert.Equal([1, 2, 5, 1, 2, -3, 3, 4, -3, 3], Run(columns, [5, 4], [1, 2, -3, 3]));
        ExactModel rows = Model([Type(0, 5, 1, 2), Type(-3, 3, 2, 2)], [new ConcatOperation([0, 1], 0, Type(-9, 9, 3, 2))]);
        Assert.Equal([5, 4, 1, 2, -3, 3], Run(rows, [5, 4], [1, 2, -3, 3]));
    }

    [Fact]
    public void Pad_PutsTheConstantAround()
    {
        ExactModel model = Model([Type(0, 9, 1, 2)], [new PadOperation(0, [1, 0], [0, 2], -7, Type(-7, 9, 2, 4))]);
        Assert.Equal([-7, -7, -7, -7, 3, 4, -7, -7], Run(model, [3, 4]));
    }

    [Fact]
    public void Embedding_ARowForEachElement()
    {
        ExactModel model = Model(
            [Type(0, 2, 2, 1)],
            [new EmbeddingOperation(0, 0, Type(-5, 5, 2, 1, 2))],
            [Weights([3, 2], [1, 2, 3, 4, -99, 99], WeightType.I8)]);
        Assert.Equal([-5, 5, 1, 2], Run(model, [2, 0]));
    }

    [Fact]
    public void Constant_IsItsWeights()
    {
        ImmutableArray<Operation> operations =
            [new ConstantOperation(0, Type(-300, 300, 2)), new AddOperation(0, 1, 1, 1, 0, Wide(2))];
        Assert.Equal([-299, 302], Run(Model([Type(0, 9, 2)], operations, [Weights([2], [-32768, 301])]), [1, 2]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(99, 9)]
    public void SquareRoot_IsTheFloor(int value, int root) => Assert.Equal((ulong)root, SquareRoot.Floor((UInt128)value));

    [Fact]
    public void SquareRoot_OfLargeValues_IsTheFloor()
    {
        foreach (ulong root in new[] { 1UL << 31, (1UL << 32) - 1, (1UL << 62) - 1, 1UL << 62, ulong.MaxValue })
        {
            UInt128 square = (UInt128)root * root;
            Assert.Equal(root, SquareRoot.Floor(square));
            Assert.Equal(root - 1, SquareRoot.Floor(square - 1));
        }

        Assert.Equal(ulong.MaxValue, SquareRoot.Floor(UInt128.MaxValue));
    }
}
