using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>The rules of one operation, given the types of the values before it.</summary>
internal sealed class OperationRules(
    IReadOnlyList<TensorType> values,
    ImmutableArray<WeightTensor> weights,
    ImmutableArray<LookupTable> tables,
    IReadOnlyList<(short Min, short Max)> tableRanges)
{
    /// <summary>Multiply-adds per item of the operation that was checked without an error.</summary>
    public long Work { get; private set; }

    public ProgramError? Check(Operation operation)
    {
        Work = operation.Result.Count;
        return operation switch
        {
            LinearOperation linear => CheckLinear(linear),
            ConvOperation conv => CheckConv(conv),
            LookupOperation lookup => CheckLookup(lookup),
            RescaleOperation rescale => CheckRescale(rescale),
            AddOperation add => CheckAdd(add),
            MaxPoolOperation pool => CheckMaxPool(pool),
            AveragePoolOperation pool => CheckAveragePool(pool),
            SoftmaxOperation softmax => CheckSoftmax(softmax),
            ReshapeOperation reshape => CheckReshape(reshape),
            _ => throw new ArgumentException("No such operation.", nameof(operation)),
        };
    }

    private ProgramError? CheckLinear(LinearOperation op)
    {
        if (CheckValue(op.X) is { } missing)
        {
            return missing;
        }

        ImmutableArray<int> x = values[op.X].Shape;
        if (CheckLayer(op.Weights, 2, op.Bias, op.Shifts) is { } error)
        {
            return error;
        }

        ImmutableArray<int> w = weights[op.Weights].Shape;
        if (w[1] != x[^1])
        {
            return new(ProgramErrorCodes.WeightTensor, $"[{Shapes.Text(w)}] for an operand [{Shapes.Text(x)}]");
        }

        Work *= w[1];
        return CheckShape(op.Result, x.SetItem(x.Length - 1, w[0]));
    }

    private ProgramError? CheckConv(ConvOperation op)
    {
        if ((CheckImage(op.X) ?? CheckLayer(op.Weights, 4, op.Bias, op.Shifts)) is { } error)
        {
            return error;
        }

        ImmutableArray<int> x = values[op.X].Shape;
        ImmutableArray<int> w = weights[op.Weights].Shape;
        if (op.Groups < 1 || x[0] % op.Groups != 0 || w[0] % op.Groups != 0)
        {
            return new(ProgramErrorCodes.Parameter, $"{op.Groups} groups of {x[0]} input and {w[0]} output channels");
        }

        if (w[1] != x[0] / op.Groups)
        {
            return new(ProgramErrorCodes.WeightTensor, $"[{Shapes.Text(w)}] for an operand [{Shapes.Text(x)}] in {op.Groups} groups");
        }

        if (!InWindowLimits(w[2], w[3], op.StrideY, op.StrideX, op.DilationY, op.DilationX, op.Pads))
        {
            return new(ProgramErrorCodes.Parameter, "kernel, strides, dilations or pads");
        }

        long height = Extent(x[1], w[2], op.StrideY, op.DilationY, op.Pads.Top, op.Pads.Bottom);
        long width = Extent(x[2], w[3], op.StrideX, op.DilationX, op.Pads.Left, op.Pads.Right);
        Work *= (long)w[1] * w[2] * w[3];
        return CheckImageShape(op.Result, w[0], height, width);
    }

    /// <summary>What linear layers and convolutions share: tensors that exist, with the right types, ranks and lengths.</summary>
    private ProgramError? CheckLayer(int weight, int rank, int bias, ImmutableArray<byte> shifts)
    {
        if (weight < 0 || weight >= weights.Length || bias < 0 || bias >= weights.Length)
        {
            return new(ProgramErrorCodes.Reference, $"weight tensors {weight} and {bias}");
        }

        WeightTensor w = weights[weight];
        if (w.Type == WeightType.I32 || w.Shape.Length != rank)
        {
            return new(ProgramErrorCodes.WeightTensor, $"weights of type {w.Type} [{Shapes.Text(w.Shape)}]");
        }

        WeightTensor b = weights[bias];
        if (b.Type != WeightType.I32 || b.Shape.Length != 1 || b.Shape[0] != w.Shape[0])
        {
            return new(ProgramErrorCodes.WeightTensor, $"bias of type {b.Type} [{Shapes.Text(b.Shape)}]");
        }

        return shifts.Length != w.Shape[0] || shifts.Any(shift => shift > ProgramLimits.Shift)
            ? new(ProgramErrorCodes.Parameter, $"{w.Shape[0]} shifts of 0 to {ProgramLimits.Shift} are needed")
            : null;
    }

    private ProgramError? CheckLookup(LookupOperation op)
    {
        if ((CheckValue(op.X) ?? CheckTable(op.Table, op.X)) is { } error)
        {
            return error;
        }

        (short min, short max) = tableRanges[op.Table];
        return min < op.Result.Lo || max > op.Result.Hi
            ? new(ProgramErrorCodes.Table, $"entries {min}..{max} in a result of {op.Result.Lo}..{op.Result.Hi}")
            : CheckShape(op.Result, values[op.X].Shape);
    }

    private ProgramError? CheckRescale(RescaleOperation op) =>
        CheckValue(op.X)
        ?? CheckMultiplier(op.Multiplier)
        ?? CheckShift(op.Shift)
        ?? CheckBound(Magnitude(op.Multiplier, op.X), op.Shift)
        ?? CheckShape(op.Result, values[op.X].Shape);

    private ProgramError? CheckAdd(AddOperation op) =>
        CheckValue(op.A)
        ?? CheckValue(op.B)
        ?? CheckMultiplier(op.MultiplierA)
        ?? CheckMultiplier(op.MultiplierB)
        ?? CheckShift(op.Shift)
        ?? CheckBound(Magnitude(op.MultiplierA, op.A) + Magnitude(op.MultiplierB, op.B), op.Shift)
        ?? CheckShape(op.Result, values[op.A].Shape)
        ?? CheckShape(op.Result, values[op.B].Shape);

    private ProgramError? CheckMaxPool(MaxPoolOperation op) =>
        CheckImage(op.X)
        ?? CheckPool(op.X, op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads, op.Result)
        ?? CheckSameRange(op.X, op.Result);

    private ProgramError? CheckAveragePool(AveragePoolOperation op)
    {
        ProgramError? error = CheckImage(op.X)
            ?? CheckPool(op.X, op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads, op.Result)
            ?? CheckShift(op.Shift);
        if (error is not null)
        {
            return error;
        }

        ImmutableArray<int> x = values[op.X].Shape;
        ImmutableArray<int> counts = AveragePoolOperation.PossibleCounts(
            x[1], x[2], op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads, op.CountPadding);
        if (op.Multipliers.Length != counts.Length)
        {
            return new(ProgramErrorCodes.Parameter, $"{op.Multipliers.Length} multipliers for {counts.Length} counts");
        }

        for (int i = 0; i < counts.Length; i++)
        {
            error = CheckMultiplier(op.Multipliers[i]) ?? CheckBound(Magnitude(op.Multipliers[i], op.X) * counts[i], op.Shift);
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private ProgramError? CheckSoftmax(SoftmaxOperation op)
    {
        if ((CheckValue(op.X) ?? CheckTable(op.Table, op.X)) is { } error)
        {
            return error;
        }

        return tables[op.Table].Values[0] < 1 || tableRanges[op.Table].Min < 0
                ? new(ProgramErrorCodes.Table, "entries are 0 to 32767, the first at least 1")
            : op.ReciprocalBits > ProgramLimits.ReciprocalBits || op.Shift > op.ReciprocalBits
                ? new(ProgramErrorCodes.Parameter, $"{op.ReciprocalBits} reciprocal bits, shift {op.Shift}")
            : CheckShape(op.Result, values[op.X].Shape);
    }

    private ProgramError? CheckReshape(ReshapeOperation op) =>
        CheckValue(op.X)
        ?? CheckSameRange(op.X, op.Result)
        ?? (op.Result.Count == values[op.X].Count
            ? null
            : new(ProgramErrorCodes.Shape, $"{values[op.X].Count} elements as [{Shapes.Text(op.Result.Shape)}]"));

    private ProgramError? CheckPool(int x, int kernelY, int kernelX, int strideY, int strideX, Pads pads, TensorType result)
    {
        ImmutableArray<int> shape = values[x].Shape;
        if (!InWindowLimits(kernelY, kernelX, strideY, strideX, 1, 1, pads)
            || Math.Max(pads.Top, pads.Bottom) >= kernelY
            || Math.Max(pads.Left, pads.Right) >= kernelX)
        {
            return new(ProgramErrorCodes.Parameter, "kernel, strides or pads");
        }

        if ((long)kernelY * kernelX > ProgramLimits.PoolArea)
        {
            return new(ProgramErrorCodes.Limit, $"window of {kernelY} x {kernelX}");
        }

        Work *= kernelY * kernelX;
        return CheckImageShape(
            result,
            shape[0],
            Extent(shape[1], kernelY, strideY, 1, pads.Top, pads.Bottom),
            Extent(shape[2], kernelX, strideX, 1, pads.Left, pads.Right));
    }

    /// <summary>Windows along one axis; none or less where the window is longer than the padded axis.</summary>
    private static long Extent(int length, int kernel, int stride, int dilation, int padBefore, int padAfter)
    {
        long room = (long)length + padBefore + padAfter - (((long)kernel - 1) * dilation) - 1;
        return room < 0 ? 0 : (room / stride) + 1;
    }

    private static bool InWindowLimits(
        int kernelY, int kernelX, int strideY, int strideX, int dilationY, int dilationX, Pads pads) =>
        IsPositive(kernelY) && IsPositive(kernelX) && IsPositive(strideY) && IsPositive(strideX)
        && IsPositive(dilationY) && IsPositive(dilationX)
        && IsPad(pads.Top) && IsPad(pads.Left) && IsPad(pads.Bottom) && IsPad(pads.Right);

    private static bool IsPositive(int value) => value is >= 1 and <= ProgramLimits.WindowParameter;

    private static bool IsPad(int value) => value is >= 0 and <= ProgramLimits.WindowParameter;

    private ProgramError? CheckValue(int value) =>
        value >= 0 && value < values.Count ? null : new(ProgramErrorCodes.Reference, $"value {value}");

    private ProgramError? CheckImage(int value) =>
        CheckValue(value) ?? (values[value].Shape.Length == 3
            ? null
            : new(ProgramErrorCodes.Shape, $"[{Shapes.Text(values[value].Shape)}] isn't an image"));

    private ProgramError? CheckTable(int table, int x) =>
        table < 0 || table >= tables.Length ? new(ProgramErrorCodes.Reference, $"table {table}")
        : tables[table].Values.Length != values[x].Span
            ? new(ProgramErrorCodes.Table, $"{tables[table].Values.Length} entries for {values[x].Lo}..{values[x].Hi}")
        : null;

    private ProgramError? CheckSameRange(int x, TensorType result) =>
        result.Lo == values[x].Lo && result.Hi == values[x].Hi
            ? null
            : new(ProgramErrorCodes.Range, $"{result.Lo}..{result.Hi} instead of {values[x].Lo}..{values[x].Hi}");

    private static ProgramError? CheckShape(TensorType result, ImmutableArray<int> expected) =>
        result.Shape.AsSpan().SequenceEqual(expected.AsSpan())
            ? null
            : new(ProgramErrorCodes.Shape, $"[{Shapes.Text(result.Shape)}] instead of [{Shapes.Text(expected)}]");

    private static ProgramError? CheckImageShape(TensorType result, int channels, long height, long width) =>
        result.Shape.Length == 3 && result.Shape[0] == channels && result.Shape[1] == height && result.Shape[2] == width
            ? null
            : new(ProgramErrorCodes.Shape, $"[{Shapes.Text(result.Shape)}] instead of [{channels},{height},{width}]");

    private static ProgramError? CheckMultiplier(short multiplier) =>
        multiplier is 0 or short.MinValue ? new(ProgramErrorCodes.Parameter, $"multiplier {multiplier}") : null;

    private static ProgramError? CheckShift(byte shift) =>
        shift > ProgramLimits.Shift ? new(ProgramErrorCodes.Parameter, $"shift {shift}") : null;

    private long Magnitude(short multiplier, int x) => (long)Math.Abs((int)multiplier) * values[x].MaxMagnitude;

    private static ProgramError? CheckBound(long magnitude, byte shift) =>
        magnitude + AccumulatorRule.RoundingConstant(shift) <= AccumulatorRule.Limit
            ? null
            : new(ProgramErrorCodes.Bounds, $"magnitude {magnitude} before a shift by {shift}");
}
