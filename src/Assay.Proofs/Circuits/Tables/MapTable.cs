using Assay.Programs;

namespace Assay.Proofs.Circuits;

/// <summary>A table of the program: an operand and its entry.</summary>
/// <param name="Number">Of the program's table: two tables of the same entries are two.</param>
/// <param name="Lowest">The operand that entry 0 belongs to.</param>
/// <param name="Entries">The program's table.</param>
public sealed record MapTable(int Number, int Lowest, LookupTable Entries) : ProofTable
{
    /// <inheritdoc/>
    public override int Rows => Entries.Values.Length;

    /// <inheritdoc/>
    public override (int C0, int C1, int C2) Row(int index) => (Lowest + index, Entries.Values[index], 0);

    /// <inheritdoc/>
    public override int Find(long c0, long c1, long c2)
    {
        long index = c0 - Lowest;
        return index >= 0 && index < Rows && c1 == Entries.Values[(int)index] && c2 == 0 ? (int)index : -1;
    }
}
