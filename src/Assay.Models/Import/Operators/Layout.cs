using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Steps through known and computed values that layout operators share.</summary>
internal static class Layout
{
    public const string KeepBatch = "keep the batch as the first dimension: Reshape to [0, ...] or [-1, ...], Flatten with axis 1";

    /// <summary>A node with axes of length 1 repeated.</summary>
    public static FloatNode Expanded(NodeContext node, FloatNode x, ImmutableArray<int> shape)
    {
        if (node.Failed)
        {
            return NodeContext.Nothing;
        }

        ImmutableArray<int> steps = [.. x.Shape.Select((length, axis) => length == 1 && shape[axis] != 1 ? 0 : 1)];
        return node.Slice(x, NodeContext.Filled(shape.Length, 0), steps, shape);
    }

    /// <summary>A known or computed value under another full shape of the same elements; the batch must stay in front.</summary>
    public static ImportValue? Shaped(NodeContext node, ImportValue x, ImmutableArray<long> full, bool batchKept)
    {
        if (node.Failed)
        {
            return null;
        }

        if (x.Constant is { } data)
        {
            return ImportValue.Of(data.WithShape([.. full.Select(d => (int)d)]), x.Kind);
        }

        if (node.Hidden && (!batchKept || full.Length < 2))
        {
            return node.Fail(OnnxErrors.Batch, "it adds or drops a dimension in the batch's place, or leaves only the batch", KeepBatch);
        }

        return node.Value(x.Node!, [.. full.Skip(node.Offset).Select(d => (int)d)], x.Kind);
    }

    /// <summary>
    /// The elements <c>first + at*step</c> of every axis of a known value, as <see cref="NodeContext.Slice"/> does it for a
    /// computed one; null and an error if that is too much.
    /// </summary>
    public static Constant? Sliced(NodeContext node, Constant data, ImmutableArray<int> starts, ImmutableArray<int> steps, ImmutableArray<int> shape)
    {
        long total = 1;
        foreach (int length in shape)
        {
            if ((total *= length) > node.Budget.Constants)
            {
                break;
            }
        }

        if (!node.Take(total))
        {
            return null;
        }

        int[] stride = new int[shape.Length];
        int start = 0;
        int running = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            stride[axis] = running * steps[axis];
            start += running * starts[axis];
            running *= data.Shape[axis];
        }

        int[] source = new int[total];
        int[] at = new int[shape.Length];
        for (int i = 0; i < source.Length; i++)
        {
            source[i] = start;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                start += stride[axis];
                if (++at[axis] < shape[axis])
                {
                    break;
                }

                start -= stride[axis] * shape[axis];
                at[axis] = 0;
            }
        }

        return data.Pick(shape, source);
    }
}
