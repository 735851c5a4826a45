using System.Collections.Immutable;

namespace Assay.Models.Import.Operators;

/// <summary>Slice and Split: parts of axes.</summary>
internal static class Slice
{
    /// <summary>From start to end (not included) in steps along the named axes, negative numbers counted from the end; all constant.</summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(1, 5))
        {
            return null;
        }

        ImportValue x = node.Input(0);
        ImmutableArray<long> full = node.FullShape(x);
        bool attributes = node.Version < 10;
        long[]? starts = attributes ? node.Integers("starts") : node.KnownIntegers(1, "starts");
        long[]? ends = attributes ? node.Integers("ends") : node.KnownIntegers(2, "ends");
        long[]? axes = attributes ? node.Integers("axes") : node.KnownIntegers(3, "axes", required: false);
        long[]? steps = attributes ? null : node.KnownIntegers(4, "steps", required: false);
        if (node.Failed || starts is null || ends is null || starts.Length != ends.Length || starts.Length > full.Length
            || (axes ?? starts).Length != starts.Length || (steps ?? starts).Length != starts.Length)
        {
            return node.Fail(OnnxErrors.Shape, "starts, ends, axes and steps don't agree");
        }

        int rank = full.Length;
        long[] first = new long[rank];
        long[] step = Enumerable.Repeat(1L, rank).ToArray();
        long[] shape = [.. full];
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = node.Axis(axes is null ? i : axes[i], rank);
            long by = steps is null ? 1 : steps[i];
            if (node.Failed || by is 0 or < -int.MaxValue or > int.MaxValue)
            {
                return node.Fail(OnnxErrors.Shape, "a step is 0 or out of range");
            }

            if (axis == 0 && node.Hidden && x.Node is not null)
            {
                if (starts[i] != 0 || by != 1 || ends[i] < (node.BatchSize ?? int.MaxValue))
                {
                    return node.Fail(OnnxErrors.Batch, "it cuts the batch", "slices of other axes");
                }

                continue;
            }

            long size = full[axis];
            long from = Bound(starts[i], size, by < 0 ? -1 : 0, by < 0 ? size - 1 : size);
            long to = Bound(ends[i], size, by < 0 ? -1 : 0, by < 0 ? size - 1 : size);
            long count = by > 0 ? (to - from + by - 1) / by : (from - to - by - 1) / -by;
            (first[axis], step[axis], shape[axis]) = (from, by, Math.Max(0, count));
        }

        if (x.Constant is { } data)
        {
            bool empty = shape.Contains(0);
            return Layout.Sliced(
                node, data, [.. first.Select(f => empty ? 0 : (int)f)], [.. step.Select((s, a) => shape[a] <= 1 ? 1 : (int)s)], [.. shape.Select(s => (int)s)]) is { } cut
                ? ImportValue.Of(cut, x.Kind) : null;
        }

        int skip = node.Offset;
        ImmutableArray<int> item = [.. shape.Skip(skip).Select(s => (int)s)];
        return item.Length == 0 ? x : node.Value(
            node.Slice(x.Node!, [.. first.Skip(skip).Select(f => (int)f)], [.. step.Skip(skip).Select((s, a) => item[a] <= 1 ? 1 : (int)s)], item), item, x.Kind);
    }

    /// <summary>An axis in parts of given lengths, or of equal lengths (the last one may be shorter).</summary>
    public static ImportValue? Split(NodeContext node)
    {
        if (!node.Arity(1, 2) || node.Computed(0) is not { } x)
        {
            return null;
        }

        int axis = node.ItemAxis(node.Integer("axis", 0), x);
        long[]? lengths = node.Version < 13 ? node.Integers("split") : node.KnownIntegers(1, "split", required: false);
        if (node.Failed)
        {
            return null;
        }

        int size = x.Item[axis];
        long parts = node.Version >= 18 ? node.Integer("num_outputs", node.OutputCount) : node.OutputCount;
        if (lengths is null && parts is > 0 and <= int.MaxValue)
        {
            long each = (size + parts - 1) / parts;
            lengths = [.. Enumerable.Range(0, (int)Math.Min(parts, node.OutputCount)).Select(i => Math.Min(each, size - i * each))];
        }

        if (lengths is null || lengths.Length < node.OutputCount || lengths.Any(l => l < 0 || l > size) || lengths.Sum() != size)
        {
            return node.Fail(OnnxErrors.Shape, $"its parts don't make up an axis of {size}");
        }

        int start = 0;
        for (int i = 0; i < node.OutputCount && !node.Failed; i++)
        {
            if (node.Wants(i) && lengths[i] == 0)
            {
                return node.Fail(OnnxErrors.Shape, $"its part {i} is empty", "parts of one place at least");
            }

            if (node.Wants(i))
            {
                node.Set(i, node.Value(node.Cut(x.Node!, axis, start, (int)lengths[i]), x.Item.SetItem(axis, (int)lengths[i]), x.Kind));
            }

            start += (int)lengths[i];
        }

        return node.Failed ? null : node.Outputs[0] ?? x;
    }

    private static long Bound(long value, long size, long least, long most) =>
        Math.Clamp(value < 0 ? (value < -size ? -size - 1 : value) + size : value, least, most);
}
