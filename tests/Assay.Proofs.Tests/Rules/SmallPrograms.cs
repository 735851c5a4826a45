using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Proofs.Tests.Rules;

/// <summary>Programs of a few operations.</summary>
internal static class SmallPrograms
{
    /// <summary>A type.</summary>
    public static TensorType Type(int lo, int hi, params int[] shape) => new([.. shape], (short)lo, (short)hi);

    /// <summary>Operations on one input, the last one's result being the output.</summary>
    public static ExactProgram Of(
        TensorType input, ImmutableArray<Operation> operations, ImmutableArray<LookupTable> tables = default, ImmutableArray<WeightTensor> weights = default) =>
        ExactProgram.Create(
            [new("x", input, null, [0.0], [1.0], OutOfRange.Refuse)],
            weights.IsDefault ? [] : weights,
            tables.IsDefault ? [] : tables,
            operations,
            [new("y", operations.Length, 1.0)],
            out ProgramError? error)
        ?? throw new InvalidOperationException(error!.ToString());

    /// <summary>A linear layer of n outputs over k inputs.</summary>
    public static ExactProgram Linear(TensorType input, int n, byte[] shifts, bool twoLimbs, TensorType result) => Of(
        input,
        [new LinearOperation(0, 0, 1, [.. shifts], twoLimbs, result)],
        weights: [new(WeightType.I16, [n, input.Shape[^1]]), new(WeightType.I32, [n])]);

    /// <summary>A softmax over the last axis.</summary>
    public static ExactProgram Softmax(int length, short peak, byte bits, byte shift) => Of(
        Type(0, 3, 1, length),
        [new SoftmaxOperation(0, 0, bits, shift, Type(0, 255, 1, length))],
        [new([peak, (short)(peak / 2), (short)(peak / 4), 0])]);
}
