using System.Collections.Immutable;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

public sealed class BoundaryTests
{
    [Theory]
    [InlineData(0.5f, 0)]
    [InlineData(1.5f, 2)]
    [InlineData(2.5f, 2)]
    [InlineData(-0.5f, 0)]
    [InlineData(-1.5f, -2)]
    [InlineData(-2.5f, -2)]
    [InlineData(0.49999997f, 0)]
    [InlineData(0.50000006f, 1)]
    [InlineData(-0.0f, 0)]
    [InlineData(1.401298464e-45f, 0)]
    [InlineData(-1.17549421e-38f, 0)]
    [InlineData(127.49999f, 127)]
    public void Quantize_Ties_GoToEven(float x, short expected) =>
        Assert.Equal([expected], Quantized(Input("x", Type(-128, 127, 1)), [x]));

    [Fact]
    public void Quantize_OffsetThenMultiplier_RoundsEachOnce()
    {
        // 0.1f is 0.100000001490116...; minus 0.1 that is 1.49e-9, times 1e9 1.490116..., so 1. In binary32 it would be 0.
        Assert.Equal([1], Quantized(new("x", Wide(1), null, [0.1], [1e9], OutOfRange.Refuse), [0.1f]));

        // 1 - 2^-54 rounds to 1 before the multiplication; a fused operation would keep the difference and give 32766 here.
        double multiplier = 32766.5;
        Assert.Equal([32766], Quantized(new("x", Wide(1), null, [Math.ScaleB(1, -54)], [multiplier], OutOfRange.Refuse), [1f]));
        Assert.Equal([32767], Quantized(new("x", Wide(1), null, [-Math.ScaleB(1, -51)], [multiplier], OutOfRange.Refuse), [1f]));
    }

    [Fact]
    public void Quantize_ChannelAxis_UsesTheChannelsParameters()
    {
        ImmutableArray<double> offsets = [0, 1, 2];
        ImmutableArray<double> multipliers = [1, 10, -100];
        float[] x = [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3];
        Assert.Equal(
            [3, 3, 20, 20, -100, -100, 3, 3, 20, 20, -100, -100],
            Quantized(new("x", Wide(2, 3, 2), 1, offsets, multipliers, OutOfRange.Refuse), x));
        Assert.Equal(
            [3, 20, -100, 3, 20, -100, 3, 20, -100, 3, 20, -100],
            Quantized(new("x", Wide(4, 3), 1, offsets, multipliers, OutOfRange.Refuse), x));
        Assert.Equal(
            [3, 3, 3, 3, 20, 20, 20, 20, -100, -100, -100, -100],
            Quantized(new("x", Wide(3, 4), 0, offsets, multipliers, OutOfRange.Refuse), x));
    }

    [Theory]
    [InlineData(float.NaN, OutOfRange.Refuse)]
    [InlineData(float.NaN, OutOfRange.Clamp)]
    [InlineData(float.PositiveInfinity, OutOfRange.Refuse)]
    [InlineData(float.PositiveInfinity, OutOfRange.Clamp)]
    [InlineData(float.NegativeInfinity, OutOfRange.Clamp)]
    public void Quantize_NotFinite_IsRefusedUnderEitherRule(float x, OutOfRange rule)
    {
        short[] q = new short[3];
        Assert.Equal(
            new BoundaryResult(ProgramErrorCodes.NotFinite, 1, 0), Boundary.Quantize(Input("x", Wide(3), rule), [1, x, 2], q));
    }

    [Fact]
    public void Quantize_OutOfRange_IsJudgedAfterRounding()
    {
        ProgramInput input = Input("x", Type(-10, 10, 1));
        Assert.Equal([10], Quantized(input, [10.5f]));
        Assert.Equal([-10], Quantized(input, [-10.5f]));
        foreach (float x in new[] { 10.500001f, -10.500001f, 11f, float.MaxValue, float.MinValue })
        {
            Assert.Equal(new BoundaryResult(ProgramErrorCodes.OutOfRange, 0, 0), Boundary.Quantize(input, [x], new short[1]));
        }
    }

    [Fact]
    public void Quantize_Clamp_MovesToTheNearestEndAndCounts()
    {
        short[] q = new short[6];
        BoundaryResult result = Boundary.Quantize(
            Input("x", Type(-10, 20, 6), OutOfRange.Clamp), [20.5f, 20.6f, float.MaxValue, -10.5f, -11, float.MinValue], q);
        Assert.Equal(new BoundaryResult(null, -1, 4), result);
        Assert.Equal([20, 20, 20, -10, -10, -10], q);
    }

    [Fact]
    public void Quantize_ProductOverflowsBinary64_IsOutOfRange()
    {
        ProgramInput input = new("x", Wide(2), null, [-1e308], [1e308], OutOfRange.Clamp);
        short[] q = new short[2];
        Assert.Equal(new BoundaryResult(null, -1, 2), Boundary.Quantize(input, [float.MaxValue, 0], q));
        Assert.Equal([32767, 32767], q);
        Assert.Equal(
            ProgramErrorCodes.OutOfRange,
            Boundary.Quantize(input with { Rule = OutOfRange.Refuse, Multipliers = [-1e308] }, [1, 1], q).Error);
    }

    [Fact]
    public void Quantize_WrongLengths_Throw()
    {
        Assert.Throws<ArgumentException>(() => Boundary.Quantize(Input("x", Wide(2)), [1], new short[2]));
        Assert.Throws<ArgumentException>(() => Boundary.Quantize(Input("x", Wide(2)), [1, 2], new short[1]));
        Assert.Throws<ArgumentException>(() => Boundary.Dequantize(new("y", 0, 1), [1], new float[2]));
    }

    [Fact]
    public void Dequantize_IsTheExactProductRoundedOnce()
    {
        // The product of a 16-bit and a 53-bit number is rounded to binary64, then to binary32; both ties to even.
        foreach (double scale in new[] { 1.0 / 4096, 0.1, 1 / 3.0, Math.ScaleB(1, -126), Math.ScaleB(1, 111), 1.0000000596046448 })
        {
            short[] q = [.. Enumerable.Range(-32768, 65536).Select(i => (short)i)];
            float[] y = new float[q.Length];
            Boundary.Dequantize(new("y", 0, scale), q, y);
            for (int i = 0; i < q.Length; i++)
            {
                double product = q[i] * scale;
                Assert.Equal(BitConverter.SingleToInt32Bits((float)product), BitConverter.SingleToInt32Bits(y[i]));
                Assert.True(q[i] == 0 ? BitConverter.SingleToInt32Bits(y[i]) == 0 : float.IsNormal(y[i]));
            }
        }
    }

    [Fact]
    public void Dequantize_KnownBits()
    {
        float[] y = new float[4];
        Boundary.Dequantize(new("y", 0, 0.1), [3, -3, 1, 0], y);

        // 3 * 0.1 is 0.30000000000000004 in binary64, 0x3E99999A in binary32.
        Assert.Equal([0x3E99999Au, 0xBE99999Au, 0x3DCCCCCDu, 0u], y.Select(BitConverter.SingleToUInt32Bits));
    }

    private static short[] Quantized(ProgramInput input, float[] x)
    {
        short[] q = new short[x.Length];
        Assert.Equal(new BoundaryResult(null, -1, 0), Boundary.Quantize(input, x, q));
        return q;
    }
}
