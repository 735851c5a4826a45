using System.Collections.Immutable;
using static Assay.Programs.ProgramErrorCodes;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>The rules of each operation: a program just inside each, and the code of one just outside.</summary>
public sealed class OperationRulesTests
{
    [Fact]
    public void Linear_TensorsAndShape()
    {
        LinearOperation good = new(0, 0, 1, [0, 30], false, Wide(3, 2));
        ImmutableArray<WeightTensor> weights = [Tensor(WeightType.I8, 2, 4), Tensor(WeightType.I32, 2), Tensor(WeightType.I32, 2, 1)];
        TensorType x = Wide(3, 4);
        Check(null, x, good, weights);
        Check(Reference, x, good with { Weights = 3 }, weights);
        Check(Reference, x, good with { Weights = -1 }, weights);
        Check(Reference, x, good with { Bias = 3 }, weights);
        Check(Reference, x, good with { Bias = -1 }, weights);
        Check(ProgramErrorCodes.WeightTensor, x, good with { Weights = 1 }, weights);
        Check(ProgramErrorCodes.WeightTensor, x, good with { Bias = 0 }, weights);
        Check(ProgramErrorCodes.WeightTensor, x, good with { Bias = 2 }, weights);
        Check(ProgramErrorCodes.WeightTensor, x, good, weights.SetItem(0, Tensor(WeightType.I32, 2, 4)));
        Check(ProgramErrorCodes.WeightTensor, x, good, weights.SetItem(0, Tensor(WeightType.I8, 2, 3)));
        Check(ProgramErrorCodes.WeightTensor, x, good, weights.SetItem(0, Tensor(WeightType.I8, 2, 4, 1)));
        Check(ProgramErrorCodes.WeightTensor, x, good, weights.SetItem(1, Tensor(WeightType.I16, 2)));
        Check(ProgramErrorCodes.WeightTensor, x, good, weights.SetItem(1, Tensor(WeightType.I32, 3)));
        Check(Parameter, x, good with { Shifts = [0] }, weights);
        Check(Parameter, x, good with { Shifts = [0, 0, 0] }, weights);
        Check(Parameter, x, good with { Shifts = [0, 31] }, weights);
        Check(Shape, x, good with { Result = Wide(3, 4) }, weights);
        Check(Shape, x, good with { Result = Wide(2) }, weights);
        Check(Shape, x, good with { Result = Wide(1, 3, 2) }, weights);
    }

    [Fact]
    public void Conv_TensorsGroupsAndShape()
    {
        ConvOperation good = new(0, 0, 1, [0, 0, 0, 0], 2, 1, 1, 2, new(1, 0, 0, 3), 2, false, Wide(4, 3, 6));
        ImmutableArray<WeightTensor> weights = [Tensor(WeightType.I16, 4, 3, 2, 3), Tensor(WeightType.I32, 4)];
        TensorType x = Wide(6, 5, 7);
        Check(null, x, good, weights);
        Check(Shape, Wide(6, 35), good, weights);
        Check(ProgramErrorCodes.WeightTensor, x, good, weights.SetItem(0, Tensor(WeightType.I16, 4, 3, 6)));
        Check(ProgramErrorCodes.WeightTensor, x, good, weights.SetItem(0, Tensor(WeightType.I16, 4, 6, 2, 3)));
        Check(ProgramErrorCodes.WeightTensor, x, good with { Groups = 1 }, weights);
        Check(Parameter, x, good with { Groups = 3 }, weights);
        Check(Parameter, x, good with { Groups = 4 }, weights);
        Check(Parameter, x, good with { Groups = 0 }, weights);
        Check(Parameter, x, good with { Groups = -2 }, weights);
        Check(Parameter, x, good with { Shifts = [0, 0, 0] }, weights);
        Check(Shape, x, good with { Result = Wide(4, 3, 7) }, weights);
        Check(Shape, x, good with { Result = Wide(4, 2, 6) }, weights);
        Check(Shape, x, good with { Result = Wide(2, 3, 6) }, weights);
        Check(Shape, x, good with { Result = Wide(4, 18) }, weights);
    }

