using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Assay.Models.Data;

/// <summary>An array of a .npy file: row-major, the first dimension counts items.</summary>
public sealed class NpyArray
{
    private readonly ReadOnlyMemory<byte> _data;

    internal NpyArray(NpyType type, ImmutableArray<int> shape, ReadOnlyMemory<byte> data)
    {
        Type = type;
        Shape = shape;
        _data = data;
        Count = data.Length / Width(type);
    }

    public NpyType Type { get; }

    /// <summary>At least one dimension.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Elements.</summary>
    public int Count { get; }

    /// <summary>The first dimension.</summary>
    public int Items => Shape[0];

    /// <summary>The elements as floats; doubles and integers are rounded to the nearest.</summary>
    public float[] ToFloats()
    {
        float[] floats = new float[Count];
        ReadOnlySpan<byte> data = _data.Span;
        if (Type == NpyType.Float32 && BitConverter.IsLittleEndian)
        {
            data.CopyTo(MemoryMarshal.AsBytes(floats.AsSpan()));
            return floats;
        }

        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = Type switch
            {
                NpyType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(data[(4 * i)..]),
                NpyType.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(data[(8 * i)..]),
                _ => Integer(i),
            };
        }

        return floats;
    }

    /// <summary>The elements as integers, null if they are not of an integer type.</summary>
    public long[]? ToIntegers()
    {
        if (Type is NpyType.Float32 or NpyType.Float64)
        {
            return null;
        }

        long[] integers = new long[Count];
        for (int i = 0; i < integers.Length; i++)
        {
            integers[i] = Integer(i);
        }

        return integers;
    }

    internal static int Width(NpyType type) => type switch
    {
        NpyType.UInt8 => 1,
        NpyType.Float64 or NpyType.Int64 => 8,
        _ => 4,
    };

    private long Integer(int i) => Type switch
    {
        NpyType.UInt8 => _data.Span[i],
        NpyType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(_data.Span[(4 * i)..]),
        _ => BinaryPrimitives.ReadInt64LittleEndian(_data.Span[(8 * i)..]),
    };
}
