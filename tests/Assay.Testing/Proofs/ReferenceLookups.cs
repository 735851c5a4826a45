using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Testing.Proofs;

/// <summary>Lookup items by their definition (spec/proof-system.md, sections 4 and 7, step 2).</summary>
public static class ReferenceLookups
{
    /// <summary>How often each row is looked up, written to the last columns; tuples that aren't rows count nowhere.</summary>
    public static void Count(Circuit circuit, long[][] columns)
    {
        foreach (LookupItem item in circuit.Items)
        {
            foreach (int[] index in Boxes.Indices(item.Dims))
            {
                int table = Table(item, index);
                long[] tuple = Tuple(circuit, item, index, columns);
                int row = circuit.Tables[table].Find(tuple[0], tuple[1], tuple[2]);
                if (row >= 0)
                {
                    columns[circuit.Multiplicities(table).Index][row]++;
                }
            }
        }
    }

    /// <summary>Numerators and denominators of all leaves.</summary>
    public static (Ext4[] P, Ext4[] Q) Leaves(ProofShape shape, uint[][] columns, Ext4 alpha, Ext4 beta)
    {
        Circuit circuit = shape.Circuit;
        Ext4[] p = new Ext4[1 << shape.LeafBits];
        Ext4[] q = new Ext4[1 << shape.LeafBits];
        Array.Fill(q, Ext4.One);
        Ext4 beta2 = beta * beta;
        Ext4 beta3 = beta2 * beta;
        long[][] integers = [.. columns.Select(column => Array.ConvertAll(column, x => (long)x))];
        for (int i = 0; i < circuit.Items.Length; i++)
        {
            LookupItem item = circuit.Items[i];
            foreach (int[] index in Boxes.Indices(item.Dims))
            {
                long[] c = Tuple(circuit, item, index, integers);
                long cell = shape.Leaves.Boxes[i].Cell(index);
                p[cell] = Ext4.One;
                q[cell] = alpha - Ext4.From(c[0]) - (beta * KoalaBear.From(c[1])) - (beta2 * KoalaBear.From(c[2]))
                    - (beta3 * KoalaBear.From(Table(item, index) + 1));
            }
        }

        for (int t = 0; t < circuit.Tables.Length; t++)
        {
            uint[] multiplicities = columns[circuit.Multiplicities(t).Index];
            for (int row = 0; row < multiplicities.Length; row++)
            {
                (int c0, int c1, int c2) = circuit.Tables[t].Row(row);
                long cell = shape.Leaves.Boxes[circuit.Items.Length + t].Cell([row]);
                p[cell] = Ext4.Zero - (Ext4.One * multiplicities[row]);
                q[cell] = alpha - Ext4.From(c0) - (beta * KoalaBear.From(c1)) - (beta2 * KoalaBear.From(c2)) - (beta3 * KoalaBear.From(t + 1));
            }
        }

        return (p, q);
    }

    private static int Table(LookupItem item, int[] index) => item.Tables[item.TableAxis < 0 ? 0 : index[item.TableAxis]];

    private static long[] Tuple(Circuit circuit, LookupItem item, int[] index, long[][] columns)
    {
        long[] tuple = new long[3];
        for (int j = 0; j < item.Expressions.Length; j++)
        {
            Int128 sum = item.Expressions[j].Constant;
            foreach (View view in item.Expressions[j].Views)
            {
                sum += At(view, circuit.Columns[view.Column], index, columns);
            }

            // Residues give residues; integers of an honest prover stay as they are.
            tuple[j] = (long)(sum > long.MaxValue || sum < long.MinValue ? sum % KoalaBear.P : sum);
        }

        return tuple;
    }

    private static Int128 At(View view, Column column, int[] index, long[][] columns)
    {
        Int128 factor = view.Coefficient;
        int[] at = new int[view.Axes.Length];
        for (int d = 0; d < at.Length; d++)
        {
            AxisMap map = view.Axes[d];
            int position = map.BoxAxis < 0 ? 0 : index[map.BoxAxis];
            at[d] = map.Places[position];
            if (at[d] < 0)
            {
                return 0;
            }

            factor *= map.Weights.IsEmpty ? 1 : map.Weights[position];
        }

        return factor % KoalaBear.P * columns[view.Column][Boxes.Number(column.Dims, at)];
    }
}
