using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Assay.Bench.OnnxRuntime;

/// <summary>Reads the shipped models' NumPy files: 32-bit floats, C order. For files that one trusts.</summary>
public static class NpyFile
{
    /// <returns>All values, row-major.</returns>
    /// <exception cref="InvalidDataException">The file is of another kind.</exception>
    public static float[] ReadFloats(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        if (file.Length < 12 || file[0] != 0x93 || !file[1..].StartsWith("NUMPY"u8))
        {
            throw new InvalidDataException($"{path} is not a NumPy file.");
        }

        bool isWide = file[6] >= 2;
        int start = isWide ? 12 : 10;
        int length = isWide
            ? checked((int)BinaryPrimitives.ReadUInt32LittleEndian(file[8..]))
            : BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        string header = Encoding.Latin1.GetString(file.Slice(start, length));
        return header.Contains("'descr': '<f4'", StringComparison.Ordinal)
            && header.Contains("'fortran_order': False", StringComparison.Ordinal)
            ? MemoryMarshal.Cast<byte, float>(file[(start + length)..]).ToArray()
            : throw new InvalidDataException($"{path} does not hold 32-bit floats in C order.");
    }
}
