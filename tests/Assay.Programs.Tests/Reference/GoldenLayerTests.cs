using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>Linear layers and convolutions worked out by hand.</summary>
public sealed class GoldenLayerTests
{
    [Fact]
    public void Linear_ShiftPerChannel_RoundsHalfUpAndClamps()
    {
        ExactModel model = Model(
            [Type(-100, 100, 3)],
            [new LinearOperation(0, 0, 1, [0, 1, 2, 0], false, Type(-20, 20, 4))],
            [
                Weights([4, 3], [1, 2, 3, 1, 0, 0, -1, 0, 0, 10, 10, 10]),
                Bias(5, 0, 0, 0),
            ]);

        // 5 + 1*2 + 2*(-3) + 3*4 = 13; 2/2 = 1; -2/4 = -0.5, up to 0; 30 clamps to 20.
        Assert.Equal([13, 1, 0, 20], Run(model, [2, -3, 4]));

        // 5 - 3 + 0 + 0 = 2; -3/2 = -1.5, up to -1; 3/4 = 0.75, to 1; -30 clamps to -20.
        Assert.Equal([2, -1, 1, -20], Run(model, [-3, 0, 0]));
    }

    [Fact]
    public void Linear_SeveralRows_AppliesToTheLastAxis()
    {
        ExactModel model = Model(
            [Type(-100, 100, 2, 1, 2)],
            [new LinearOperation(0, 0, 1, [0], false, Wide(2, 1, 1))],
            [Weights([1, 2], [3, -7], WeightType.I8), Bias(100)]);
        Assert.Equal([100 + 3 - 14, 100 - 30 + 350], Run(model, [1, 2, -10, -50]));
    }

    [Fact]
    public void Linear_TwoLimbs_IsTheExactWideSum()
    {
        // 4 * 32767 * 8191 = 1 073 577 988 is over A, but each limb (128 and -1) is far below.
        ExactModel model = Model(
            [Type(-8191, 8191, 4)],
            [new LinearOperation(0, 0, 1, [16, 0], true, Wide(2))],
            [Weights([2, 4], [32767, 32767, 32767, 32767, -32768, 1, 2, 3]), Bias(7, -1)]);

        // (1 073 577 988 + 7 + 32 768) / 65 536 = 16 382.0002.
        Assert.Equal([16382, -32768], Run(model, [8191, 8191, 8191, 8191]));

        // 32767 * (1 - 1 + 3) = 98 301, with constants 131 076, which is 2.00006.
        Assert.Equal([2, -1 + 1 - 2 + 9], Run(model, [0, 1, -1, 3]));
    }

    [Fact]
    public void Conv_PaddingStrideAndBias_ReadsZeroOutside()
    {
        // 3x3 image 1..9, kernel [[1,2],[3,4]], stride 2, one row of padding on top, one column on the left.
        ExactModel model = Model(
            [Type(0, 9, 1, 3, 3)],
            [new ConvOperation(0, 0, 1, [0], 2, 2, 1, 1, new(1, 1, 0, 0), 1, false, Wide(1, 2, 2))],
            [Weights([1, 1, 2, 2], [1, 2, 3, 4]), Bias(1000)]);

        // Windows: {.,.;.,1}, {.,.;2,3}, {.,4;.,7}, {5,6;8,9}.
        Assert.Equal(
            [1000 + 4, 1000 + 6 + 12, 1000 + 8 + 28, 1000 + 5 + 12 + 24 + 36],
            Run(model, [1, 2, 3, 4, 5, 6, 7, 8, 9]));
    }

    [Fact]
    public void Conv_Dilation_SkipsPositions()
    {
        ExactModel model = Model(
            [Type(0, 9, 1, 1, 5)],
            [new ConvOperation(0, 0, 1, [0], 1, 1, 1, 2, Pads.None, 1, false, Wide(1, 1, 1))],
            [Weights([1, 1, 1, 3], [1, 10, 100]), Bias(0)]);
        Assert.Equal([1 + 30 + 500], Run(model, [1, 2, 3, 4, 5]));
    }

    [Fact]
    public void Conv_Groups_ReadOnlyTheirChannels()
    {
        // Four channels of one pixel in two groups, three output channels each.
        ExactModel model = Model(
            [Type(0, 1000, 4, 1, 1)],
            [new ConvOperation(0, 0, 1, [0, 0, 0, 0, 0, 0], 1, 1, 1, 1, Pads.None, 2, false, Wide(6, 1, 1))],
            [Weights([6, 2, 1, 1], [1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1]), Bias(0, 0, 0, 0, 0, 0)]);
        Assert.Equal([1, 10, 11, 100, 1000, 1100], Run(model, [1, 10, 100, 1000]));
    }

    [Fact]
    public void Conv_Depthwise_KeepsChannelsApart()
    {
        ExactModel model = Model(
            [Type(-9, 9, 2, 1, 2)],
            [new ConvOperation(0, 0, 1, [1, 0], 1, 1, 1, 1, Pads.None, 2, false, Wide(2, 1, 1))],
            [Weights([2, 1, 1, 2], [1, 2, -1, 1]), Bias(0, 5)]);

        // (1*1 + 2*2)/2 = 2.5, up to 3; 5 - 3 + (-4) = -2.
        Assert.Equal([3, -2], Run(model, [1, 2, 3, -4]));
    }
}
