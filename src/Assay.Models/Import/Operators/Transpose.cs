using System.Collections.Immutable;

namespace Assay.Models.Import.Operators;

/// <summary>Transpose.</summary>
internal static class Transpose
{
    /// <summary>The axes in the order of perm, or reversed.</summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        ImportValue x = node.Input(0);
        ImmutableArray<long> full = node.FullShape(x);
        long[] permutation = node.Integers("perm") ?? [.. Enumerable.Range(0, full.Length).Reverse().Select(i => (long)i)];
        if (node.Failed || !permutation.Order().SequenceEqual(Enumerable.Range(0, full.Length).Select(i => (long)i)))
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'perm' is not a permutation of the axes");
        }

        int[] axes = [.. permutation.Select(p => (int)p)];
        if (x.Constant is { } data)
        {
            return node.Take(data.Count) ? Known(data, axes) : null;
        }

        if (node.Hidden && axes[0] != 0)
        {
            return node.Fail(OnnxErrors.Batch, "it moves the batch from the first place", "the batch as the first dimension throughout");
        }

        ImmutableArray<int> own = [.. axes.Skip(node.Offset).Select(a => a - node.Offset)];
        return own.Length == 0 ? x : node.Value(node.Transpose(x.Node!, own), [.. own.Select(a => x.Item[a])], x.Kind);
    }

    private static ImportValue? Known(Constant data, int[] permutation)
    {
        int rank = data.Shape.Length;
        long[] stride = new long[rank];
        long running = 1;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            stride[axis] = running;
            running *= data.Shape[axis];
        }

        int[] shape = [.. permutation.Select(p => data.Shape[p])];
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
}
