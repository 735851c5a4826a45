using System.Collections.Immutable;
using Assay.Engine.Kernels;
using Assay.Engine.Plan.Layouts;
using Assay.Engine.Plan.Steps;

namespace Assay.Engine.Plan;

/// <content>Values in the layout that an operation needs.</content>
internal sealed unsafe partial class PlanBuilder<TS, TV>
{
    private static PlanValue RowMajor(ArenaBuffer buffer) => new(buffer, Layout.RowMajor(buffer.Count));

    /// <summary>The value row-major.</summary>
    private ArenaBuffer Flat(int value) => Stored(_values[value], Layout.RowMajor(_program.TypeOf(value).Count));

    /// <summary>The value channels last.</summary>
    private ArenaBuffer ChannelsLast(int value, ImageShape image) => Stored(_values[value], Layout.ChannelsLast(image));

    /// <summary>The value in a buffer of its own, in any order.</summary>
    private PlanValue Dense(int value)
    {
        Layout layout = _values[value].Layout.Dense();
        return new(Stored(_values[value], layout), layout);
    }

    /// <summary>The value with the elements of each row of its last axis beside each other; rows may be anywhere.</summary>
    private PlanValue WithLastAxisInside(int value)
    {
        ImmutableArray<int> shape = _program.TypeOf(value).Shape;
        PlanValue x = _values[value];
        bool inside = x.Layout.Axes(shape)?[^1] is [] or [{ Stride: 1 }];
        return inside ? x : RowMajor(Flat(value));
    }

    /// <summary>The value with at most one digit for each axis, and the order of its axes in memory.</summary>
    private PlanValue WithOrder(int value, out int[] order)
    {
        ImmutableArray<int> shape = _program.TypeOf(value).Shape;
        PlanValue x = _values[value];
        if (x.Layout.Order(shape) is { } found)
        {
            order = found;
            return x;
        }

        order = [.. Enumerable.Range(0, shape.Length)];
        return RowMajor(Flat(value));
    }

    /// <summary>The elements of a value alone in a buffer, in a layout without gaps. Copies that exist are used again.</summary>
    private ArenaBuffer Stored(PlanValue x, Layout layout)
    {
        int count = layout.Digits.Aggregate(1, (product, digit) => product * digit.Length);
        if (x.Layout.Equals(layout) && x.Buffer.Count == count)
        {
            return x.Buffer;
        }

        if (_copies.TryGetValue((x.Buffer, x.Layout, layout), out ArenaBuffer? y))
        {
            return y;
        }

        if (LoopNest.Between(layout, x.Layout) is not { } loops)
        {
            // Row-major is one digit, which all others fit into.
            Layout rowMajor = Layout.RowMajor(count);
            return Stored(new(Stored(x, rowMajor), rowMajor), layout);
        }

        y = Result(count, x.Buffer);
        Emit(new CopyStep(x.Buffer, x.Layout.Offset, y, 0, _memory.Copy<Loop>(loops), loops.Length));
        _copies.Add((x.Buffer, x.Layout, layout), y);
        return y;
    }

    /// <summary>How a value that stays until the end is read.</summary>
    private KeptValue Keep(PlanValue value)
    {
        value.Buffer.LastStep = _steps.Count;
        int count = value.Layout.Digits.Aggregate(1, (product, digit) => product * digit.Length);
        return new(value.Buffer, value.Layout.Offset, count, LoopNest.Between(Layout.RowMajor(count), value.Layout)!);
    }
}
