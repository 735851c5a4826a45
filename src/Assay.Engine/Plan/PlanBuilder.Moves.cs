using System.Collections.Immutable;
using Assay.Engine.Kernels;
using Assay.Engine.Plan.Layouts;
using Assay.Engine.Plan.Steps;
using Assay.Programs;

namespace Assay.Engine.Plan;

/// <content>Operations that move elements, or only say where they are.</content>
internal sealed unsafe partial class PlanBuilder<TS, TV>
{
    private PlanValue AddTranspose(TransposeOperation op)
    {
        ImmutableArray<int> shape = _program.TypeOf(op.X).Shape;
        PlanValue x = _values[op.X];
        Digit[][]? axes = x.Layout.Axes(shape);
        if (axes is null)
        {
            x = RowMajor(Flat(op.X));
            axes = x.Layout.Axes(shape)!;
        }

        return x with { Layout = Layout.Of(x.Layout.Offset, op.Permutation.SelectMany(axis => axes[axis])) };
    }

    private PlanValue AddSlice(SliceOperation op)
    {
        ImmutableArray<int> shape = _program.TypeOf(op.X).Shape;
        PlanValue x = WithOrder(op.X, out _);
        Digit[][] axes = x.Layout.Axes(shape)!;
        int start = x.Layout.Offset;
        Digit[] digits = new Digit[shape.Length];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int stride = axes[axis].Length == 0 ? 0 : axes[axis][0].Stride;
            start += op.Starts[axis] * stride;
            digits[axis] = new(op.Result.Shape[axis], op.Result.Shape[axis] == 1 ? 0 : op.Steps[axis] * stride);
        }

        return x with { Layout = Layout.Of(start, digits) };
    }

    private PlanValue AddGather(GatherOperation op, TensorType result)
    {
        PlanValue x = WithOrder(op.X, out int[] order);
        Digit[][] axesX = x.Layout.Axes(_program.TypeOf(op.X).Shape)!;
        Layout layout = Layout.Ordered(result.Shape, order);
        Digit[][] axesY = layout.Axes(result.Shape)!;
        List<Loop> loops = [];
        for (int axis = 0; axis < axesY.Length; axis++)
        {
            if (axis != op.Axis)
            {
                LoopNest.Meet(axesY[axis], axesX[axis], [], [], loops);
                continue;
            }

            int stride = axesX[axis].Length == 0 ? 0 : axesX[axis][0].Stride;
            int[] places = [.. op.Indices.Select(place => place * stride)];

            // A loop of one turn goes outside, so that the innermost is one of elements.
            int step = places.Length == 1 ? int.MaxValue : axesY[axis][0].Stride;
            loops.Add(new() { Length = places.Length, Y = step, Places = _memory.Copy<int>(places) });
        }

        ArenaBuffer y = Result(result.Count, x.Buffer);
        EmitCopy(x, y, 0, LoopNest.Ordered(loops));
        return new(y, layout);
    }

    private PlanValue AddConcat(ConcatOperation op, TensorType result)
    {
        // The order of the operand with most elements: the others are copied anyway.
        int largest = op.Operands.MaxBy(operand => _program.TypeOf(operand).Count);
        int[]? order = _values[largest].Layout.Order(_program.TypeOf(largest).Shape);
        Layout layout = order is null ? Layout.RowMajor(result.Count) : Layout.Ordered(result.Shape, order);
        Digit[] axesY = Single(layout, result.Shape);
        PlanValue[] operands = [.. op.Operands.Select(operand => WithOrder(operand, out _))];
        ArenaBuffer y = Result(result.Count, [.. operands.Select(operand => operand.Buffer)]);
        int at = 0;
        for (int i = 0; i < operands.Length; i++)
        {
            ImmutableArray<int> shape = _program.TypeOf(op.Operands[i]).Shape;
            EmitPart(operands[i], shape, y, at * axesY[op.Axis].Stride, axesY);
            at += shape[op.Axis];
        }

        return new(y, layout);
    }

    private PlanValue AddPad(PadOperation op, TensorType result)
    {
        PlanValue x = WithOrder(op.X, out int[] order);
        Layout layout = Layout.Ordered(result.Shape, order);
        Digit[] axesY = Single(layout, result.Shape);
        ArenaBuffer y = Result(result.Count, x.Buffer);
        Emit(new FillStep(y, _memory.Copy<short>([op.Value]), one: true));
        int start = 0;
        for (int axis = 0; axis < axesY.Length; axis++)
        {
            start += op.Before[axis] * axesY[axis].Stride;
        }

        EmitPart(x, _program.TypeOf(op.X).Shape, y, start, axesY);
        return new(y, layout);
    }

    private PlanValue AddConstant(ConstantOperation op, TensorType result)
    {
        ArenaBuffer y = Result(result.Count);
        Emit(new FillStep(y, _memory.Copy<short>(Clamped(op.Weights, result)), one: false));
        return RowMajor(y);
    }

    /// <summary>Weights as int16, in the result's range.</summary>
    private short[] Clamped(int weights, TensorType result) => Array.ConvertAll(
        _model.Weights.Elements(weights), weight => (short)Math.Clamp(weight, result.Lo, result.Hi));

    /// <summary>Copies an operand into a part of a result: along each axis, as many places as the operand has.</summary>
    private void EmitPart(PlanValue x, ImmutableArray<int> shape, ArenaBuffer y, int start, Digit[] axesY)
    {
        Digit[][] axesX = x.Layout.Axes(shape)!;
        List<Loop> loops = [];
        for (int axis = 0; axis < axesY.Length; axis++)
        {
            LoopNest.Meet([axesY[axis] with { Length = shape[axis] }], axesX[axis], [], [], loops);
        }

        EmitCopy(x, y, start, LoopNest.Ordered(loops));
    }

    private void EmitCopy(PlanValue x, ArenaBuffer y, int start, Loop[] loops)
    {
        Touch(x.Buffer, y);
        Emit(new CopyStep(x.Buffer, x.Layout.Offset, y, start, _memory.Copy<Loop>(loops), loops.Length));
    }

    /// <summary>The digit of each axis of a layout that has one for each.</summary>
    private static Digit[] Single(Layout layout, ImmutableArray<int> shape) =>
        [.. layout.Axes(shape)!.Select(axis => axis.Length == 0 ? new Digit(1, 0) : axis[0])];
}
