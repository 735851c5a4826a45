using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>Operations that only move elements.</summary>
internal sealed partial class OperationRules
{
    private ProgramError? CheckReshape(ReshapeOperation op) =>
        CheckValue(op.X)
        ?? CheckSameRange(op.X, op.Result)
        ?? (op.Result.Count == values[op.X].Count
            ? null
            : new(ProgramErrorCodes.Shape, $"{values[op.X].Count} elements as [{Shapes.Text(op.Result.Shape)}]"));

    private ProgramError? CheckTranspose(TransposeOperation op)
    {
        if ((CheckValue(op.X) ?? CheckSameRange(op.X, op.Result)) is { } error)
        {
            return error;
        }

        ImmutableArray<int> x = values[op.X].Shape;
        return op.Permutation.Order().SequenceEqual(Enumerable.Range(0, x.Length))
            ? CheckShape(op.Result, [.. op.Permutation.Select(axis => x[axis])])
            : new(ProgramErrorCodes.Parameter, $"[{Shapes.Text(op.Permutation)}] isn't an order of {x.Length} axes");
    }

    private ProgramError? CheckSlice(SliceOperation op)
    {
        if ((CheckValue(op.X) ?? CheckSameRange(op.X, op.Result)) is { } error)
        {
            return error;
        }

        ImmutableArray<int> x = values[op.X].Shape;
        if (op.Starts.Length != x.Length || op.Steps.Length != x.Length)
        {
            return new(ProgramErrorCodes.Parameter, $"{op.Starts.Length} starts and {op.Steps.Length} steps for {x.Length} axes");
        }

        if (op.Result.Shape.Length != x.Length)
        {
            return new(ProgramErrorCodes.Shape, $"[{Shapes.Text(op.Result.Shape)}] of [{Shapes.Text(x)}]");
        }

        for (int i = 0; i < x.Length; i++)
        {
            // Places between the first and the last lie between them.
            long last = op.Starts[i] + ((long)op.Steps[i] * (op.Result.Shape[i] - 1));
            if (op.Steps[i] is < -ProgramLimits.WindowParameter or > ProgramLimits.WindowParameter
                || !IsPlace(op.Starts[i], x[i]) || !IsPlace(last, x[i]))
            {
                return new(ProgramErrorCodes.Parameter, $"axis {i}: from {op.Starts[i]} to {last} by {op.Steps[i]} of {x[i]} places");
            }
        }

        return null;
    }

    private ProgramError? CheckGather(GatherOperation op)
    {
        if ((CheckAxis(op.X, op.Axis) ?? CheckSameRange(op.X, op.Result)) is { } error)
        {
            return error;
        }

        ImmutableArray<int> x = values[op.X].Shape;
        foreach (int index in op.Indices)
        {
            if (!IsPlace(index, x[op.Axis]))
            {
                return new(ProgramErrorCodes.Parameter, $"place {index} of {x[op.Axis]}");
            }
        }

        // An empty list would need an empty result, which no type is.
        return CheckShape(op.Result, x.SetItem(op.Axis, op.Indices.Length));
    }

    private ProgramError? CheckConcat(ConcatOperation op)
    {
        if (op.Operands.Length is < 1 or > ProgramLimits.ConcatOperands)
        {
            return new(ProgramErrorCodes.Parameter, $"{op.Operands.Length} operands");
        }

        if (CheckAxis(op.Operands[0], op.Axis) is { } error)
        {
            return error;
        }

        ImmutableArray<int> first = values[op.Operands[0]].Shape;
        long length = 0;
        foreach (int operand in op.Operands)
        {
            if ((CheckValue(operand) ?? CheckContains(op.Result, values[operand].Lo, values[operand].Hi)) is { } wrong)
            {
                return wrong;
            }

            ImmutableArray<int> x = values[operand].Shape;
            if (!AreEqualButFor(op.Axis, x, first))
            {
                return new(ProgramErrorCodes.Shape, $"[{Shapes.Text(x)}] behind [{Shapes.Text(first)}]");
            }

            length += x[op.Axis];
        }

        return length > ProgramLimits.TotalElements
            ? new(ProgramErrorCodes.Shape, $"{length} places along axis {op.Axis}")
            : CheckShape(op.Result, first.SetItem(op.Axis, (int)length));
    }

    private ProgramError? CheckPad(PadOperation op)
    {
        if (CheckValue(op.X) is { } error)
        {
            return error;
        }

        TensorType x = values[op.X];
        if (op.Before.Length != x.Shape.Length || op.After.Length != x.Shape.Length
            || !op.Before.All(IsPad) || !op.After.All(IsPad))
        {
            return new(ProgramErrorCodes.Parameter, $"pads [{Shapes.Text(op.Before)}] and [{Shapes.Text(op.After)}]");
        }

        // At most 2^26 and twice 2^16: no overflow.
        return CheckContains(op.Result, Math.Min(x.Lo, op.Value), Math.Max(x.Hi, op.Value))
            ?? CheckShape(op.Result, [.. x.Shape.Select((length, i) => op.Before[i] + length + op.After[i])]);
    }

    private static bool AreEqualButFor(int axis, ImmutableArray<int> a, ImmutableArray<int> b) =>
        a.Length == b.Length
        && a.AsSpan()[..axis].SequenceEqual(b.AsSpan()[..axis])
        && a.AsSpan()[(axis + 1)..].SequenceEqual(b.AsSpan()[(axis + 1)..]);

    private static bool IsPlace(long place, int length) => place >= 0 && place < length;
}
