using System.Runtime.InteropServices;
using Assay.Programs;
using Assay.Receipts;

namespace Assay.Replayer.Tests;

/// <summary>A model small enough to compute by hand: y = (x0 + 2*x1, x0 - x1), in steps of 1/16; inputs beyond 100 are refused.</summary>
internal static class TestModel
{
    internal static ExactModel Tiny(sbyte weight = 2)
    {
        TensorType x = new([2], -1600, 1600);
        ExactProgram program = ExactProgram.Create(
            [new ProgramInput("x", x, null, [0.0], [16.0], OutOfRange.Refuse)],
            [new WeightTensor(WeightType.I8, [2, 2]), new WeightTensor(WeightType.I32, [2])],
            [],
            [new LinearOperation(0, 0, 1, [0, 0], TwoLimbs: false, new TensorType([2], -5000, 5000))],
            [new ProgramOutput("y", 1, 1.0 / 16)],
            out ProgramError? error) ?? throw new InvalidOperationException(error!.ToString());
        byte[] blob = [.. WeightsBlob.Pack(WeightType.I8, [1, weight, 1, -1]), .. WeightsBlob.Pack(WeightType.I32, [0, 0])];
        WeightsBlob weights = WeightsBlob.Create(program, blob, out error) ?? throw new InvalidOperationException(error!.ToString());
        return ExactModel.Create(program, weights, out error) ?? throw new InvalidOperationException(error!.ToString());
    }

    internal static TensorValue Input(params float[] values) => Tensor("x", values);

    internal static TensorValue Output(params float[] values) => Tensor("y", values);

    private static TensorValue Tensor(string name, float[] values) =>
        TensorValue.Create(name, [values.Length / 2, 2], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
