using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Commitments;

/// <summary>Symbols of the codeword of a row over F.</summary>
internal static class CodeEvaluation
{
    /// <summary><c>Σ_i row[i] ω^(q i)</c> for each position q, ω of the code's length.</summary>
    public static Ext4[] At(Ext4[] row, int codeLength, ReadOnlySpan<int> positions)
    {
        uint root = KoalaBear.RootOfUnity(Bits.Ceiling(codeLength));
        Ext4[] values = new Ext4[positions.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            uint x = KoalaBear.Pow(root, (ulong)positions[i]);
            Ext4 value = Ext4.Zero;
            for (int k = row.Length - 1; k >= 0; k--)
            {
                value = (value * x) + row[k];
            }

            values[i] = value;
        }

        return values;
    }
}
