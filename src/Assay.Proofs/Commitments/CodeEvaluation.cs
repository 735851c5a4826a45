using System.Runtime.Intrinsics.X86;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Commitments;

/// <summary>Symbols of the codeword of a row over F.</summary>
internal static class CodeEvaluation
{
    /// <summary><c>Σ_i row[i] ω^(q i)</c> for each position q, ω of the code's length.</summary>
    public static Ext4[] At(Ext4[] row, int codeLength, ReadOnlySpan<int> positions)
    {
        // The last levels would be done for all positions, one number at a time: few are asked for.
        int bits = Bits.Ceiling(codeLength);
        int lowest = Math.Min(3, bits);
        int size = 1 << lowest;
        uint root = KoalaBear.RootOfUnity(lowest);
        uint[][] words = [new uint[codeLength], new uint[codeLength], new uint[codeLength], new uint[codeLength]];
        for (int i = 0; i < row.Length; i++)
        {
            words[0][i] = row[i].C0;
            words[1][i] = row[i].C1;
            words[2][i] = row[i].C2;
            words[3][i] = row[i].C3;
        }

        foreach (uint[] coordinate in words)
        {
            Transform.Forward(coordinate, lowest, Avx2.IsSupported);
        }

        Ext4[] values = new Ext4[positions.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int block = Transform.Place(positions[i], bits) >> lowest << lowest;
            uint x = KoalaBear.Pow(root, (ulong)(positions[i] >> (bits - lowest)));
            values[i] = new(
                At(words[0], block, size, x), At(words[1], block, size, x), At(words[2], block, size, x), At(words[3], block, size, x));
        }

        return values;
    }

    private static uint At(uint[] words, int block, int size, uint x)
    {
        uint value = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            value = KoalaBear.Add(KoalaBear.Mul(value, x), words[block + i]);
        }

        return value;
    }
}
