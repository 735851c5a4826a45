using System.Collections.Immutable;
using Assay.Models.Graph;
using Onnx;
using AttributeType = Onnx.AttributeProto.Types.AttributeType;

namespace Assay.Models.Import.Operators;

/// <summary>Operators that exist here on constants only; exporters use them to compute shapes.</summary>
internal static class FoldedOperators
{
    public static ImportValue? Constant(NodeContext node)
    {
        if (node.Attribute("value", AttributeType.Tensor) is { T: { } tensor })
        {
            return Decode(node, tensor);
        }

        if (node.Attribute("value_float", AttributeType.Float) is { } single)
        {
            return new Constant([], [single.F]);
        }

        if (node.Attribute("value_int", AttributeType.Int) is { } integer)
        {
            return new Constant([], [integer.I]);
        }

        if (node.Attribute("value_floats", AttributeType.Floats) is { } floats)
        {
            return new Constant([floats.Floats.Count], floats.Floats.ToArray());
        }

        if (node.Attribute("value_ints", AttributeType.Ints) is { } integers)
        {
            return new Constant([integers.Ints.Count], integers.Ints.ToArray());
        }

        return node.Fail(OnnxErrors.Attribute, "it has no dense numeric value", "attribute 'value' with a dense tensor");
    }

    public static ImportValue? ConstantOfShape(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.KnownIntegers(0, "shape") is not { } dimensions)
        {
            return null;
        }

        Constant value = new([1], [0f]);
        if (node.Attribute("value", AttributeType.Tensor) is { T: { } tensor })
        {
            if (Decode(node, tensor) is not { Constant: { Count: 1 } given })
            {
                return node.Fail(OnnxErrors.Attribute, "attribute 'value' must hold one element");
            }

            value = given;
        }

        long count = 1;
        foreach (long dimension in dimensions)
        {
            if (dimension is < 1 or > int.MaxValue || dimensions.Length > ImportLimits.MaxRank || (count *= dimension) > node.Budget.Left)
            {
                return node.Fail(OnnxErrors.Limits, "the constant's shape is out of range, or depends on the batch's size");
            }
        }

