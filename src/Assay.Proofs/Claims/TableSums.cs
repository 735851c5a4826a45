using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Claims;

/// <summary>Weighted sums over a table's rows.</summary>
internal static class TableSums
{
    /// <summary><c>Σ weights[i]</c> and the same times each part of row i.</summary>
    /// <param name="weights">As many as the table has rows.</param>
    public static (Ext4 Sum, Ext4 C0, Ext4 C1, Ext4 C2) Of(ProofTable table, Ext4[] weights)
    {
        uint[] c0 = new uint[weights.Length];
        uint[] c1 = new uint[weights.Length];
        uint[] c2 = new uint[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            (int x, int y, int k) = table.Row(i);
            c0[i] = KoalaBear.From(x);
            c1[i] = KoalaBear.From(y);
            c2[i] = KoalaBear.From(k);
        }

        return (Sums.Of(weights), Sums.Dot(weights, c0), Sums.Dot(weights, c1), Sums.Dot(weights, c2));
    }
}
