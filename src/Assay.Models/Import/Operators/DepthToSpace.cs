using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Blocks of channels as blocks of places, and back.</summary>
internal static class DepthToSpace
{
    /// <summary>Channels in blocks of b*b become places: in mode DCR block by block, in mode CRD channel by channel.</summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (Blocks(node) is not var (x, items, b, channels, height, width))
        {
            return null;
        }

        if (channels % (b * b) != 0)
        {
            return node.Fail(OnnxErrors.Shape, $"{channels} channels are not blocks of {b}x{b}");
        }

        int rest = channels / (b * b);
        FloatNode woven = node.Text("mode", "DCR") == "CRD"
            ? node.Transpose(node.Reshape(x.Node!, [items, rest, b, b, height, width]), [0, 1, 4, 2, 5, 3])
            : node.Transpose(node.Reshape(x.Node!, [items, b, b, rest, height, width]), [0, 3, 4, 1, 5, 2]);
        return node.Value(woven, [.. x.Item[..(1 - node.Offset)], rest, height * b, width * b], x.Kind);
    }

    /// <summary>Blocks of b*b places become channels, block by block.</summary>
    public static ImportValue? Inverse(NodeContext node)
    {
        if (Blocks(node) is not var (x, items, b, channels, height, width))
        {
            return null;
        }

        if (height % b != 0 || width % b != 0)
        {
            return node.Fail(OnnxErrors.Shape, $"planes of {height}x{width} are not blocks of {b}x{b}");
        }

        FloatNode woven = node.Transpose(node.Reshape(x.Node!, [items, channels, height / b, b, width / b, b]), [0, 3, 5, 1, 2, 4]);
        return node.Value(woven, [.. x.Item[..(1 - node.Offset)], channels * b * b, height / b, width / b], x.Kind);
    }

    private static (ImportValue X, int Items, int Block, int Channels, int Height, int Width)? Blocks(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.Computed(0) is not { } x)
        {
            return null;
        }

        long block = node.Integer("blocksize", 0);
        if (node.Failed || block is < 1 or > 1024 || x.Item.Length + node.Offset != 4)
        {
            node.Fail(OnnxErrors.Shape, "its operand isn't [N,C,H,W], or attribute 'blocksize' is out of range");
            return null;
        }

        return (x, node.Hidden ? 1 : x.Item[0], (int)block, x.Item[^3], x.Item[^2], x.Item[^1]);
    }
}