    [Fact]
    public void Conv_WindowParameters()
    {
        ConvOperation good = new(0, 0, 1, [0], 1, 1, 1, 1, Pads.None, 1, false, Wide(1, 1, 1));
        ImmutableArray<WeightTensor> weights = [Tensor(WeightType.I8, 1, 1, 1, 1), Tensor(WeightType.I32, 1)];
        TensorType x = Wide(1, 1, 1);
        Check(null, x, good with { StrideY = 65535, StrideX = 65535, DilationY = 65535, DilationX = 65535 }, weights);
        Check(Parameter, x, good with { StrideY = 65536 }, weights);
        Check(Parameter, x, good with { StrideX = 0 }, weights);
        Check(Parameter, x, good with { StrideY = -1 }, weights);
        Check(Parameter, x, good with { DilationY = 0 }, weights);
        Check(Parameter, x, good with { DilationX = 65536 }, weights);
        Check(Parameter, x, good with { Pads = new(-1, 0, 0, 0) }, weights);
        Check(Parameter, x, good with { Pads = new(0, -1, 0, 0) }, weights);
        Check(Parameter, x, good with { Pads = new(0, 0, 65536, 0) }, weights);
        Check(Parameter, x, good with { Pads = new(0, 0, 0, int.MaxValue) }, weights);
        Check(null, x, good with { Pads = new(65535, 0, 0, 0), StrideY = 65535, Result = Wide(1, 2, 1) }, weights);

        // A window longer than the padded image has no place.
        ImmutableArray<WeightTensor> wide = weights.SetItem(0, Tensor(WeightType.I8, 1, 1, 1, 2));
        Check(Shape, x, good, wide);
        Check(null, x, good with { Pads = new(0, 1, 0, 0) }, wide);
        Check(Shape, x, good with { Pads = new(0, 1, 0, 0), DilationX = 65535 }, wide);
    }

    [Fact]
    public void Lookup_TableOverTheRange()
    {
        LookupOperation good = new(0, 0, Type(-1, 3, 2));
        TensorType x = Type(-1, 1, 2);
        LookupTable table = new([-1, 0, 3]);
        Check(null, x, good, [], table);
        Check(Reference, x, good with { Table = 1 }, [], table);
        Check(Reference, x, good with { Table = -1 }, [], table);
        Check(Table, x, good, [], new LookupTable([-1, 0]));
        Check(Table, x, good, [], new LookupTable([-1, 0, 3, 3]));
        Check(Table, x, good, [], new LookupTable([-1, 0, 4]));
        Check(Table, x, good, [], new LookupTable([-2, 0, 3]));
        Check(Shape, x, good with { Result = Type(-1, 3, 1, 2) }, [], table);
        Check(null, Wide(1), new LookupOperation(0, 0, Wide(1)), [], new LookupTable([.. new short[65536]]));
    }

    [Fact]
    public void Rescale_Parameters()
    {
        RescaleOperation good = new(0, 1, 0, Wide(2));
        TensorType x = Type(-1, 1, 2);
        Check(null, x, good with { Multiplier = -32767, Shift = 30 });
        Check(Parameter, x, good with { Multiplier = 0 });
        Check(Parameter, x, good with { Multiplier = -32768 });
        Check(Parameter, x, good with { Shift = 31 });
        Check(Shape, x, good with { Result = Wide(3) });
        Check(Shape, x, good with { Result = Wide(2, 1) });
    }

