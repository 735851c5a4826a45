using System.Buffers.Binary;
using Assay.Proofs.Circuits;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;

namespace Assay.Testing.Proofs;

/// <summary>Rows as codewords of rate 1/4 under a Merkle tree, plainly (spec/proof-system.md, section 6).</summary>
public sealed class ReferenceCode
{
    private readonly byte[][][] _levels;

    /// <summary>Encodes rows.</summary>
    /// <param name="rows">Equally long, a power of two; at least one.</param>
    /// <param name="tamper">May change the codewords before they are hashed.</param>
    public ReferenceCode(uint[][] rows, Action<uint[][]>? tamper)
    {
        Codewords = [.. rows.Select(Encode)];
        tamper?.Invoke(Codewords);
        int length = Codewords[0].Length;
        Depth = Bits.Ceiling(length);
        _levels = new byte[Depth + 1][][];
        _levels[0] = new byte[length][];
        for (int q = 0; q < length; q++)
        {
            byte[] column = new byte[4 * Codewords.Length];
            for (int r = 0; r < Codewords.Length; r++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(column.AsSpan(4 * r), Codewords[r][q]);
            }

            _levels[0][q] = new byte[Blake3.DigestBytes];
            Blake3.Keyed(MerkleOpening.LeafKey.Span, column, _levels[0][q]);
        }

        for (int level = 1; level <= Depth; level++)
        {
            byte[][] below = _levels[level - 1];
            _levels[level] = new byte[below.Length / 2][];
            for (int i = 0; i < _levels[level].Length; i++)
            {
                _levels[level][i] = new byte[Blake3.DigestBytes];
                Blake3.Keyed(MerkleOpening.NodeKey.Span, [.. below[2 * i], .. below[(2 * i) + 1]], _levels[level][i]);
            }
        }
    }

    public uint[][] Codewords { get; }

    public int Depth { get; }

    public byte[] Root => _levels[Depth][0];

    /// <summary>The symbols of all rows at each position, position by position.</summary>
    public uint[] Symbols(int[] positions) => [.. positions.SelectMany(q => Codewords.Select(row => row[q]))];

    public byte[] Siblings(int[] positions) =>
        [.. MerkleOpening.Siblings(positions, Depth).SelectMany(sibling => _levels[sibling.Level][sibling.Index])];

    /// <summary>The values of the polynomial with these coefficients at all powers of ω.</summary>
    public static uint[] Encode(uint[] coefficients)
    {
        uint[] padded = new uint[coefficients.Length << 2];
        coefficients.CopyTo(padded, 0);
        return Transform(padded, KoalaBear.RootOfUnity(Bits.Ceiling(padded.Length)));
    }

    private static uint[] Transform(uint[] values, uint root)
    {
        if (values.Length == 1)
        {
            return values;
        }

        int half = values.Length / 2;
        uint square = KoalaBear.Mul(root, root);
        uint[] even = Transform([.. values.Where((_, i) => i % 2 == 0)], square);
        uint[] odd = Transform([.. values.Where((_, i) => i % 2 == 1)], square);
        uint[] result = new uint[values.Length];
        uint power = 1;
        for (int i = 0; i < half; i++)
        {
            uint product = KoalaBear.Mul(power, odd[i]);
            result[i] = KoalaBear.Add(even[i], product);
            result[half + i] = KoalaBear.Sub(even[i], product);
            power = KoalaBear.Mul(power, root);
        }

        return result;
    }
}
