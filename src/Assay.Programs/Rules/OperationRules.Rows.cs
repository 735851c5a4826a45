using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>Operations along one axis.</summary>
internal sealed partial class OperationRules
{
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

    private ProgramError? CheckMatMul(MatMulOperation op)
    {
        if ((CheckValue(op.A) ?? CheckValue(op.B) ?? CheckShift(op.Shift)) is { } error)
        {
            return error;
        }

        ImmutableArray<int> a = values[op.A].Shape;
        ImmutableArray<int> b = values[op.B].Shape;
        if (a.Length < 2 || a.Length != b.Length || a[^1] != b[^2] || !a.AsSpan()[..^2].SequenceEqual(b.AsSpan()[..^2]))
        {
            return new(ProgramErrorCodes.Shape, $"[{Shapes.Text(a)}] times [{Shapes.Text(b)}]");
        }

        Work *= a[^1];
        return CheckBound((long)a[^1] * values[op.A].MaxMagnitude * values[op.B].MaxMagnitude, op.Shift)
            ?? CheckShape(op.Result, a.SetItem(a.Length - 1, b[^1]));
    }

    private ProgramError? CheckReduceSum(ReduceSumOperation op) =>
        CheckReduction(op.X, op.Axis, op.Result)
        ?? CheckMultiplier(op.Multiplier)
        ?? CheckShift(op.Shift)
        ?? CheckBound(Magnitude(op.Multiplier, op.X) * values[op.X].Shape[op.Axis], op.Shift);

    private ProgramError? CheckReduceMax(ReduceMaxOperation op) =>
        CheckReduction(op.X, op.Axis, op.Result) ?? CheckSameRange(op.X, op.Result);

    private ProgramError? CheckRootSum(RootSumOperation op) =>
        CheckReduction(op.X, op.Axis, op.Result)
        ?? CheckShift(op.Bits)
        ?? CheckShift(op.Shift)
        ?? CheckWide(SumOfSquares(values[op.X].Shape[op.Axis], values[op.X].MaxMagnitude) << (2 * op.Bits));

    /// <summary>One axis becomes one place, at the cost of its length.</summary>
    private ProgramError? CheckReduction(int x, int axis, TensorType result)
    {
        if (CheckAxis(x, axis) is { } error)
        {
            return error;
        }

        Work *= values[x].Shape[axis];
        return CheckShape(result, values[x].Shape.SetItem(axis, 1));
    }

    private ProgramError? CheckNormalize(NormalizeOperation op)
    {
        if (CheckValue(op.X) is { } error)
        {
            return error;
        }

        if (op.Epsilon < 1 || op.RootBits > ProgramLimits.RootBits || op.Shift > op.RootBits)
        {
            return new(ProgramErrorCodes.Parameter, $"e = {op.Epsilon}, {op.RootBits} root bits, shift {op.Shift}");
        }

        TensorType x = values[op.X];
        int n = x.Shape[^1];
        long deviation = op.Center ? (long)n * (x.Hi - x.Lo) : x.MaxMagnitude;
        return CheckWide(op.Epsilon + SumOfSquares(n, deviation)) ?? CheckShape(op.Result, x.Shape);
    }

    private ProgramError? CheckTopK(TopKOperation op)
    {
        if (CheckValue(op.X) is { } error)
        {
            return error;
        }

        TensorType x = values[op.X];
        int n = x.Shape[^1];
        if (op.K < 1 || op.K > n || (op.Indices && n > ProgramLimits.IndexedLength))
        {
            return new(ProgramErrorCodes.Parameter, $"{op.K} first {(op.Indices ? "places" : "elements")} of {n}");
        }

        Work *= n;
        TensorType expected = op.Indices ? new(x.Shape, 0, (short)(n - 1)) : x;
        return CheckSameRange(expected, op.Result) ?? CheckShape(op.Result, x.Shape.SetItem(x.Shape.Length - 1, op.K));
    }

    // Counts and deviations may be those of a hostile program: 128 bits hold them all.
    private static Int128 SumOfSquares(int count, long magnitude) => (Int128)count * magnitude * magnitude;

    private static ProgramError? CheckWide(Int128 magnitude) =>
        magnitude <= ProgramLimits.WideMagnitude
            ? null
            : new(ProgramErrorCodes.Bounds, $"{magnitude} is more than 2^62");
}
