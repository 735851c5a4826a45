using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Commitments;

/// <summary>Symbols of the codeword of a row over F.</summary>
internal static class CodeEvaluation
{
    /// <summary><c>Σ_i row[i] ω^(q i)</c> for each position q, ω of the code's length.</summary>
    public static Ext4[] At(Ext4[] row, int codeLength, ReadOnlySpan<int> positions)
    {
        int bits = Bits.Ceiling(codeLength);
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
            Transform.Forward(coordinate);
        }

        Ext4[] values = new Ext4[positions.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int place = Transform.Place(positions[i], bits);
            values[i] = new(words[0][place], words[1][place], words[2][place], words[3][place]);
        }

        return values;
    }
}
