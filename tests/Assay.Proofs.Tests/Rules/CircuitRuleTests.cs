using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using static Assay.Proofs.Tests.Rules.SmallPrograms;

namespace Assay.Proofs.Tests.Rules;

/// <summary>Each rule of spec/proof-system.md, section 5, kept and broken by as little as possible.</summary>
public sealed class CircuitRuleTests
{
    private static readonly TailChoice.None None = new();
    private static readonly TailChoice.Plain Plain = new();
    private static readonly TensorType Twelve = Type(-2048, 2047, 4);

    private static string? Code(ExactProgram program, params TailChoice[] choices) => Code(program, 1, choices);

    private static string? Code(ExactProgram program, int batch, params TailChoice[] choices)
    {
        Circuit? circuit = CircuitBuilder.Build(program, [.. choices], 12, batch, out ProofError? error);
        Assert.Equal(circuit is null, error is not null);
        return error?.Code;
    }

    private static ExactProgram Rescale(int shift, TensorType result) => Of(Twelve, [new RescaleOperation(0, 1, (byte)shift, result)]);

    private static TailChoice.Direct Direct(int before, int after) => new([before], [after]);

    private static TailChoice.Split Split(int bits, int lowest, int highest) => new(bits, [lowest], [highest]);

    [Theory]
    [InlineData(15, -32768, 32767, null)]
    [InlineData(16, -32768, 32767, "zk/bounds")]
    [InlineData(30, -1, 0, null)]
    [InlineData(30, -2, 0, "zk/bounds")]
    public void Plain_results_must_be_unique_in_the_field(int shift, int lo, int hi, string? code) =>
        Assert.Equal(code, Code(Rescale(shift, Type(lo, hi, 4)), Plain));

    // acc + r lies in -2048 + 2^19 .. 2047 + 2^19; the least number stood for must be more than 2047 + 2^19 - p.
    [Theory]
    [InlineData(2030, 0, null)]
    [InlineData(2031, 0, "zk/bounds")]
    [InlineData(0, 2031, null)]
    [InlineData(0, 2032, "zk/bounds")]
    public void Values_before_the_clamp_must_be_unique_in_the_field(int before, int after, string? code) =>
        Assert.Equal(code, Code(Rescale(20, Type(-1, 0, 4)), Direct(before, after)));

    [Theory]
    [InlineData(4, -4, 3, null)]
    [InlineData(4, -126, 126, null)]
    [InlineData(4, -127, 0, "zk/bounds")]
    [InlineData(4, 0, 127, "zk/bounds")]
    [InlineData(4, int.MinValue, 0, "zk/limit")]
    [InlineData(4, int.MaxValue, int.MaxValue, "zk/bounds")]
    [InlineData(0, 0, 0, "zk/choice")]
    [InlineData(21, 0, 0, "zk/limit")]
    [InlineData(int.MaxValue, 0, 0, "zk/limit")]
    [InlineData(4, 1, 0, "zk/choice")]
    public void High_parts_must_be_unique_in_the_field(int bits, int lowest, int highest, string? code) =>
        Assert.Equal(code, Code(Rescale(20, Type(-1, 0, 4)), Split(bits, lowest, highest)));

    [Fact]
    public void Contractions_are_held_to_the_accumulator_rule_alone()
    {
        // A / 2^18 is 4064: one step more and a congruent number would be a result too.
        ExactProgram Layer(int lo, int hi) => Linear(Type(-8, 7, 4), 2, [18, 18], false, Type(lo, hi, 2));
        Assert.Null(Code(Layer(-4064, 4063), Plain));
        Assert.Equal("zk/bounds", Code(Layer(-4065, 4063), Plain));
        Assert.Equal("zk/bounds", Code(Layer(-4064, 4064), Plain));
    }

    [Fact]
    public void Every_channel_is_held_to_its_own_shift()
    {
        ExactProgram layer = Linear(Type(-8, 7, 4), 2, [10, 20], false, Type(0, 99, 2));
        Assert.Null(Code(layer, new TailChoice.Direct([100_000, 900], [100_000, 900])));
        Assert.Equal("zk/bounds", Code(layer, new TailChoice.Direct([100_000, 1100], [100_000, 900])));
        Assert.Equal("zk/bounds", Code(layer, Direct(100_000, 900)));
        Assert.Equal("zk/choice", Code(layer, new TailChoice.Direct([1, 2, 3], [1, 2, 3])));
        Assert.Equal("zk/choice", Code(layer, new TailChoice.Direct([1, 2], [1])));
    }

