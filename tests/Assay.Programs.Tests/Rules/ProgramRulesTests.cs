using System.Collections.Immutable;
using static Assay.Programs.ProgramErrorCodes;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>Every rule that needs no weights: a program just inside it, and the code of one just outside.</summary>
public sealed class ProgramRulesTests
{
    private static readonly ProgramOutput LastOfOne = new("y", 1, 1);

    [Fact]
    public void Names_AreUnicodeOfOneTo256Bytes()
    {
        foreach ((string name, string? code) in new[] { ("", Name), ("a", null), ("é漢😀", null), ("\ud800", Name), ("a\udc00", Name) })
        {
            Check(code, [Input(name, Wide(1))], [], [new("y", 0, 1)]);
            Check(code, [Input("x", Wide(1))], [], [new(name, 0, 1)]);
        }
    }

    [Fact]
    public void Names_LengthCountsUtf8Bytes()
    {
        Check(null, [Input(new string('é', 128), Wide(1))], [], [new(new string('a', 256), 0, 1)]);
        Check(Name, [Input(new string('é', 128) + "a", Wide(1))], [], [new("y", 0, 1)]);
        Check(Name, [Input("x", Wide(1))], [], [new(new string('a', 257), 0, 1)]);
    }

    [Fact]
    public void Names_DifferAmongInputsAndAmongOutputs()
    {
        Check(null, [Input("x", Wide(1))], [], [new("x", 0, 1)]);
        Check(Name, [Input("x", Wide(1)), Input("x", Wide(1))], [], [new("y", 0, 1)]);
        Check(Name, [Input("x", Wide(1))], [], [new("y", 0, 1), new("y", 0, 2)]);
    }

    [Fact]
    public void Counts_AreLimited()
    {
        ImmutableArray<ProgramInput> one = [Input("x", Wide(1))];
        ImmutableArray<ProgramInput> most = [.. Enumerable.Range(0, 64).Select(i => Input($"x{i}", Wide(1)))];
        ImmutableArray<ProgramOutput> outputs = [.. Enumerable.Range(0, 64).Select(i => new ProgramOutput($"y{i}", 0, 1))];
        ImmutableArray<Operation> operations = [.. Enumerable.Range(0, 4096).Select(i => new ReshapeOperation(i, Wide(1)))];
        ImmutableArray<WeightTensor> weights = [.. Enumerable.Repeat(new WeightTensor(WeightType.I8, [1]), 8192)];
        ImmutableArray<LookupTable> tables = [.. Enumerable.Repeat(new LookupTable([0]), 4096)];
        Check(null, most, operations, outputs, weights, tables);
        Check(Limit, [], [], outputs);
        Check(Limit, [.. most, Input("z", Wide(1))], [], outputs);
        Check(Limit, one, [], []);
        Check(Limit, one, [], [.. outputs, new("z", 0, 1)]);
        Check(Limit, one, [.. operations, new ReshapeOperation(0, Wide(1))], outputs);
        Check(Limit, one, [], outputs, [.. weights, new(WeightType.I8, [1])]);
        Check(Limit, one, [], outputs, [], [.. tables, new([0])]);
    }

    [Fact]
    public void Shapes_HaveOneToEightAxesOfAtLeastOne()
    {
        CheckInput(null, Wide(1, 1, 1, 1, 1, 1, 1, 2));
        CheckInput(Shape, Wide());
        CheckInput(Shape, Wide(1, 1, 1, 1, 1, 1, 1, 1, 1));
        CheckInput(Shape, Wide(0));
        CheckInput(Shape, Wide(5, -1));
        CheckInput(Shape, Wide(int.MinValue, int.MaxValue));
        CheckWeight(Shape, [2, 0]);
        CheckWeight(Shape, []);
    }

    [Fact]
    public void Elements_OfAllValuesTogether_AreLimited()
    {
        CheckInput(null, Wide(1 << 13, 1 << 13));
        CheckInput(Limit, Wide(1 << 13, (1 << 13) + 1));
        CheckInput(Limit, Wide(int.MaxValue, int.MaxValue, int.MaxValue));
        TensorType half = Wide(1 << 25);
        Check(null, [Input("x", half)], [new ReshapeOperation(0, half)], [LastOfOne]);
        Check(Limit, [Input("x", half)], [new ReshapeOperation(0, half), new RescaleOperation(0, 1, 0, Wide(1))], [LastOfOne]);
    }

