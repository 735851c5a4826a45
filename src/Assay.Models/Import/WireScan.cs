namespace Assay.Models.Import;

/// <summary>
/// Walks a protocol-buffer file before it is decoded and counts what decoding would allocate: a message of two bytes
/// becomes an object of two hundred, so the file's size alone bounds nothing useful.
/// </summary>
internal static class WireScan
{
    private const int MaxDepth = 48;

    private enum Kind : byte
    {
        Model, Graph, Node, Attribute, Tensor, ValueInfo, Type, TensorType, Shape, Leaf,
    }

    private enum Field : byte
    {
        Skip, Text, PackedIntegers, Message, Opaque,
    }

    private readonly record struct Frame(Kind Kind, int End);

    /// <summary>Null if the file is well formed and within the limits, else "onnx/decode" or "onnx/limits".</summary>
    public static string? Check(ReadOnlySpan<byte> file, ImportLimits limits)
    {
        if (file.Length > limits.MaxFileBytes)
        {
            return OnnxErrors.Limits;
        }

        Span<Frame> frames = stackalloc Frame[MaxDepth];
        int depth = 0;
        frames[0] = new Frame(Kind.Model, file.Length);
        int position = 0;
        int messages = 0;
        long packed = 0;
        while (true)
        {
            while (position == frames[depth].End)
            {
                if (depth-- == 0)
                {
                    return null;
                }
            }

            Frame frame = frames[depth];
            if (!Varint.TryRead(file[..frame.End], ref position, out ulong tag) || tag >> 3 is 0 or > 536_870_911)
            {
                return OnnxErrors.Decode;
            }

            (Field field, Kind child) = Describe(frame.Kind, (int)(tag >> 3));
            switch (tag & 7)
            {
                case 0:
                    if (!Varint.TryRead(file[..frame.End], ref position, out _))
                    {
                        return OnnxErrors.Decode;
                    }

                    packed += field == Field.PackedIntegers ? 1 : 0;
                    break;
                case 1 or 5:
                    position += (tag & 7) == 1 ? 8 : 4;
                    if (position > frame.End)
                    {
                        return OnnxErrors.Decode;
                    }

                    break;
                case 2:
                    if (!Varint.TryRead(file[..frame.End], ref position, out ulong length) || length > (ulong)(frame.End - position))
                    {
                        return OnnxErrors.Decode;
                    }

                    int end = position + (int)length;
                    if (field == Field.Message)
                    {
                        if (++depth == MaxDepth)
                        {
                            return OnnxErrors.Limits;
                        }

                        frames[depth] = new Frame(child, end);
                    }
                    else
                    {
                        packed += field == Field.PackedIntegers ? (long)length : 0;
                        position = end;
                    }

                    messages += field is Field.Message or Field.Text ? 1 : field == Field.Opaque ? 1 + (int)length / 2 : 0;
                    break;
                default:
                    // Groups (3, 4) are not part of ONNX.
                    return OnnxErrors.Decode;
            }

            if (messages > limits.MaxMessages || packed > limits.MaxPackedIntegerBytes)
            {
                return OnnxErrors.Limits;
            }
        }
    }

    /// <summary>
    /// What decoding does with a field; field numbers are those of onnx-ml.proto. What the importer never reads
    /// (lists of subgraphs, functions, training, sparse tensors, types other than tensors) is opaque: counted at its worst.
    /// </summary>
    private static (Field Field, Kind Child) Describe(Kind kind, int number) => (kind, number) switch
    {
        (Kind.Model, 7) => (Field.Message, Kind.Graph),
        (Kind.Model, 8 or 14) => (Field.Message, Kind.Leaf),
        (Kind.Model, 20 or 25) => (Field.Opaque, Kind.Leaf),
        (Kind.Graph, 1) => (Field.Message, Kind.Node),
        (Kind.Graph, 5) => (Field.Message, Kind.Tensor),
        (Kind.Graph, 11 or 12 or 13) => (Field.Message, Kind.ValueInfo),
        (Kind.Graph, 14 or 15) => (Field.Opaque, Kind.Leaf),
        (Kind.Node, 1 or 2) => (Field.Text, Kind.Leaf),
        (Kind.Node, 5) => (Field.Message, Kind.Attribute),
        (Kind.Attribute, 5 or 10) => (Field.Message, Kind.Tensor),
        (Kind.Attribute, 6) => (Field.Message, Kind.Graph),
        (Kind.Attribute, 11 or 14 or 15 or 22 or 23) => (Field.Opaque, Kind.Leaf),
        (Kind.Attribute, 9) => (Field.Text, Kind.Leaf),
        (Kind.Attribute, 8) => (Field.PackedIntegers, Kind.Leaf),
        (Kind.Tensor, 1 or 5 or 7 or 11) => (Field.PackedIntegers, Kind.Leaf),
        (Kind.Tensor, 6) => (Field.Text, Kind.Leaf),
        (Kind.Tensor, 3 or 13) => (Field.Message, Kind.Leaf),
        (Kind.ValueInfo, 2) => (Field.Message, Kind.Type),
        (Kind.Type, 1) => (Field.Message, Kind.TensorType),
        (Kind.Type, 4 or 5 or 7 or 8 or 9) => (Field.Opaque, Kind.Leaf),
        (Kind.TensorType, 2) => (Field.Message, Kind.Shape),
        (Kind.Shape, 1) => (Field.Message, Kind.Leaf),
        _ => (Field.Skip, Kind.Leaf),
    };
}
