using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace Assay.Models.Import;

/// <summary>Turns ONNX's tensors into constants, checking that data and dimensions agree.</summary>
internal static class TensorDecoder
{
    /// <summary>A constant, or a code and a message. Doubles are rounded to float, which is what the graph computes with.</summary>
    public static (Constant? Constant, string Code, string Message) Decode(TensorProto tensor, long elementBudget)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count != 0)
        {
            return Fail(OnnxErrors.ExternalData, "its data lie in another file");
        }

        if (tensor.Segment is not null)
        {
            return Fail(OnnxErrors.TensorData, "it is stored in segments");
        }

        if (tensor.Dims.Count > ImportLimits.MaxRank)
        {
            return Fail(OnnxErrors.Limits, $"it has {tensor.Dims.Count} dimensions");
        }

        // Integers decode to eight bytes each and are only ever shapes, indices and quantised weights that are refused later.
        bool isFloat = (DataType)tensor.DataType is DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16;
        long limit = isFloat ? elementBudget : Math.Min(elementBudget, 1 << 22);
        long count = 1;
        long bound = 1;
        ImmutableArray<int>.Builder shape = ImmutableArray.CreateBuilder<int>(tensor.Dims.Count);
        foreach (long dimension in tensor.Dims)
        {
            if (dimension is < 0 or > int.MaxValue)
            {
                return Fail(OnnxErrors.TensorData, $"dimension {dimension} is out of range");
            }

            count *= dimension;
            bound *= Math.Max(1, dimension);
            if (bound > limit)
            {
                return Fail(OnnxErrors.Limits, "constants have more elements than the importer's limit");
            }

            shape.Add((int)dimension);
        }

        return DecodeData(tensor, shape.MoveToImmutable(), (int)count);
    }

    private static (Constant? Constant, string Code, string Message) DecodeData(TensorProto tensor, ImmutableArray<int> shape, int count)
    {
        DataType type = (DataType)tensor.DataType;
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        bool isRaw = raw.Length != 0;
        int width = Width(type);
        if (width == 0)
        {
            return Fail(OnnxErrors.ElementType, $"element type {type} is not supported");
        }

        int have = isRaw ? raw.Length / width : Stored(tensor, type);
        if ((isRaw && raw.Length % width != 0) || have != count)
        {
            return Fail(OnnxErrors.TensorData, $"its dimensions need {count} elements, its data hold {have}");
        }

        if (type is DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16)
        {
            float[] floats = isRaw ? RawFloats(raw, type, count) : StoredFloats(tensor, type, count);
            return (new Constant(shape, floats), string.Empty, string.Empty);
        }

        long[] integers = new long[count];
        for (int i = 0; i < count; i++)
        {
            integers[i] = isRaw ? RawInteger(raw.Slice(i * width, width), type) : StoredInteger(tensor, type, i);
            if (integers[i] == Constant.Batch)
            {
                return Fail(OnnxErrors.TensorData, "it holds a number that is reserved here");
            }
        }

        return (new Constant(shape, integers) { IntegerRange = Range(type) }, string.Empty, string.Empty);
    }

    /// <summary>The numbers of an integer type of up to 16 bits; everything for any other.</summary>
    public static (long Least, long Most) Range(DataType type) => type switch
    {
        DataType.Uint8 => (0, 255),
        DataType.Int8 => (-128, 127),
        DataType.Uint16 => (0, 65535),
        DataType.Int16 => (-32768, 32767),
        _ => (long.MinValue, long.MaxValue),
    };

    private static int Width(DataType type) => type switch
    {
        DataType.Uint8 or DataType.Int8 or DataType.Bool => 1,
        DataType.Uint16 or DataType.Int16 or DataType.Float16 or DataType.Bfloat16 => 2,
        DataType.Float or DataType.Int32 or DataType.Uint32 => 4,
        DataType.Double or DataType.Int64 or DataType.Uint64 => 8,
        _ => 0,
    };

    private static int Stored(TensorProto tensor, DataType type) => type switch
    {
        DataType.Float => tensor.FloatData.Count,
        DataType.Double => tensor.DoubleData.Count,
        DataType.Int64 => tensor.Int64Data.Count,
        DataType.Uint32 or DataType.Uint64 => tensor.Uint64Data.Count,
        _ => tensor.Int32Data.Count,
    };

    private static long StoredInteger(TensorProto tensor, DataType type, int i) => type switch
    {
        DataType.Int64 => tensor.Int64Data[i],
        DataType.Uint32 => (uint)tensor.Uint64Data[i],
        DataType.Uint64 => (long)Math.Min(tensor.Uint64Data[i], long.MaxValue),
        _ => tensor.Int32Data[i],
    };

    private static float[] StoredFloats(TensorProto tensor, DataType type, int count)
    {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++)
        {
            floats[i] = type switch
            {
                DataType.Float => tensor.FloatData[i],
                DataType.Double => (float)tensor.DoubleData[i],
                DataType.Float16 => (float)BitConverter.UInt16BitsToHalf((ushort)tensor.Int32Data[i]),
                _ => BitConverter.UInt32BitsToSingle((uint)tensor.Int32Data[i] << 16),
            };
        }

        return floats;
    }

    private static float[] RawFloats(ReadOnlySpan<byte> raw, DataType type, int count)
    {
        float[] floats = new float[count];
        if (type == DataType.Float && BitConverter.IsLittleEndian)
        {
            raw.CopyTo(MemoryMarshal.AsBytes(floats.AsSpan()));
            return floats;
        }

        for (int i = 0; i < count; i++)
        {
            floats[i] = type switch
            {
                DataType.Float => BinaryPrimitives.ReadSingleLittleEndian(raw[(i * 4)..]),
                DataType.Double => (float)BinaryPrimitives.ReadDoubleLittleEndian(raw[(i * 8)..]),
                DataType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(raw[(i * 2)..]),
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(raw[(i * 2)..]) << 16),
            };
        }

        return floats;
    }

    private static long RawInteger(ReadOnlySpan<byte> element, DataType type) => type switch
    {
        DataType.Uint8 => element[0],
        DataType.Bool => element[0] == 0 ? 0 : 1,
        DataType.Int8 => (sbyte)element[0],
        DataType.Uint16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        DataType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        DataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        DataType.Uint32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        DataType.Uint64 => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(element), long.MaxValue),
        _ => BinaryPrimitives.ReadInt64LittleEndian(element),
    };

    private static (Constant? Constant, string Code, string Message) Fail(string code, string message) => (null, code, message);
}
