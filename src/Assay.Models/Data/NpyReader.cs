using System.Buffers.Binary;

namespace Assay.Models.Data;

/// <summary>
/// Reads NumPy's .npy format, versions 1 to 3: little-endian float32, float64, uint8, int32 and int64 in C order.
/// The header must be what NumPy writes: a Python dictionary of exactly descr, fortran_order and shape, in any order.
/// </summary>
public static class NpyReader
{
    private const int MaxHeader = 1 << 16;

    /// <summary>The array over the same bytes, or null and one of <see cref="NpyErrors"/>. Never throws.</summary>
    public static NpyArray? TryRead(ReadOnlyMemory<byte> bytes, out string? error)
    {
        ReadOnlySpan<byte> file = bytes.Span;
        error = NpyErrors.Header;
        if (file.Length < 12 || file[0] != 0x93 || !file[1..].StartsWith("NUMPY"u8) || file[6] is < 1 or > 3 || file[7] != 0)
        {
            return null;
        }

        int start = file[6] == 1 ? 10 : 12;
        long length = file[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(file[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        if (length > MaxHeader || length > file.Length - start)
        {
            return null;
        }

        NpyHeader header = new(file.Slice(start, (int)length));
        error = header.Parse();
        if (error is not null)
        {
            return null;
        }

        ReadOnlyMemory<byte> data = bytes[(start + (int)length)..];
        int width = NpyArray.Width(header.Type);
        long count = 1;
        foreach (int dimension in header.Shape)
        {
            count *= dimension;
            if (count > data.Length / width)
            {
                error = NpyErrors.Shape;
                return null;
            }
        }

        error = count * width == data.Length ? null : NpyErrors.Length;
        return error is null ? new NpyArray(header.Type, header.Shape, data) : null;
    }
}