    [Fact]
    public void WeightBytes_OfAllTensorsTogether_AreLimited()
    {
        CheckWeight(null, [1 << 15, 1 << 15]);
        CheckWeight(Limit, [1 << 15, (1 << 15) + 1]);
        CheckWeight(Limit, [1 << 15, 1 << 15], WeightType.I16);
        Check(Limit, [Input("x", Wide(1))], [], [new("y", 0, 1)], [new(WeightType.I32, [1 << 28]), new(WeightType.I8, [1])]);
    }

    [Fact]
    public void Tables_HaveOneTo65536Entries_AndALimitTogether()
    {
        LookupTable longest = new([.. new short[65536]]);
        ImmutableArray<ProgramInput> x = [Input("x", Wide(1))];
        ImmutableArray<ProgramOutput> y = [new("y", 0, 1)];
        Check(null, x, [], y, [], Enumerable.Repeat(longest, 64));
        Check(Limit, x, [], y, [], [.. Enumerable.Repeat(longest, 64), new([1])]);
        Check(Table, x, [], y, [], [new([])]);
        Check(Table, x, [], y, [], [new([.. new short[65537]])]);
    }

    [Fact]
    public void Ranges_AreNotEmpty()
    {
        CheckInput(null, Type(7, 7, 1));
        CheckInput(ProgramErrorCodes.Range, Type(8, 7, 1));
        CheckOne(ProgramErrorCodes.Range, new RescaleOperation(0, 1, 0, Type(1, 0, 4)));
    }

    [Fact]
    public void Numbers_WithoutMeaning_AreRefused()
    {
        CheckWeight(Unknown, [1], (WeightType)3);
        CheckWeight(Unknown, [1], (WeightType)(-1));
        Check(Unknown, [Input("x", Wide(1), (OutOfRange)2)], [], [new("y", 0, 1)]);
    }

    [Fact]
    public void Boundary_ChannelAxisAndParameters()
    {
        CheckBoundary(null, null, [0], [1]);
        CheckBoundary(null, 0, [0, 0], [1, -1]);
        CheckBoundary(null, 1, [0, -0.0, 1e308], [1, double.Epsilon, 3]);
        CheckBoundary(ProgramErrorCodes.Boundary, 2, [0], [1]);
        CheckBoundary(ProgramErrorCodes.Boundary, -1, [0], [1]);
        CheckBoundary(ProgramErrorCodes.Boundary, 0, [0], [1]);
        CheckBoundary(ProgramErrorCodes.Boundary, null, [0, 0], [1, 1]);
        CheckBoundary(ProgramErrorCodes.Boundary, null, [0], []);
        CheckBoundary(ProgramErrorCodes.Boundary, null, [0], [0]);
        CheckBoundary(ProgramErrorCodes.Boundary, null, [0], [-0.0]);
        CheckBoundary(ProgramErrorCodes.Boundary, null, [0], [double.NaN]);
        CheckBoundary(ProgramErrorCodes.Boundary, null, [0], [double.PositiveInfinity]);
        CheckBoundary(ProgramErrorCodes.Boundary, null, [double.NaN], [1]);
        CheckBoundary(ProgramErrorCodes.Boundary, null, [double.NegativeInfinity], [1]);
    }

    [Fact]
    public void Outputs_NameAValueAndHaveAScaleWithoutSurprises()
    {
        double least = Math.ScaleB(1, -126);
        double most = Math.ScaleB(1, 111);
        CheckOutput(null, 0, least);
        CheckOutput(null, 0, most);
        CheckOutput(ProgramErrorCodes.Boundary, 0, Math.BitDecrement(least));
        CheckOutput(ProgramErrorCodes.Boundary, 0, Math.BitIncrement(most));
        CheckOutput(ProgramErrorCodes.Boundary, 0, 0);
        CheckOutput(ProgramErrorCodes.Boundary, 0, -1);
        CheckOutput(ProgramErrorCodes.Boundary, 0, double.NaN);
        CheckOutput(ProgramErrorCodes.Boundary, 0, double.PositiveInfinity);
        CheckOutput(Reference, 1, 1);
        CheckOutput(Reference, -1, 1);
    }

