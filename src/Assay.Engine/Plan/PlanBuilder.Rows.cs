using System.Collections.Immutable;
using Assay.Engine.Kernels;
using Assay.Engine.Plan.Layouts;
using Assay.Engine.Plan.Steps;
using Assay.Programs;

namespace Assay.Engine.Plan;

/// <content>Operations along an axis, and products of values.</content>
internal sealed unsafe partial class PlanBuilder<TS, TV>
{
    private PlanValue AddReduceSum(ReduceSumOperation op, TensorType result) => AddReduce(
        ReduceStepKind.Sum,
        op.X,
        op.Axis,
        result,
        new() { Multiplier = op.Multiplier, Rounding = (int)AccumulatorRule.RoundingConstant(op.Shift), Shift = op.Shift });

    private PlanValue AddReduceMax(ReduceMaxOperation op, TensorType result) => AddReduce(ReduceStepKind.Max, op.X, op.Axis, result, default);

    private PlanValue AddRootSum(RootSumOperation op, TensorType result) =>
        AddReduce(ReduceStepKind.Length, op.X, op.Axis, result, new() { Shift = op.Shift }, op.Bits);

    private PlanValue AddReduce(ReduceStepKind kind, int value, int axis, TensorType result, ReduceArguments template, int rootBits = 0)
    {
        ImmutableArray<int> shape = _program.TypeOf(value).Shape;
        PlanValue x = WithOrder(value, out int[] order);
        Digit[][] axesX = x.Layout.Axes(shape)!;
        Layout layout = Layout.Ordered(result.Shape, order);
        Digit[][] axesY = layout.Axes(result.Shape)!;
        List<Loop> nest = [];
        for (int i = 0; i < axesY.Length; i++)
        {
            LoopNest.Meet(axesY[i], i == axis ? [] : axesX[i], [], [], nest);
        }

        Loop[] loops = LoopNest.Ordered(nest);
        int stride = axesX[axis].Length == 0 ? 0 : axesX[axis][0].Stride;
        template.Loops = _memory.Copy<Loop>(loops);
        template.Count = loops.Length;
        template.Places = _memory.Copy<int>([.. Enumerable.Range(0, shape[axis]).Select(place => place * stride)]);
        template.Length = shape[axis];
        template.Lo = result.Lo;
        template.Hi = result.Hi;
        ArenaBuffer y = Result(result.Count, x.Buffer);
        Emit(new ReduceStep<TS, TV>(kind, Operand(x), y, template, rootBits));
        return new(y, layout);
    }

    private PlanValue AddNormalize(NormalizeOperation op, TensorType result)
    {
        ArenaBuffer x = Flat(op.X);
        ArenaBuffer y = Result(x.Count, x);
        Emit(new NormalizeStep(x, y, op, result));
        return RowMajor(y);
    }

    private PlanValue AddTopK(TopKOperation op, TensorType result)
    {
        ArenaBuffer x = Flat(op.X);
        ArenaBuffer y = Result(result.Count, x);
        Emit(new TopKStep(x, y, _program.TypeOf(op.X).Shape[^1], op));
        return RowMajor(y);
    }

    private PlanValue AddEmbedding(EmbeddingOperation op, TensorType result)
    {
        ArenaBuffer x = Flat(op.X);
        ArenaBuffer y = Result(result.Count, x);
        Emit(new EmbeddingStep(x, y, _memory.Copy<short>(Clamped(op.Weights, result)), result.Shape[^1]));
        return RowMajor(y);
    }

    /// <summary>A convolution of one tap: channels side by side, wherever their axis is.</summary>
    private PlanValue AddAffine(AffineOperation op, TensorType result)
    {
        PlanValue x = Dense(op.X);
        if (x.Layout.Axes(result.Shape)?[op.Axis] is not ([] or [{ Stride: 1 }]))
        {
            int[] order = [.. Enumerable.Range(0, result.Shape.Length).Where(axis => axis != op.Axis), op.Axis];
            Layout layout = Layout.Ordered(result.Shape, order);
            x = new(Stored(x, layout), layout);
        }

        DepthwiseArguments template = DepthwiseTemplate(
            Weights(op.Weights, op.Bias, op.Shifts, twoLimbs: false), 1, result.Count, 1, result);
        template.Rows = 1;
        ArenaBuffer y = Result(result.Count, x.Buffer);
        Emit(new DepthwiseStep<TS, TV>("affine", x.Buffer, y, template));
        return new(y, x.Layout);
    }

    private PlanValue AddMatMul(MatMulOperation op, TensorType result)
    {
        ImmutableArray<int> shapeA = _program.TypeOf(op.A).Shape;
        ImmutableArray<int> shapeB = _program.TypeOf(op.B).Shape;
        (int m, int k, int n) = (shapeA[^2], shapeA[^1], shapeB[^1]);
        PlanValue a = WithLastAxisInside(op.A);
        PlanValue b = WithOrder(op.B, out _);
        Digit[][] axesB = b.Layout.Axes(shapeB)!;
        int panels = (n + (2 * TS.Lanes) - 1) / (2 * TS.Lanes);
        GemmArguments template = Template([new Run(0, (k + 1) / 2)], m, result);
        template.Bias = _memory.Allocate<int>((long)panels * 2 * TS.Lanes);
        template.Shifts = _memory.Allocate<int>((long)panels * 2 * TS.Lanes);
        template.Channels = n;
        for (int i = 0; i < panels * 2 * TS.Lanes; i++)
        {
            template.Bias[i] = (int)AccumulatorRule.RoundingConstant(op.Shift);
            template.Shifts[i] = op.Shift;
        }

        for (int row = 0; row < m; row++)
        {
            template.XOffsets[row] = a.Layout.PositionOf(row * k) - a.Layout.Offset;
            template.YOffsets[row] = row * n;
        }

        (int A, int B)[] matrices = new (int, int)[result.Count / (m * n)];
        for (int i = 0; i < matrices.Length; i++)
        {
            matrices[i] = (a.Layout.PositionOf(i * m * k), b.Layout.PositionOf(i * k * n));
        }

        MatMulShape shape = new(m, k, n, Stride(axesB[^2]), Stride(axesB[^1]));
        ArenaBuffer y = Result(result.Count, a.Buffer, b.Buffer);
        ArenaBuffer scratch = Result(checked(2 * ((k + 1) / 2) * panels * 2 * TS.Lanes));
        Emit(new MatMulStep<TS, TV>(a.Buffer, b.Buffer, y, scratch, template, shape, matrices));
        return RowMajor(y);
    }

    private static int Stride(Digit[] axis) => axis.Length == 0 ? 0 : axis[0].Stride;
}
