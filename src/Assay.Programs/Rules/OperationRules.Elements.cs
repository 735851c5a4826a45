using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>Operations element by element.</summary>
internal sealed partial class OperationRules
{
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
        ?? CheckMeeting(op.A, op.B, op.Result);

    private ProgramError? CheckMul(MulOperation op) =>
        CheckMeeting(op.A, op.B, op.Result)
        ?? CheckShift(op.Shift)
        ?? CheckBound((long)values[op.A].MaxMagnitude * values[op.B].MaxMagnitude, op.Shift);

    // No bound to check: |a|*2^(k+1) + b stays below 2^47.
    private ProgramError? CheckDivide(DivideOperation op) =>
        CheckMeeting(op.A, op.B, op.Result)
        ?? CheckShift(op.Bits)
        ?? (values[op.B].Lo < 1
            ? new(ProgramErrorCodes.Range, $"a divisor of {values[op.B].Lo}..{values[op.B].Hi}")
            : null);

    private ProgramError? CheckSelect(SelectOperation op)
    {
        if ((CheckValue(op.Condition) ?? CheckValue(op.A) ?? CheckValue(op.B)) is { } error)
        {
            return error;
        }

        ImmutableArray<int> condition = values[op.Condition].Shape;
        return Broadcast.Shape(values[op.A].Shape, values[op.B].Shape) is { } both
            && Broadcast.Shape(condition, both) is { } all
            ? CheckShape(op.Result, all)
            : new(
                ProgramErrorCodes.Shape,
                $"[{Shapes.Text(condition)}], [{Shapes.Text(values[op.A].Shape)}] and [{Shapes.Text(values[op.B].Shape)}] don't meet");
    }

    /// <summary>Two operands that exist and meet element by element in the result's shape.</summary>
    private ProgramError? CheckMeeting(int a, int b, TensorType result) =>
        (CheckValue(a) ?? CheckValue(b)) is { } error ? error
        : Broadcast.Shape(values[a].Shape, values[b].Shape) is { } shape ? CheckShape(result, shape)
        : new(ProgramErrorCodes.Shape, $"[{Shapes.Text(values[a].Shape)}] and [{Shapes.Text(values[b].Shape)}] don't meet");
}