    [Fact]
    public void A_choice_is_needed_where_there_is_a_requantisation_and_nowhere_else()
    {
        Assert.Equal("zk/choice", Code(Rescale(3, Twelve), None));
        ExactProgram lookup = Of(Type(0, 1, 4), [new LookupOperation(0, 0, Type(0, 1, 4))], [new([1, 0])]);
        Assert.Null(Code(lookup, None));
        Assert.Equal("zk/choice", Code(lookup, Plain));
        Assert.Equal("zk/key", Code(lookup));
        Assert.Equal("zk/key", Code(lookup, None, None));
        Assert.Equal("zk/choice", Code(Of(Twelve, [new MaxOperation(0, 0, Twelve)]), Plain));
        Assert.Null(Code(Of(Twelve, [new MaxOperation(0, 0, Twelve)]), None));
        Assert.Null(Code(Of(Twelve, [new MaxOperation(0, 0, Type(0, 99, 4))]), Direct(2048, 1948)));
        Assert.Equal("zk/choice", Code(Of(Twelve, [new MaxOperation(0, 0, Type(0, 99, 4))]), None));
    }

    [Fact]
    public void Tables_have_a_longest_length()
    {
        Assert.Equal("zk/limit", Code(Rescale(0, Twelve), Direct(1 << 22, 0)));
        Assert.Equal("zk/limit", Code(Rescale(0, Twelve), Direct(int.MaxValue, int.MaxValue)));
        Assert.Equal("zk/choice", Code(Rescale(0, Twelve), Direct(-1, 0)));
    }

    [Theory]
    [InlineData(8, null)]
    [InlineData(7, "zk/limbs")]
    public void Two_limbs_need_eight_bits_of_shift(byte shift, string? code) =>
        Assert.Equal(code, Code(Linear(Type(-8, 7, 4), 2, [8, shift], true, Type(-99, 99, 2)), Plain));

    [Theory]
    [InlineData(4, 4095, 30, 20, null)]
    [InlineData(4, 4095, 30, 0, "zk/softmax-length")]
    [InlineData(512, 32767, 24, 14, null)]
    [InlineData(513, 32767, 24, 14, "zk/softmax-length")]
    [InlineData(4, 1, 46, 30, "zk/softmax-length")]
    [InlineData(4, 4095, 46, 1, "zk/softmax-length")]
    public void Softmaxes_fit_in_the_field(int length, short peak, byte bits, byte shift, string? code) =>
        Assert.Equal(code, Code(Softmax(length, peak, bits, shift), Split(8, -1, 1 << 8)));

    [Fact]
    public void Something_is_looked_up()
    {
        ExactProgram program = Of(Twelve, [new TransposeOperation(0, [0], Twelve)]);
        Assert.Equal("zk/nothing", Code(program, None));
        Assert.Null(Code(Of(Twelve, [new TransposeOperation(0, [0], Twelve), new MaxOperation(0, 1, Twelve)]), None, None));
    }

    [Fact]
    public void Operations_without_a_proof_are_named()
    {
        ExactProgram program = Of(Twelve, [new RootSumOperation(0, 0, 0, 0, Type(0, 32767, 1))]);
        Assert.Null(CircuitBuilder.Build(program, [None], 12, 1, out ProofError? error));
        Assert.Equal("zk/operation", error!.Code);
        Assert.Contains("operation 0 (rootsum)", error.Message, StringComparison.Ordinal);
        Assert.Equal("zk/operation", Code(Of(Twelve, [new TopKOperation(0, 2, true, false, Type(-2048, 2047, 2))]), None));
        Assert.Equal("zk/operation", Code(Of(Twelve, [new SelectOperation(0, 0, 0, Twelve)]), None));
        Assert.Equal("zk/operation", Code(Of(Type(1, 9, 4), [new DivideOperation(0, 0, 3, Twelve)]), None));
        Assert.Equal("zk/operation", Code(Of(Twelve, [new NormalizeOperation(0, true, 1, 20, 10, Twelve)]), None));
    }

    [Fact]
    public void Too_much_is_refused_before_memory_is_taken()
    {
        Assert.Equal("zk/limit", Code(Rescale(3, Twelve), int.MaxValue, Plain));
        Assert.Equal("zk/limit", Code(Rescale(3, Twelve), 1 << 25, Plain));
        Assert.Equal("zk/key", Code(Rescale(3, Twelve), 0, Plain));

        // 300 000 places, each a view of its own.
        TensorType bits = Type(0, 1, 300_000);
        Assert.Equal("zk/limit", Code(Of(bits, [new ReduceSumOperation(0, 0, 1, 10, Type(0, 255, 1))]), Direct(0, 100)));

        // A window of 1024 x 1024.
        TensorType image = Type(0, 1, 1, 1024, 1024);
        Operation pool = new AveragePoolOperation(0, 1024, 1024, 1, 1, Pads.None, false, [1], 8, Type(0, 8191, 1, 1, 1));
        Assert.Equal("zk/limit", Code(Of(image, [pool]), Plain));

        // The same value a thousand times, along an axis of 60 million places.
        TensorType line = Type(0, 1, 1 << 15);
        ImmutableArray<int> thousand = [.. Enumerable.Repeat(0, 1024)];
        Assert.Equal("zk/limit", Code(Of(line, [new ConcatOperation(thousand, 0, Type(0, 1, 1 << 25))]), None));
    }
}
