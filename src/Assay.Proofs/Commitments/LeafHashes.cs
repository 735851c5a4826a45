using System.Buffers.Binary;
using Assay.Proofs.Hashing;

namespace Assay.Proofs.Commitments;

/// <summary>Leaves of the trees over columns: <c>H_leaf</c> of a column's symbols, u32 little-endian each.</summary>
internal static class LeafHashes
{
    /// <param name="symbols">Columns one after the other.</param>
    /// <param name="digests">32 bytes for each column.</param>
    public static void Of(ReadOnlySpan<uint> symbols, int rows, Span<byte> digests)
    {
        byte[] bytes = new byte[sizeof(uint) * rows];
        for (int i = 0; i * rows < symbols.Length; i++)
        {
            ReadOnlySpan<uint> column = symbols.Slice(i * rows, rows);
            for (int r = 0; r < rows; r++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(uint) * r), column[r]);
            }

            Blake3.Keyed(MerkleOpening.LeafKey.Span, bytes, digests.Slice(i * Blake3.DigestBytes, Blake3.DigestBytes));
        }
    }
}