    [Fact]
    public void Add_Parameters()
    {
        AddOperation good = new(0, 0, 32767, -32767, 30, Wide(2));
        TensorType x = Type(-1, 1, 2);
        Check(null, x, good);
        Check(Parameter, x, good with { MultiplierA = 0 });
        Check(Parameter, x, good with { MultiplierA = -32768 });
        Check(Parameter, x, good with { MultiplierB = 0 });
        Check(Parameter, x, good with { MultiplierB = -32768 });
        Check(Parameter, x, good with { Shift = 31 });
        Check(Shape, x, good with { Result = Wide(1, 2) });
        ExactProgram.Create(
            [Input("a", Wide(2)), Input("b", Wide(1, 2))],
            [],
            [],
            [new AddOperation(0, 1, 1, 1, 0, Wide(2))],
            [new("y", 2, 1)],
            out ProgramError? error);
        Assert.Equal(Shape, error?.Code);
    }

    [Fact]
    public void MaxPool_Parameters()
    {
        MaxPoolOperation good = new(0, 2, 3, 2, 1, new(1, 2, 0, 2), Type(-5, 5, 2, 2, 6));
        TensorType x = Type(-5, 5, 2, 3, 4);
        Check(null, x, good);
        Check(Shape, Type(-5, 5, 6, 4), good);
        Check(Parameter, x, good with { Pads = new(2, 0, 0, 0) });
        Check(Parameter, x, good with { Pads = new(0, 3, 0, 0) });
        Check(Parameter, x, good with { Pads = new(0, 0, 2, 0) });
        Check(Parameter, x, good with { Pads = new(0, 0, 0, 3) });
        Check(Parameter, x, good with { Pads = new(0, 0, 0, -1) });
        Check(Parameter, x, good with { KernelY = 0 });
        Check(Parameter, x, good with { KernelX = 65536 });
        Check(Parameter, x, good with { StrideY = 0 });
        Check(Parameter, x, good with { StrideX = -1 });
        Check(ProgramErrorCodes.Range, x, good with { Result = Type(-5, 6, 2, 2, 6) });
        Check(ProgramErrorCodes.Range, x, good with { Result = Type(-4, 5, 2, 2, 6) });
        Check(Shape, x, good with { Result = Type(-5, 5, 2, 2, 5) });
        Check(Shape, x, good with { Result = Type(-5, 5, 1, 2, 6) });
        Check(Shape, x, good with { KernelY = 5 });
    }

    [Fact]
    public void Pools_WindowIsLimited()
    {
        TensorType x = Type(0, 1, 1, 1024, 1025);
        Check(null, x, new MaxPoolOperation(0, 1024, 1024, 1, 1, Pads.None, Type(0, 1, 1, 1, 2)));
        Check(Limit, x, new MaxPoolOperation(0, 1024, 1025, 1, 1, Pads.None, Type(0, 1, 1, 1, 1)));
        Check(null, x, new AveragePoolOperation(0, 1024, 1024, 1, 1, Pads.None, false, [1], 0, Type(0, 1, 1, 1, 2)));
        Check(Limit, x, new AveragePoolOperation(0, 1024, 1025, 1, 1, Pads.None, false, [1], 0, Type(0, 1, 1, 1, 1)));
    }

    [Fact]
    public void AveragePool_Parameters()
    {
        AveragePoolOperation good = new(0, 2, 2, 1, 1, new(1, 1, 0, 0), false, [4, -32767, 1], 2, Wide(1, 2, 2));
        TensorType x = Type(-5, 5, 1, 2, 2);
        Check(null, x, good);
        Check(null, x, good with { CountPadding = true, Multipliers = [1] });
        Check(Shape, Type(-5, 5, 4), good);
        Check(Parameter, x, good with { CountPadding = true });
        Check(Parameter, x, good with { Multipliers = [1, 1] });
        Check(Parameter, x, good with { Multipliers = [1, 1, 1, 1] });
        Check(Parameter, x, good with { Multipliers = [1, 0, 1] });
        Check(Parameter, x, good with { Multipliers = [1, -32768, 1] });
        Check(Parameter, x, good with { Shift = 31 });
        Check(Parameter, x, good with { Pads = new(2, 0, 0, 0) });
        Check(Parameter, x, good with { KernelX = 0 });
        Check(Shape, x, good with { Result = Wide(1, 2, 1) });
    }