    [Fact]
    public void Work_IsLimited()
    {
        // 2^10 rows, 2^10 outputs of 2^15 products each: 2^35, so 32 layers are the limit.
        ImmutableArray<WeightTensor> weights = [new(WeightType.I8, [1 << 10, 1 << 15]), new(WeightType.I32, [1 << 10])];
        Operation layer = new LinearOperation(0, 0, 1, [.. new byte[1 << 10]], false, Wide(1 << 10, 1 << 10));
        ImmutableArray<ProgramInput> x = [Input("x", Wide(1 << 10, 1 << 15))];
        ExactProgram? one = ExactProgram.Create(x, weights, [], [layer], [LastOfOne], out _);
        Assert.Equal(1L << 35, one?.Work);
        ExactProgram? most = ExactProgram.Create(x, weights, [], [.. Enumerable.Repeat(layer, 30)], [LastOfOne], out _);
        Assert.Equal(30L << 35, most?.Work);

        // Kernels make the work, not the results.
        ImmutableArray<WeightTensor> kernel = [new(WeightType.I8, [1, 1, 1 << 10, 1 << 10]), new(WeightType.I32, [1])];
        ImmutableArray<ProgramInput> image = [Input("x", Wide(1, 2047, 2047))];
        Operation conv = new ConvOperation(0, 0, 1, [0], 1, 1, 1, 1, Pads.None, 1, false, Wide(1, 1 << 10, 1 << 10));
        Check(null, image, [conv], [LastOfOne], kernel);
        Check(Limit, image, [conv, new RescaleOperation(1, 1, 0, Wide(1, 1 << 10, 1 << 10))], [LastOfOne], kernel);
    }

    [Fact]
    public void EncodedBytes_AreLimited()
    {
        // Shifts may repeat for one shared pair of tensors: 65 536 bytes for each operation.
        ImmutableArray<byte> shifts = [.. new byte[1 << 16]];
        ImmutableArray<WeightTensor> weights = [new(WeightType.I8, [1 << 16, 1]), new(WeightType.I32, [1 << 16])];
        Operation layer = new LinearOperation(0, 0, 1, shifts, false, Wide(1 << 16));
        Check(null, [Input("x", Wide(1))], Enumerable.Repeat(layer, 255), [LastOfOne], weights);
        Check(Limit, [Input("x", Wide(1))], Enumerable.Repeat(layer, 256), [LastOfOne], weights);
    }

    [Fact]
    public void References_AreToLowerValues()
    {
        foreach (int x in new[] { -1, 1, 2, int.MaxValue, int.MinValue })
        {
            CheckOne(Reference, new RescaleOperation(x, 1, 0, Wide(4)));
            CheckOne(Reference, new AddOperation(x, 0, 1, 1, 0, Wide(4)));
            CheckOne(Reference, new AddOperation(0, x, 1, 1, 0, Wide(4)));
            CheckOne(Reference, new ReshapeOperation(x, Wide(4)));
            CheckOne(Reference, new LookupOperation(x, 0, Wide(4)));
            CheckOne(Reference, new SoftmaxOperation(x, 0, 1, 1, Wide(4)));
            CheckOne(Reference, new MaxPoolOperation(x, 1, 1, 1, 1, Pads.None, Wide(1, 2, 2)));
            CheckOne(Reference, new AveragePoolOperation(x, 1, 1, 1, 1, Pads.None, false, [1], 0, Wide(1, 2, 2)));
            CheckOne(Reference, new LinearOperation(x, 0, 0, [0], false, Wide(4)));
            CheckOne(Reference, new ConvOperation(x, 0, 0, [0], 1, 1, 1, 1, Pads.None, 1, false, Wide(1, 2, 2)));
        }
    }

    private static void CheckInput(string? code, TensorType type) => Check(code, [Input("x", type)], [], [new("y", 0, 1)]);

    private static void CheckWeight(string? code, ImmutableArray<int> shape, WeightType type = WeightType.I8) =>
        Check(code, [Input("x", Wide(1))], [], [new("y", 0, 1)], [new(type, shape)]);

    private static void CheckBoundary(string? code, int? axis, ImmutableArray<double> offsets, ImmutableArray<double> multipliers) =>
        Check(code, [new("x", Wide(2, 3), axis, offsets, multipliers, OutOfRange.Refuse)], [], [new("y", 0, 1)]);

    private static void CheckOutput(string? code, int value, double scale) =>
        Check(code, [Input("x", Wide(1))], [], [new("y", value, scale)]);

    private static void CheckOne(string code, Operation operation) => Check(code, [Input("x", Wide(4))], [operation], [LastOfOne]);

    private static void Check(
        string? code,
        ImmutableArray<ProgramInput> inputs,
        IEnumerable<Operation> operations,
        ImmutableArray<ProgramOutput> outputs,
        IEnumerable<WeightTensor>? weights = null,
        IEnumerable<LookupTable>? tables = null)
    {
        ExactProgram? program = ExactProgram.Create(
            inputs, [.. weights ?? []], [.. tables ?? []], [.. operations], outputs, out ProgramError? error);
        Assert.Equal(code, error?.Code);
        Assert.Equal(code is null, program is not null);
    }
}
