using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>Windows over an image, and the pools.</summary>
internal sealed partial class OperationRules
{
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
}
