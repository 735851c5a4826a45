using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Lookups;

/// <summary>A leaf's denominator <c>α - c_0 - β c_1 - β^2 c_2 - β^3 τ</c> as integers that differ from cell to cell, and a part that is
/// the same in the whole box.</summary>
/// <param name="Terms">What differs.</param>
/// <param name="Constants">What is the same: the factors of β^0 to β^3.</param>
internal sealed record LeafFingerprint(ImmutableArray<LeafTerm> Terms, ImmutableArray<long> Constants)
{
    /// <summary>The power of β that the table's tag has.</summary>
    private const int TagPower = 3;

    /// <summary>Of an item.</summary>
    public static LeafFingerprint Of(Circuit circuit, LookupItem item, LeafBox box)
    {
        List<LeafTerm> terms = [];
        long[] constants = new long[TagPower + 1];
        for (int j = 0; j < item.Expressions.Length; j++)
        {
            constants[j] = item.Expressions[j].Constant;
            foreach (View view in item.Expressions[j].Views)
            {
                LeafReader reader = new(box, circuit.Columns[view.Column], view);
                if (!reader.ReadsNothing)
                {
                    terms.Add(new(j, view.Coefficient % KoalaBear.P * reader.Factor % KoalaBear.P, reader));
                }
            }
        }

        if (item.Tables.Length == 1)
        {
            constants[TagPower] = item.Tables[0] + 1;
        }
        else
        {
            terms.Add(new(TagPower, 1, new(box, item.TableAxis, [.. item.Tables.Select(table => table + 1)])));
        }

        return new([.. terms], [.. constants]);
    }

    /// <summary>Of a table's rows.</summary>
    public static LeafFingerprint Of(ProofTable table, int index, LeafBox box)
    {
        int[][] rows = [new int[table.Rows], new int[table.Rows], new int[table.Rows]];
        for (int i = 0; i < table.Rows; i++)
        {
            (rows[0][i], rows[1][i], rows[2][i]) = table.Row(i);
        }

        List<LeafTerm> terms = [];
        for (int j = 0; j < rows.Length; j++)
        {
            if (rows[j].AsSpan().ContainsAnyExcept(0))
            {
                terms.Add(new(j, 1, new(box, 0, rows[j])));
            }
        }

        return new([.. terms], [0, 0, 0, index + 1]);
    }

    /// <summary>The part that is the same in the whole box, in array form.</summary>
    public Ext4 First(Ext4 alpha, ReadOnlySpan<Ext4> betaPowers)
    {
        Ext4 first = alpha;
        for (int j = 0; j < Constants.Length; j++)
        {
            first -= betaPowers[j] * KoalaBear.From(Constants[j]);
        }

        return ExtensionForm.Enter(first);
    }
}
