using System.Collections.Immutable;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>The rule at exactly A and at A + 1, for everything that counts towards it.</summary>
public sealed class AccumulatorRuleTests
{
    private const int A = 1065353216;

    [Fact]
    public void Constants_AreKoalaBears()
    {
        Assert.Equal((1L << 31) - (1L << 24) + 1, AccumulatorRule.Prime);
        Assert.Equal(A, AccumulatorRule.Limit);
        Assert.Equal([0L, 1L, 2L, 1L << 29], new[] { 0, 1, 2, 30 }.Select(AccumulatorRule.RoundingConstant));
    }

    [Fact]
    public void Split_EveryInt16_RecombinesWithLowLimbInInt8()
    {
        for (int weight = short.MinValue; weight <= short.MaxValue; weight++)
        {
            (int high, int low) = AccumulatorRule.Split(weight);
            Assert.Equal(weight, (256 * high) + low);
            Assert.InRange(low, -128, 127);
            Assert.InRange(high, -128, 128);
        }

        Assert.Equal((128, -1), AccumulatorRule.Split(32767));
        Assert.Equal((-128, 0), AccumulatorRule.Split(-32768));
    }

    // 32767 * 32512 = 1 065 320 704, which leaves 32 512 up to A.
    [Theory]
    [InlineData(0, 32512, true)]
    [InlineData(0, 32513, false)]
    [InlineData(0, -32512, true)]
    [InlineData(0, -32513, false)]
    [InlineData(1, 32511, true)]
    [InlineData(1, 32512, false)]
    [InlineData(15, 32512 - 16384, true)]
    [InlineData(15, 32512 - 16384 + 1, false)]
    [InlineData(16, 0, false)]
    public void Linear_BiasAndRounding_CountUpToA(byte shift, int bias, bool holds)
    {
        Assert.Equal(holds, IsModel([32512], 32767, bias, shift, twoLimbs: false));
        Assert.Equal(holds, IsModel([-32512], 32767, bias, shift, twoLimbs: false));
        Assert.Equal(holds, IsModel([32000, -512], 32767, bias, shift, twoLimbs: false));
    }

    [Fact]
    public void Linear_NegativeEndOfTheRange_CountsByMagnitude()
    {
        // 32768 * 32512 is A itself.
        Assert.True(IsModel([32512], -32768, 0, 0, twoLimbs: false));
        Assert.False(IsModel([32512], -32768, 1, 0, twoLimbs: false));
        Assert.False(IsModel([32513], -32768, 0, 0, twoLimbs: false));
    }

    [Fact]
    public void Linear_LargestBiases_CountByMagnitude()
    {
        Assert.True(IsModel([0], 1, A, 0, twoLimbs: false));
        Assert.True(IsModel([0], 1, -A, 0, twoLimbs: false));
        Assert.False(IsModel([0], 1, A + 1, 0, twoLimbs: false));
        Assert.False(IsModel([0], 1, int.MinValue, 0, twoLimbs: false));
        Assert.True(IsModel([0], 1, A - (1 << 29), 30, twoLimbs: false));
        Assert.False(IsModel([0], 1, A - (1 << 29) + 1, 30, twoLimbs: false));
    }

    [Fact]
    public void Linear_TwoLimbs_RuleHoldsPerLimb()
    {
        // Low limb alone: 254 weights of -128 at 32767 leave 32 512 up to A.
        int[] low = [.. Enumerable.Repeat(-128, 254)];
        Assert.Equal(32512, low.Length * 128);
        Assert.True(IsModel(low, 32767, 32512, 0, twoLimbs: true));
        Assert.False(IsModel(low, 32767, 32513, 0, twoLimbs: true));
        Assert.True(IsModel(low, 32767, 32511, 1, twoLimbs: true));
        Assert.False(IsModel(low, 32767, 32512, 1, twoLimbs: true));

        // High limb alone: as many of -128*256; bias and rounding don't count with it.
        int[] high = [.. Enumerable.Repeat(-32768, 254)];
        Assert.True(IsModel(high, -32768, A, 0, twoLimbs: true));
        Assert.False(IsModel(high, -32768, A + 1, 0, twoLimbs: true));
        Assert.False(IsModel([.. high, 256], -32768, 0, 0, twoLimbs: true));
        Assert.False(IsModel(high, -32768, 0, 0, twoLimbs: false));
    }

