using System.Collections.Immutable;
using System.Diagnostics;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using Assay.Proofs.Layouts;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Keys whose programs are small in elements, work and views, but whose claims would cost a verifier gigabytes or hours: a
/// vector as long as a dimension for each place that is read of it, or for each layer; taps times outputs of a window
/// (spec/proof-system.md, section 5.10). Whoever makes up a proof gets a verifier as far as evaluating all claims.</summary>
public sealed class HostileKeyTests
{
    private const int Many = 64;

    /// <summary>2^13 places of 2^13: a gigabyte of vectors.</summary>
    [Theory]
    [InlineData(5000, null)]
    [InlineData(1 << 13, "zk/limit")]
    public void EveryPlaceOfALongAxisOneByOne(int length, string? code)
    {
        SmallModel model = new(1);
        int x = model.Input(0, 1, length);
        Assert.Equal(code, CodeOf(model, new ReduceSumOperation(x, 0, 1, 0, new([1], 0, 32767))));
    }

    [Theory]
    [InlineData(5000, null)]
    [InlineData(1 << 13, "zk/limit")]
    public void OneWindowOverAllOfALongAxis(int length, string? code)
    {
        SmallModel model = new(1);
        int x = model.Input(0, 1, 1, length, 1);
        Assert.Equal(code, CodeOf(model, new AveragePoolOperation(x, length, 1, 1, 1, new(0, 0, 0, 0), false, [1], 0, new([1, 1, 1], 0, 32767))));
    }

    /// <summary>2^32 multiplications for one layer of 2^17 numbers; 2^40 for the largest that fits.</summary>
    [Theory]
    [InlineData(64, null)]
    [InlineData(65535, "zk/limit")]
    public void TapsTimesOutputs(int taps, string? code)
    {
        SmallModel model = new(1);
        int x = model.Input(0, 1, 1, 1 << 17, 1);
        int weights = model.Layer(2, 1, 1, 1, taps, 1);
        TensorType result = new([1, (1 << 17) - taps + 1, 1], -100, 100);
        Assert.Equal(code, CodeOf(model, new ConvOperation(x, weights, weights + 1, [4], 1, 1, 1, 1, new(0, 0, 0, 0), 1, false, result)));
    }

    /// <summary>One place each of the same long column.</summary>
    [Theory]
    [InlineData(1 << 14, null)]
    [InlineData(1 << 20, "zk/limit")]
    public void ManySlicesOfOneLongColumn(int length, string? code)
    {
        SmallModel model = new(1);
        int x = model.Input(0, 1, length);
        int[] slices = [.. Enumerable.Range(0, Many).Select(i => model.Add(new SliceOperation(x, [i], [1], new([1], 0, 1))))];
        int joined = model.Add(new ConcatOperation([.. slices], 0, new([Many], 0, 1)));
        Assert.Equal(code, CodeOf(model, new RescaleOperation(joined, 3, 1, new([Many], 0, 9))));
    }

    /// <summary>One set of weights may be used by many layers: each has a vector over the operand.</summary>
    [Theory]
    [InlineData(1 << 14, null)]
    [InlineData(1 << 20, "zk/limit")]
    public void ManyLayersOverOneLongOperand(int length, string? code)
    {
        SmallModel model = new(1);
        int x = model.Input(0, 1, length);
        int weights = model.Layer(2, 1, 1, length);
        TensorType result = new([1], -100, 100);
        Operation last = new LinearOperation(x, weights, weights + 1, [4], false, result);
        for (int i = 1; i < Many; i++)
        {
            model.Add(last);
        }

        Assert.Equal(code, CodeOf(model, last));
    }

    [Theory]
    [InlineData(1 << 14, null)]
    [InlineData(1 << 19, "zk/limit")]
    public void ManyProductsOfTwoLongOperands(int length, string? code)
    {
        SmallModel model = new(1);
        int a = model.Input(0, 1, 1, length);
        int b = model.Input(0, 1, length, 1);
        Operation last = new MatMulOperation(a, b, 4, new([1, 1], 0, 100));
        for (int i = 1; i < Many; i++)
        {
            model.Add(last);
        }

        Assert.Equal(code, CodeOf(model, last));
    }

    /// <summary>Somebody else's key for a model that one has: whoever computes its root again pays for tiles of padding.</summary>
    [Theory]
    [InlineData(7, 2, null)]
    [InlineData(0, 20, "zk/limit")]
    [InlineData(10, 10, null)]
    public void TilesOfPadding(int a, int b, string? code)
    {
        SmallModel model = new(1);
        int x = model.Input(0, 1, 64);
        int weights = model.Layer(2, 1, 4, 64);
        ExactProgram program = model.Build(model.Add(new LinearOperation(x, weights, weights + 1, [4, 4, 4, 4], false, new([4], -100, 100)))).Program;
        ImmutableArray<TailChoice> choices = CircuitBuilder.Choose(program, SmallChooser.Choose, out _);
        Circuit circuit = CircuitBuilder.Build(program, choices, 8, 1, out _)!;
        Assert.Equal(code, ProofShape.Of(circuit, a, b).Error?.Code);
    }

    /// <summary>The last operation's value is the output. No chance to spend long before the limit is noticed.</summary>
    private static string? CodeOf(SmallModel model, Operation last)
    {
        ExactProgram program = model.Build(model.Add(last)).Program;
        Stopwatch clock = Stopwatch.StartNew();
        ImmutableArray<TailChoice> choices = CircuitBuilder.Choose(program, SmallChooser.Choose, out ProofError? error);
        Circuit? circuit = error is null ? CircuitBuilder.Build(program, choices, 8, 1, out error) : null;
        Assert.Equal(error is null, circuit is not null);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
        return error?.Code;
    }
}
