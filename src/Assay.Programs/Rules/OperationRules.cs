using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>The rules of one operation, given the types of the values before it.</summary>
internal sealed partial class OperationRules(
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
            MulOperation mul => CheckMul(mul),
            MatMulOperation matMul => CheckMatMul(matMul),
            AffineOperation affine => CheckAffine(affine),
            ReduceSumOperation reduce => CheckReduceSum(reduce),
            ReduceMaxOperation reduce => CheckReduceMax(reduce),
            MaxOperation max => CheckMeeting(max.A, max.B, max.Result),
            MinOperation min => CheckMeeting(min.A, min.B, min.Result),
            DivideOperation divide => CheckDivide(divide),
            NormalizeOperation normalize => CheckNormalize(normalize),
            RootSumOperation root => CheckRootSum(root),
            SelectOperation select => CheckSelect(select),
            TopKOperation topK => CheckTopK(topK),
            TransposeOperation transpose => CheckTranspose(transpose),
            SliceOperation slice => CheckSlice(slice),
            GatherOperation gather => CheckGather(gather),
            ConcatOperation concat => CheckConcat(concat),
            PadOperation pad => CheckPad(pad),
            EmbeddingOperation embedding => CheckEmbedding(embedding),
            ConstantOperation constant => CheckConstant(constant),
            _ => throw new ArgumentException("No such operation.", nameof(operation)),
        };
    }

    private ProgramError? CheckValue(int value) =>
        value >= 0 && value < values.Count ? null : new(ProgramErrorCodes.Reference, $"value {value}");

    private ProgramError? CheckAxis(int x, int axis) =>
        CheckValue(x) ?? (axis >= 0 && axis < values[x].Shape.Length
            ? null
            : new(ProgramErrorCodes.Parameter, $"axis {axis} of [{Shapes.Text(values[x].Shape)}]"));

    private ProgramError? CheckImage(int value) =>
        CheckValue(value) ?? (values[value].Shape.Length == 3
            ? null
            : new(ProgramErrorCodes.Shape, $"[{Shapes.Text(values[value].Shape)}] isn't an image"));

    private ProgramError? CheckTable(int table, int x) =>
        table < 0 || table >= tables.Length ? new(ProgramErrorCodes.Reference, $"table {table}")
        : tables[table].Values.Length != values[x].Span
            ? new(ProgramErrorCodes.Table, $"{tables[table].Values.Length} entries for {values[x].Lo}..{values[x].Hi}")
        : null;

    private ProgramError? CheckSameRange(int x, TensorType result) => CheckSameRange(values[x], result);

    private static ProgramError? CheckSameRange(TensorType x, TensorType result) =>
        result.Lo == x.Lo && result.Hi == x.Hi
            ? null
            : new(ProgramErrorCodes.Range, $"{result.Lo}..{result.Hi} instead of {x.Lo}..{x.Hi}");

    /// <summary>The result's range isn't given by the operands, but has to hold what is only moved.</summary>
    private static ProgramError? CheckContains(TensorType result, int lo, int hi) =>
        result.Lo <= lo && result.Hi >= hi
            ? null
            : new(ProgramErrorCodes.Range, $"{result.Lo}..{result.Hi} for elements of {lo}..{hi}");

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
