using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>Operations with weights.</summary>
internal sealed partial class OperationRules
{
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

    private ProgramError? CheckAffine(AffineOperation op)
    {
        if ((CheckAxis(op.X, op.Axis) ?? CheckLayer(op.Weights, 1, op.Bias, op.Shifts)) is { } error)
        {
            return error;
        }

        ImmutableArray<int> x = values[op.X].Shape;
        int channels = weights[op.Weights].Shape[0];
        return channels == x[op.Axis]
            ? CheckShape(op.Result, x)
            : new(ProgramErrorCodes.WeightTensor, $"{channels} channels for axis {op.Axis} of [{Shapes.Text(x)}]");
    }

    /// <summary>What operations with weights and bias per channel share: tensors that exist, with the right types, ranks and lengths.</summary>
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

    private ProgramError? CheckEmbedding(EmbeddingOperation op)
    {
        if ((CheckValue(op.X) ?? CheckWeights(op.Weights)) is { } error)
        {
            return error;
        }

        TensorType x = values[op.X];
        ImmutableArray<int> w = weights[op.Weights].Shape;
        return w.Length != 2 ? new(ProgramErrorCodes.WeightTensor, $"[{Shapes.Text(w)}] isn't a table of rows")
            : x.Lo < 0 || x.Hi >= w[0] ? new(ProgramErrorCodes.Range, $"{x.Lo}..{x.Hi} for {w[0]} rows")
            : CheckShape(op.Result, x.Shape.Add(w[1]));
    }

    private ProgramError? CheckConstant(ConstantOperation op) =>
        CheckWeights(op.Weights) ?? CheckShape(op.Result, weights[op.Weights].Shape);

    /// <summary>Weights that stand alone: they exist, and their type is one of weights.</summary>
    private ProgramError? CheckWeights(int weight) =>
        weight < 0 || weight >= weights.Length ? new(ProgramErrorCodes.Reference, $"weight tensor {weight}")
        : weights[weight].Type == WeightType.I32 ? new(ProgramErrorCodes.WeightTensor, "weights of type I32")
        : null;
}
