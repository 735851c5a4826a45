using Assay.Engine.Kernels;
using Assay.Engine.Plan.Layouts;
using Assay.Engine.Plan.Steps;
using Assay.Programs;

namespace Assay.Engine.Plan;

/// <content>Operations element by element, with broadcast.</content>
internal sealed unsafe partial class PlanBuilder<TS, TV>
{
    private PlanValue AddRescale(RescaleOperation op, TensorType result)
    {
        if (op.Multiplier != 1 || op.Shift != 0)
        {
            return AddElements("rescale", Sum(op.Multiplier, 0, op.Shift), op.X, op.X, result);
        }

        PlanValue x = Dense(op.X);
        ArenaBuffer y = Result(x.Buffer.Count, x.Buffer);
        Emit(new ClampStep<TS, TV>(x.Buffer, y, result.Lo, result.Hi));
        return new(y, x.Layout);
    }

    private PlanValue AddAdd(AddOperation op, TensorType result) =>
        AddElements("add", Sum(op.MultiplierA, op.MultiplierB, op.Shift), op.A, op.B, result);

    private PlanValue AddMul(MulOperation op, TensorType result) => AddElements(
        "mul",
        new Product<TS, TV>(TS.Broadcast((int)AccumulatorRule.RoundingConstant(op.Shift)), TS.Broadcast(op.Shift)),
        op.A,
        op.B,
        result);

    private static SumOfProducts<TS, TV> Sum(short multiplierA, short multiplierB, int shift) => new(
        TS.Broadcast(Both.Of(multiplierA, multiplierB)), TS.Broadcast((int)AccumulatorRule.RoundingConstant(shift)), TS.Broadcast(shift));

    private PlanValue AddElements<TOperation>(string name, TOperation operation, int a, int b, TensorType result)
        where TOperation : struct, IElementOperation<TS, TV>
    {
        Layout layout = LayoutOf(result, [a, b]);
        PlanValue x = _values[a], z = _values[b];
        Loop[] loops = Nest(layout, result, [a, b], ref x, ref z, ref x);

        // The innermost loop is in vectors: an operand that strides there is brought into the result's order first.
        if (loops.Length > 0 && loops[^1].A is not (0 or 1))
        {
            x = InOrderOf(layout, result, a, x);
            loops = Nest(layout, result, [a, b], ref x, ref z, ref x);
        }

        if (loops.Length > 0 && loops[^1].B is not (0 or 1))
        {
            z = InOrderOf(layout, result, b, z);
            loops = Nest(layout, result, [a, b], ref x, ref z, ref x);
        }

        ArenaBuffer y = Result(result.Count, x.Buffer, z.Buffer);
        Emit(new ElementStep<TS, TV, TOperation>(name, operation, Operand(x), Operand(z), y, Arguments(loops, result)));
        return new(y, layout);
    }

    private PlanValue AddScalars<TOperation>(string name, TOperation operation, int a, int b, int c, TensorType result)
        where TOperation : struct, IScalarOperation
    {
        Layout layout = LayoutOf(result, [a, b, c]);
        PlanValue x = _values[a], z = _values[b], w = _values[c];
        Loop[] loops = Nest(layout, result, [a, b, c], ref x, ref z, ref w);
        ArenaBuffer y = Result(result.Count, x.Buffer, z.Buffer, w.Buffer);
        Emit(new ScalarStep<TOperation>(name, operation, Operand(x), Operand(z), Operand(w), y, Arguments(loops, result)));
        return new(y, layout);
    }

    private static ElementOperand Operand(PlanValue value) => new(value.Buffer, value.Layout.Offset);

    private ElementArguments Arguments(Loop[] loops, TensorType result) =>
        new() { Loops = _memory.Copy<Loop>(loops), Count = loops.Length, Lo = result.Lo, Hi = result.Hi };

    /// <summary>The result's layout: that of an operand of its shape, best one that isn't row-major; such an operand is an image,
    /// and what it meets mostly is, too.</summary>
    private Layout LayoutOf(TensorType result, ReadOnlySpan<int> operands)
    {
        Layout first = _values[operands[0]].Layout;
        bool alike = true;
        Layout? best = null;
        foreach (int operand in operands)
        {
            bool whole = _program.TypeOf(operand).Count == result.Count;
            Layout layout = _values[operand].Layout;
            alike &= whole && layout.Equals(first);
            Layout dense = layout.Dense();
            best ??= whole && !dense.IsRowMajor && dense.Order(result.Shape) is not null ? dense : null;
        }

        return alike ? first.Dense() : best ?? Layout.RowMajor(result.Count);
    }

    /// <summary>The loops over a result and its operands. An operand whose digits don't fit is made row-major.</summary>
    private Loop[] Nest(
        Layout layout, TensorType result, ReadOnlySpan<int> operands, ref PlanValue a, ref PlanValue b, ref PlanValue c)
    {
        List<Loop> whole = [];
        bool same = true;
        foreach (int operand in operands)
        {
            same &= _program.TypeOf(operand).Count == result.Count;
        }

        if (same && LoopNest.Meet([.. layout.Digits], [.. a.Layout.Digits], [.. b.Layout.Digits], [.. c.Layout.Digits], whole))
        {
            return LoopNest.Ordered(whole);
        }

        while (true)
        {
            Digit[][] axesY = layout.Axes(result.Shape)!;
            Digit[][]? axesA = a.Layout.Axes(_program.TypeOf(operands[0]).Shape);
            Digit[][]? axesB = b.Layout.Axes(_program.TypeOf(operands[1]).Shape);
            Digit[][]? axesC = operands.Length > 2 ? c.Layout.Axes(_program.TypeOf(operands[2]).Shape) : axesA;
            List<Loop> loops = [];
            bool meet = axesA is not null && axesB is not null && axesC is not null;
            for (int axis = 0; meet && axis < axesY.Length; axis++)
            {
                meet = LoopNest.Meet(axesY[axis], axesA![axis], axesB![axis], axesC![axis], loops);
            }

            if (meet)
            {
                return LoopNest.Ordered(loops);
            }

            // One digit for each axis fits into all others.
            a = RowMajor(Flat(operands[0]));
            b = RowMajor(Flat(operands[1]));
            c = operands.Length > 2 ? RowMajor(Flat(operands[2])) : a;
        }
    }

    /// <summary>An operand without gaps, its axes in the order in which the result has them.</summary>
    private PlanValue InOrderOf(Layout layout, TensorType result, int operand, PlanValue x)
    {
        TensorType type = _program.TypeOf(operand);
        Layout ordered = type.Count == result.Count ? layout : Layout.Ordered(type.Shape, layout.Order(result.Shape)!);
        return new(Stored(x, ordered), ordered);
    }
}
