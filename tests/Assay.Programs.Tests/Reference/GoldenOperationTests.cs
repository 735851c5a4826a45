using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>The operations without weights worked out by hand.</summary>
public sealed class GoldenOperationTests
{
    [Theory]
    [InlineData(5, 1, 3)]
    [InlineData(-5, 1, -2)]
    [InlineData(3, 1, 2)]
    [InlineData(-3, 1, -1)]
    [InlineData(-4, 3, 0)]
    [InlineData(-5, 3, -1)]
    [InlineData(4, 3, 1)]
    [InlineData(-7, 0, -7)]
    public void Round_Ties_GoUp(long value, int shift, long expected) =>
        Assert.Equal(expected, FixedPoint.Round(value, shift));

    [Fact]
    public void Rescale_MultiplierAndShift_RoundsThenClamps()
    {
        ExactModel model = Model([Type(-100, 100, 5)], [new RescaleOperation(0, 3, 2, Type(-50, 50, 5))]);

        // 0.75, 2.25, -0.75, -1.5 (up to -1), 75 clamped.
        Assert.Equal([1, 2, -1, -1, 50], Run(model, [1, 3, -1, -2, 100]));
    }

    [Fact]
    public void Rescale_OneWithoutShift_IsRelu()
    {
        ExactModel model = Model([Wide(3)], [new RescaleOperation(0, 1, 0, Type(0, 32767, 3))]);
        Assert.Equal([0, 0, 32767], Run(model, [-32768, -1, 32767]));
    }

    [Fact]
    public void Rescale_NegativeMultiplier_RoundsAfterTheSign()
    {
        ExactModel model = Model([Type(-10, 10, 2)], [new RescaleOperation(0, -1, 1, Wide(2))]);
        Assert.Equal([-1, 2], Run(model, [3, -3]));
    }

    [Fact]
    public void Add_TwoScales_RoundsOnce()
    {
        ExactModel model = Model(
            [Type(-10, 10, 3), Type(-10, 10, 3)], [new AddOperation(0, 1, 1, -3, 2, Type(-5, 5, 3))]);

        // (1 - 3)/4 = -0.5, up to 0; (10 + 30)/4 = 10 clamped; (3 + 3)/4 = 1.5, up to 2.
        Assert.Equal([0, 5, 2], Run(model, [1, 10, 3], [1, -10, -1]));
    }

    [Fact]
    public void Add_SameOperandTwice_Doubles()
    {
        ExactModel model = Model([Type(-9, 9, 2)], [new AddOperation(0, 0, 1, 1, 0, Wide(2))]);
        Assert.Equal([-18, 8], Run(model, [-9, 4]));
    }

    [Fact]
    public void Lookup_LowestValue_IsEntryZero()
    {
        ExactModel model = Model(
            [Type(-1, 2, 4)], [new LookupOperation(0, 0, Type(-7, 9, 4))], tables: [new([9, -7, 0, 3])]);
        Assert.Equal([9, -7, 0, 3], Run(model, [-1, 0, 1, 2]));
    }

    [Fact]
    public void MaxPool_Padding_NeverWins()
    {
        ExactModel model = Model(
            [Type(-9, -1, 1, 2, 3)], [new MaxPoolOperation(0, 2, 2, 1, 2, new(1, 1, 0, 0), Type(-9, -1, 1, 2, 2))]);

        // Rows -1,-5,-6 and -7,-2,-9; all negative, so a padding that counted as 0 would show.
        Assert.Equal([-1, -5, -1, -2], Run(model, [-1, -5, -6, -7, -2, -9]));
    }

    [Fact]
    public void AveragePool_PaddingDoesNotCount_UsesTheCountsMultiplier()
    {
        // Counts 1, 2 and 4; in sixteenths the multipliers 16, 8, 4 make exact averages.
        Assert.Equal<int>([1, 2, 4], AveragePoolOperation.PossibleCounts(2, 2, 2, 2, 1, 1, new(1, 1, 1, 1), false));
        ExactModel model = Model(
            [Type(-100, 100, 1, 2, 2)],
            [new AveragePoolOperation(0, 2, 2, 1, 1, new(1, 1, 1, 1), false, [16, 8, 4], 4, Wide(1, 3, 3))]);

        // Corners are the elements; sides averages of two, 10.5 up to 11; the centre of four, (10+11-3+7)/4 = 6.25.
        Assert.Equal([10, 11, 11, 4, 6, 9, -3, 2, 7], Run(model, [10, 11, -3, 7]));
    }

    [Fact]
    public void AveragePool_PaddingCounts_UsesOneMultiplier()
    {
        ExactModel model = Model(
            [Type(-100, 100, 1, 1, 2)],
            [new AveragePoolOperation(0, 1, 2, 1, 1, new(0, 1, 0, 0), true, [1], 1, Wide(1, 1, 2))]);

        // (0 + 5)/2 = 2.5, up to 3; (5 - 8)/2 = -1.5, up to -1.
        Assert.Equal([3, -1], Run(model, [5, -8]));
    }

    [Fact]
    public void Softmax_LastAxis_NormalisesEachRow()
    {
        // T halves at each step; k = 16, u = 8: outputs in 1/256.
        ExactModel model = Model(
            [Type(0, 2, 2, 3)],
            [new SoftmaxOperation(0, 0, 16, 8, Type(0, 256, 2, 3))],
            tables: [new([4, 2, 1])]);

        // Row 1: e = 4,2,1, S = 7, R = 9362: 37448, 18724, 9362 over 256 = 146.28, 73.14, 36.57.
        // Row 2: equal, S = 12, R = 5461: 21844 over 256 = 85.33.
        Assert.Equal([146, 73, 37, 85, 85, 85], Run(model, [2, 1, 0, 1, 1, 1]));
    }

    [Fact]
    public void Softmax_SumAboveTheReciprocal_GivesZeros()
    {
        ExactModel model = Model(
            [Type(0, 0, 3)], [new SoftmaxOperation(0, 0, 1, 0, Type(0, 9, 3))], tables: [new([1])]);
        Assert.Equal([0, 0, 0], Run(model, [0, 0, 0]));
    }

    [Fact]
    public void Reshape_KeepsTheOrder()
    {
        ExactModel model = Model([Type(0, 9, 2, 3)], [new ReshapeOperation(0, Type(0, 9, 3, 1, 2))]);
        Assert.Equal([1, 2, 3, 4, 5, 6], Run(model, [1, 2, 3, 4, 5, 6]));
    }

    [Fact]
    public void Run_InputOutOfRangeOrShort_Throws()
    {
        ExactModel model = Model([Type(0, 9, 2)], [new ReshapeOperation(0, Type(0, 9, 2))]);
        Assert.Throws<ArgumentException>(() => Run(model, [1]));
        Assert.Throws<ArgumentException>(() => Run(model, [1, 10]));
        Assert.Throws<ArgumentException>(() => Run(model, [1, -1]));
        Assert.Throws<ArgumentException>(() => Run(model));
    }
}