        return node.Take(count) && !node.Failed ? value.Pick([.. dimensions.Select(d => (int)d)], new int[count]) : null;
    }

    public static ImportValue? Concat(NodeContext node)
    {
        if (!node.Arity(1, int.MaxValue))
        {
            return null;
        }

        List<Constant> parts = [];
        for (int i = 0; i < node.InputCount; i++)
        {
            if (!node.Has(i) || node.Input(i).Constant is not { } part)
            {
                return node.Fail(OnnxErrors.UnsupportedForm, "it joins values that depend on the graph's inputs", "Add, or a model without branches that are concatenated");
            }

            parts.Add(part);
        }

        Constant first = parts[0];
        int axis = node.Axis(node.Integer("axis", 0), first.Shape.Length);
        if (node.Failed)
        {
            return null;
        }

        long joined = 0;
        foreach (Constant part in parts)
        {
            if (part.IsFloat != first.IsFloat || part.Shape.Length != first.Shape.Length
                || !Shapes.Same(part.Shape.SetItem(axis, 0), first.Shape.SetItem(axis, 0)))
            {
                return node.Fail(OnnxErrors.Shape, "its operands differ in more than the joined axis");
            }

            joined += part.Shape[axis];
        }

        long total = parts.Sum(p => (long)p.Count);
        if (joined > int.MaxValue || !node.Take(total))
        {
            return node.Fail(OnnxErrors.Limits, "the joined constant is too large");
        }

        ImmutableArray<int> shape = first.Shape.SetItem(axis, (int)joined);
        int outer = Shapes.Product(shape, 0, axis);
        Array result = first.IsFloat ? new float[total] : new long[total];
        int position = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (Constant part in parts)
            {
                int run = part.Count / outer;
                Array.Copy(part.IsFloat ? part.Floats! : part.Integers!, o * run, result, position, run);
                position += run;
            }
        }

        return result is float[] floats ? new Constant(shape, floats) : new Constant(shape, (long[])result);
    }

    public static ImportValue? Gather(NodeContext node)
    {
        if (!node.Arity(2, 2))
        {
            return null;
        }

        if (node.Input(0).Node is not null)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it selects from values that depend on the graph's inputs", "let the next Gemm or MatMul have zero weights for what isn't needed");
        }

        Constant? data = node.Known(0, "data");
        Constant? indices = node.Known(1, "indices");
        if (data is null || indices is null)
        {
            return null;
        }

        int axis = node.Axis(node.Integer("axis", 0), data.Shape.Length);
        if (node.Failed || indices.IsFloat || data.Shape.Length - 1 + indices.Shape.Length > ImportLimits.MaxRank)
        {
            return node.Fail(OnnxErrors.Shape, "its indices are not integers or the result has too many dimensions");
        }

        int size = data.Shape[axis];
        int outer = Shapes.Product(data.Shape, 0, axis);
        int inner = Shapes.Product(data.Shape, axis + 1, data.Shape.Length);
        long total = (long)outer * inner * indices.Count;
        if (!node.Take(total))
        {
            return null;
        }

        int[] source = new int[total];
        int position = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (long given in indices.Integers!)
            {
                long index = given < 0 ? given + size : given;
                if (index < 0 || index >= size)
                {
                    return node.Fail(OnnxErrors.Shape, $"index {given} is outside an axis of {size}");
                }

                for (int i = 0; i < inner; i++)
                {
                    source[position++] = (int)((o * (long)size + index) * inner + i);
                }
            }
        }

        return data.Pick([.. data.Shape[..axis], .. indices.Shape, .. data.Shape[(axis + 1)..]], source);
    }

    public static ImportValue? Slice(NodeContext node)
    {
        if (!node.Arity(1, 5))
        {
            return null;
        }

        if (node.Input(0).Constant is not { } data)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it cuts values that depend on the graph's inputs", "give the model only what it needs");
        }

        bool attributes = node.Version < 10;
        long[]? starts = attributes ? node.Integers("starts") : node.KnownIntegers(1, "starts");
        long[]? ends = attributes ? node.Integers("ends") : node.KnownIntegers(2, "ends");
        long[]? axes = attributes ? node.Integers("axes") : node.KnownIntegers(3, "axes", required: false);
        long[]? steps = attributes ? null : node.KnownIntegers(4, "steps", required: false);
        if (node.Failed || starts is null || ends is null || starts.Length != ends.Length || starts.Length > data.Shape.Length
            || (axes ?? starts).Length != starts.Length || (steps ?? starts).Length != starts.Length)
        {
            return node.Fail(OnnxErrors.Shape, "starts, ends, axes and steps don't agree");
        }

        int rank = data.Shape.Length;
        long[] first = new long[rank];
        long[] step = Enumerable.Repeat(1L, rank).ToArray();
        int[] shape = [.. data.Shape];
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = node.Axis(axes is null ? i : axes[i], rank);
            if (node.Failed)
            {
                return null;
            }

            long by = steps is null ? 1 : steps[i];
            if (by is 0 or < -int.MaxValue or > int.MaxValue)
            {
                return node.Fail(OnnxErrors.Shape, "a step is 0 or out of range");
            }

            long size = data.Shape[axis];
            long from = Bound(starts[i], size, by < 0 ? -1 : 0, by < 0 ? size - 1 : size);
            long to = Bound(ends[i], size, by < 0 ? -1 : 0, by < 0 ? size - 1 : size);
            long count = by > 0 ? (to - from + by - 1) / by : (from - to - by - 1) / -by;
            first[axis] = from;
            step[axis] = by;
            shape[axis] = (int)Math.Max(0, count);
        }

        ImmutableArray<int> result = [.. shape];
        long total = Shapes.Count(result);
        return node.Take(total) ? data.Pick(result, Indices(data.Shape, shape, first, step, (int)total)) : null;
    }

    /// <summary>For each element of a result the operand's element it takes: an affine step along every axis.</summary>
    private static int[] Indices(ImmutableArray<int> from, int[] shape, long[] first, long[] step, int total)
    {
        int[] source = new int[total];
        long[] stride = new long[shape.Length];
        long running = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            stride[axis] = running;
            running *= from[axis];
        }

        int[] at = new int[shape.Length];
        for (int i = 0; i < total; i++)
        {
            long index = 0;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                index += (first[axis] + at[axis] * step[axis]) * stride[axis];
            }

            source[i] = (int)index;
            for (int axis = shape.Length - 1; axis >= 0 && ++at[axis] == shape[axis]; axis--)
            {
                at[axis] = 0;
            }
        }

        return source;
    }

    private static long Bound(long value, long size, long least, long most) =>
        Math.Clamp(value < 0 ? (value < -size ? -size - 1 : value) + size : value, least, most);

    public static ImportValue? Transpose(NodeContext node, Constant data, int[] permutation)
    {
        if (!node.Take(data.Count))
        {
            return null;
        }

        int rank = data.Shape.Length;
        int[] shape = new int[rank];
        long[] stride = new long[rank];
        long running = 1;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            stride[axis] = running;
            running *= data.Shape[axis];
        }

        for (int axis = 0; axis < rank; axis++)
        {
            shape[axis] = data.Shape[permutation[axis]];
        }

        int[] source = new int[data.Count];
        int[] at = new int[rank];
        for (int i = 0; i < source.Length; i++)
        {
            long index = 0;
            for (int axis = 0; axis < rank; axis++)
            {
                index += at[axis] * stride[permutation[axis]];
            }

            source[i] = (int)index;
            for (int axis = rank - 1; axis >= 0 && ++at[axis] == shape[axis]; axis--)
            {
                at[axis] = 0;
            }
        }

        return data.Pick([.. shape], source);
    }

    private static ImportValue? Decode(NodeContext node, TensorProto tensor)
    {
        (Constant? constant, string code, string message) = TensorDecoder.Decode(tensor, node.Budget.Left);
        if (constant is null)
        {
            return node.Fail(code, "its value can't be used: " + message);
        }

        return node.Take(constant.Count) ? constant : null;
    }
}
