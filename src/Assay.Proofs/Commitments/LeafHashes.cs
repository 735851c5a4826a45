using System.Buffers.Binary;
using Assay.Proofs.Hashing;

namespace Assay.Proofs.Commitments;

/// <summary>Leaves of the trees over columns: <c>H_leaf</c> of a column's symbols, u32 little-endian each.</summary>
internal static class LeafHashes
{
    private static readonly uint[] Key = Words(MerkleOpening.LeafKey.Span);

    /// <param name="symbols">Columns one after the other.</param>
    /// <param name="digests">32 bytes for each column.</param>
    public static void Of(ReadOnlySpan<uint> symbols, int rows, Span<byte> digests)
    {
        int columns = symbols.Length / rows;
        int i = 0;
        for (; i + WideBlake3.Lanes <= columns; i += WideBlake3.Lanes)
        {
            WideBlake3.Keyed(Key, symbols.Slice(i * rows, WideBlake3.Lanes * rows), rows, digests[(i * Blake3.DigestBytes)..]);
        }

        byte[] bytes = new byte[sizeof(uint) * rows];
        for (; i < columns; i++)
        {
            ReadOnlySpan<uint> column = symbols.Slice(i * rows, rows);
            for (int r = 0; r < rows; r++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(uint) * r), column[r]);
            }

            Blake3.Keyed(MerkleOpening.LeafKey.Span, bytes, digests.Slice(i * Blake3.DigestBytes, Blake3.DigestBytes));
        }
    }

    private static uint[] Words(ReadOnlySpan<byte> bytes)
    {
        uint[] words = new uint[bytes.Length / sizeof(uint)];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(sizeof(uint) * i)..]);
        }

        return words;
    }
}
