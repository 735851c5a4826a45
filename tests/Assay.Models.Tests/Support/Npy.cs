using System.Text;

namespace Assay.Models.Tests.Support;

/// <summary>Writes .npy files of version 1.</summary>
internal static class Npy
{
    public static byte[] Floats(float[] values, params long[] shape)
    {
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. values.SelectMany(BitConverter.GetBytes)];
    }

    public static byte[] Bytes(byte[] values)
    {
        string header = $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({values.Length},), }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. values];
    }
}