    [Fact]
    public void Conv_OneChannelOverA_IsRefusedByItsNumber()
    {
        ExactProgram program = Layer(
            new ConvOperation(0, 0, 1, [0, 0], 1, 1, 1, 1, Pads.None, 1, false, Wide(2, 1, 1)), Wide(1, 1, 1), [2, 1, 1, 1]);
        ProgramError? error = ErrorOf(program, [32512, 32513], [0, 0]);
        Assert.Equal(ProgramErrorCodes.Bounds, error?.Code);
        Assert.Contains("channel 1", error?.Detail, StringComparison.Ordinal);
        Assert.Null(ErrorOf(program, [32512, -32512], [0, 0]));
    }

    [Theory]
    [InlineData(32512, 0, null)]
    [InlineData(-32512, 0, null)]
    [InlineData(32513, 0, ProgramErrorCodes.Bounds)]
    [InlineData(32512, 1, ProgramErrorCodes.Bounds)]
    [InlineData(32511, 16, null)]
    [InlineData(32511, 17, ProgramErrorCodes.Bounds)]
    public void Rescale_AtTheBound(short multiplier, byte shift, string? code) =>
        AssertCode(code, [Wide(1)], new RescaleOperation(0, multiplier, shift, Wide(1)));

    [Theory]
    [InlineData(30000, 2512, 0, null)]
    [InlineData(30000, -2512, 0, null)]
    [InlineData(30000, 2513, 0, ProgramErrorCodes.Bounds)]
    [InlineData(30000, 2512, 1, ProgramErrorCodes.Bounds)]
    [InlineData(30000, 2511, 16, null)]
    public void Add_AtTheBound(short multiplierA, short multiplierB, byte shift, string? code) =>
        AssertCode(code, [Wide(1), Wide(1)], new AddOperation(0, 1, multiplierA, multiplierB, shift, Wide(1)));

    // Eight positions of at most 32768: 8 * 32768 * 4064 = A.
    [Theory]
    [InlineData(4064, 0, null)]
    [InlineData(-4064, 0, null)]
    [InlineData(4065, 0, ProgramErrorCodes.Bounds)]
    [InlineData(4064, 1, ProgramErrorCodes.Bounds)]
    [InlineData(4063, 19, null)]
    [InlineData(4063, 20, ProgramErrorCodes.Bounds)]
    public void AveragePool_AtTheBound(short multiplier, byte shift, string? code) =>
        AssertCode(
            code, [Wide(1, 2, 4)], new AveragePoolOperation(0, 2, 4, 1, 1, Pads.None, false, [multiplier], shift, Wide(1, 1, 1)));

    private static void AssertCode(string? code, ImmutableArray<TensorType> inputs, Operation operation)
    {
        ExactProgram? program = ExactProgram.Create(
            [.. inputs.Select((type, i) => Input($"x{i}", type))], [], [], [operation], [new("y", inputs.Length, 1)], out ProgramError? error);
        Assert.Equal(code, error?.Code);
        Assert.Equal(code is null, program is not null);
    }

    /// <summary>Whether a layer with these weights for one output channel is a model.</summary>
    private static bool IsModel(int[] weights, int extreme, int bias, byte shift, bool twoLimbs)
    {
        TensorType x = Type(Math.Min(extreme, 0), Math.Max(extreme, 0), weights.Length);
        ExactProgram program = Layer(new LinearOperation(0, 0, 1, [shift], twoLimbs, Wide(1)), x, [1, weights.Length]);
        ProgramError? error = ErrorOf(program, weights, [bias]);
        Assert.True(error is null || error.Code == ProgramErrorCodes.Bounds, error?.ToString());
        return error is null;
    }

    private static ExactProgram Layer(Operation operation, TensorType x, ImmutableArray<int> weightShape)
    {
        ExactProgram? program = ExactProgram.Create(
            [Input("x", x)],
            [new(WeightType.I16, weightShape), new(WeightType.I32, [weightShape[0]])],
            [],
            [operation],
            [new("y", 1, 1)],
            out ProgramError? error);
        Assert.True(program is not null, error?.ToString());
        return program;
    }

    private static ProgramError? ErrorOf(ExactProgram program, int[] weights, int[] bias)
    {
        byte[] bytes = [.. WeightsBlob.Pack(WeightType.I16, weights), .. WeightsBlob.Pack(WeightType.I32, bias)];
        WeightsBlob? blob = WeightsBlob.Create(program, bytes, out _);
        Assert.NotNull(blob);
        ExactModel.Create(program, blob, out ProgramError? error);
        return error;
    }
}