    [Fact]
    public void Softmax_TableAndBits()
    {
        SoftmaxOperation good = new(0, 0, 46, 46, Wide(2));
        TensorType x = Type(-1, 1, 2);
        LookupTable table = new([1, 0, 32767]);
        Check(null, x, good, [], table);
        Check(null, x, good with { ReciprocalBits = 0, Shift = 0 }, [], table);
        Check(Reference, x, good with { Table = 1 }, [], table);
        Check(Table, x, good, [], new LookupTable([1, 0]));
        Check(Table, x, good, [], new LookupTable([1, 0, 0, 0]));
        Check(Table, x, good, [], new LookupTable([0, 1, 1]));
        Check(Table, x, good, [], new LookupTable([1, -1, 1]));
        Check(Parameter, x, good with { ReciprocalBits = 47 }, [], table);
        Check(Parameter, x, good with { ReciprocalBits = 45 }, [], table);
        Check(Shape, x, good with { Result = Wide(1, 2) }, [], table);
    }

    [Fact]
    public void Reshape_CountAndRange()
    {
        TensorType x = Type(-1, 1, 2, 6);
        Check(null, x, new ReshapeOperation(0, Type(-1, 1, 3, 4)));
        Check(Shape, x, new ReshapeOperation(0, Type(-1, 1, 13)));
        Check(ProgramErrorCodes.Range, x, new ReshapeOperation(0, Type(-2, 1, 12)));
        Check(ProgramErrorCodes.Range, x, new ReshapeOperation(0, Type(-1, 0, 12)));
    }

    [Fact]
    public void Blob_LengthMustBeTheDeclared()
    {
        ExactProgram? program = ExactProgram.Create(
            [Input("x", Wide(1))],
            [Tensor(WeightType.I8, 3), Tensor(WeightType.I16, 2), Tensor(WeightType.I32, 1)],
            [],
            [],
            [new("y", 0, 1)],
            out _);
        Assert.NotNull(program);
        Assert.Equal(11, program.WeightBytes);
        foreach (int length in new[] { 0, 10, 12 })
        {
            Assert.Null(WeightsBlob.Create(program, new byte[length], out ProgramError? error));
            Assert.Equal(BlobLength, error?.Code);
        }

        byte[] bytes = [0xFF, 0x7F, 0x80, 0x01, 0x80, 0xFF, 0x7F, 0x04, 0x03, 0x02, 0x81];
        WeightsBlob? blob = WeightsBlob.Create(program, bytes, out _);
        Assert.NotNull(blob);
        Assert.Equal([-1, 127, -128], blob.Elements(0));
        Assert.Equal([-32767, 32767], blob.Elements(1));
        Assert.Equal([unchecked((int)0x81020304)], blob.Elements(2));
        Assert.Equal<byte>([0x01, 0x80, 0xFF, 0x7F], blob.Bytes(1).ToArray());
        Assert.Equal<IEnumerable<byte>>(bytes, [
            .. WeightsBlob.Pack(WeightType.I8, blob.Elements(0)),
            .. WeightsBlob.Pack(WeightType.I16, blob.Elements(1)),
            .. WeightsBlob.Pack(WeightType.I32, blob.Elements(2))]);
        Assert.Throws<OverflowException>(() => WeightsBlob.Pack(WeightType.I8, [128]));
        Assert.Throws<OverflowException>(() => WeightsBlob.Pack(WeightType.I16, [-32769]));
    }

    private static WeightTensor Tensor(WeightType type, params int[] shape) => new(type, [.. shape]);

    private static void Check(
        string? code, TensorType x, Operation operation, IEnumerable<WeightTensor>? weights = null, params LookupTable[] tables)
    {
        ExactProgram? program = ExactProgram.Create(
            [Input("x", x)], [.. weights ?? []], [.. tables], [operation], [new("y", 1, 1)], out ProgramError? error);
        Assert.Equal(code, error?.Code);
        Assert.Equal(code is null, program is not null);
    }
}
