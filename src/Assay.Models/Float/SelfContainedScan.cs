using Assay.Models.Import;

namespace Assay.Models.Float;

/// <summary>
/// Walks an ONNX file without decoding it and finds tensors whose data lie in other files, wherever a tensor can stand:
/// subgraphs, functions, training, sparse tensors. A runtime would open such files by names that the model chooses. Allocates
/// nothing; field numbers are those of onnx-ml.proto.
/// </summary>
internal static class SelfContainedScan
{
    /// <summary>Deeper than any exporter nests; the runtime's own reader stops at 100.</summary>
    private const int MaxDepth = 64;

    private enum Kind : byte
    {
        Skip, Model, Training, Function, Graph, Node, Attribute, Sparse, Tensor, External, Location,
    }

    private readonly record struct Frame(Kind Kind, int End);

    /// <summary>Null, or <c>onnx/decode</c>, <c>onnx/limits</c> (too deep) or <c>onnx/external-data</c>.</summary>
    public static string? Check(ReadOnlySpan<byte> file)
    {
        Span<Frame> frames = stackalloc Frame[MaxDepth];
        int depth = 0;
        int position = 0;
        bool hasGraph = false;
        frames[0] = new Frame(Kind.Model, file.Length);
        while (true)
        {
            while (position == frames[depth].End)
            {
                if (depth-- == 0)
                {
                    return hasGraph ? null : OnnxErrors.Decode;
                }
            }

            Frame frame = frames[depth];
            ReadOnlySpan<byte> rest = file[..frame.End];
            if (!Varint.TryRead(rest, ref position, out ulong tag) || tag >> 3 is 0 or > 536_870_911)
            {
                return OnnxErrors.Decode;
            }

            Kind child = Child(frame.Kind, (int)(tag >> 3));
            ulong length = 0;
            ulong value = 0;
            if (!((tag & 7) switch
            {
                0 => Varint.TryRead(rest, ref position, out value),
                1 => TrySkip(rest, ref position, 8),
                5 => TrySkip(rest, ref position, 4),
                2 => Varint.TryRead(rest, ref position, out length) && length <= (ulong)(frame.End - position),
                _ => false, // groups are no part of ONNX
            }))
            {
                return OnnxErrors.Decode;
            }

            if (child == Kind.External || (child == Kind.Location && value != 0))
            {
                return OnnxErrors.ExternalData;
            }

            if ((tag & 7) != 2)
            {
                continue;
            }

            int end = position + (int)length;
            if (child is Kind.Skip or Kind.Location)
            {
                position = end;
                continue;
            }

            hasGraph |= depth == 0 && child == Kind.Graph;
            if (++depth == MaxDepth)
            {
                return OnnxErrors.Limits;
            }

            frames[depth] = new Frame(child, end);
        }
    }

    // A tensor says by these two fields only that its data are elsewhere: external_data, and a data_location that isn't 0.
    private static Kind Child(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 20) => Kind.Training,
        (Kind.Model, 25) => Kind.Function,
        (Kind.Training, 1 or 2) => Kind.Graph,
        (Kind.Function, 7) => Kind.Node,
        (Kind.Function, 11) => Kind.Attribute,
        (Kind.Graph, 1) => Kind.Node,
        (Kind.Graph, 5) => Kind.Tensor,
        (Kind.Graph, 15) => Kind.Sparse,
        (Kind.Node, 5) => Kind.Attribute,
        (Kind.Attribute, 5 or 10) => Kind.Tensor,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        (Kind.Attribute, 22 or 23) => Kind.Sparse,
        (Kind.Sparse, 1 or 2) => Kind.Tensor,
        (Kind.Tensor, 13) => Kind.External,
        (Kind.Tensor, 14) => Kind.Location,
        _ => Kind.Skip,
    };

    private static bool TrySkip(ReadOnlySpan<byte> bytes, ref int position, int count)
    {
        position += count;
        return position <= bytes.Length;
    }
}
