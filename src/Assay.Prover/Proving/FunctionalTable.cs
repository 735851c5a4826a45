using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Prover.Simd;
using Assay.Prover.Sumchecks;
using Assay.Prover.Threading;

namespace Assay.Prover.Proving;

/// <summary>The coefficients of W's cells in all claims together: a sum of outer products for each column (spec/proof-system.md,
/// section 7, step 7).</summary>
/// <remarks>Safety: cells of a box lie in the table; slices of 16 cells and more begin at blocks of the table.</remarks>
internal sealed unsafe class FunctionalTable(ProofShape shape, ExtensionKernels kernels, NativeArena arena, WorkerTeam team)
{
    private const int BlockBits = 4;

    // Cells of a part of the work.
    private const long PartCells = 1 << 14;

    /// <summary>The coefficients.</summary>
    /// <param name="terms">With the power of λ that weighs their claim. Those of multiplicities are left out.</param>
    /// <param name="lookupPoint">z of the lookups: the claim on multiplicities, whose power of λ is 1.</param>
    /// <param name="table">As long as W; any content.</param>
    public void Fill(IReadOnlyList<(Term Term, Ext4 Power)> terms, Ext4[] lookupPoint, ExtensionArray table)
    {
        Circuit circuit = shape.Circuit;
        int tables = circuit.Tables.Length;
        int columns = circuit.Columns.Length - tables;
        List<(Term Term, Ext4 Power)>[] byColumn = new List<(Term Term, Ext4 Power)>[columns];
        foreach ((Term term, Ext4 power) in terms)
        {
            (byColumn[term.Column] ??= []).Add((term, power));
        }

        FunctionalColumn[] prepared = new FunctionalColumn[columns];
        team.Run(
            new TeamAction(column =>
            {
                prepared[column] = new(shape.Witness.Boxes[column], byColumn[column] ?? [], kernels, arena);
            }),
            columns);

        List<(FunctionalColumn? Column, int Start, int Slices, int Table)> parts = [];
        foreach (FunctionalColumn column in prepared)
        {
            int step = (int)Math.Max(1, PartCells >> column.Box.SliceBits);
            foreach (BoxBlock block in column.Box.Blocks)
            {
                for (int slice = 0; slice < block.Slices; slice += step)
                {
                    parts.Add((column, block.Start + slice, Math.Min(step, block.Slices - slice), -1));
                }
            }
        }

        for (int t = 0; t < tables; t++)
        {
            parts.Add((null, 0, 0, t));
        }

        // Neighbouring small boxes may share a block of 16: those are written by one thread, at the end.
        List<(long Cell, Ext4 Value)>[] small = new List<(long Cell, Ext4 Value)>[parts.Count];
        team.Run(
            new TeamAction(part =>
            {
                (FunctionalColumn? column, int start, int slices, int t) = parts[part];
                small[part] = [];
                if (column is null)
                {
                    Multiplicities(t, lookupPoint, table, small[part]);
                }
                else
                {
                    column.Fill(start, slices, table, small[part]);
                }
            }),
            parts.Count);
        foreach (List<(long Cell, Ext4 Value)> cells in small)
        {
            foreach ((long cell, Ext4 value) in cells)
            {
                table[cell] = value;
            }
        }

        foreach (FunctionalColumn column in prepared)
        {
            column.Dispose();
        }
    }

    /// <summary>The weights of a table's rows among the lookups' leaves.</summary>
    private void Multiplicities(int t, Ext4[] point, ExtensionArray table, List<(long Cell, Ext4 Value)> small)
    {
        BoxPlacement leaves = shape.Leaves.Boxes[shape.Circuit.Items.Length + t];
        BoxPlacement cells = shape.Witness.Boxes[shape.Circuit.Multiplicities(t).Index];
        for (int b = 0; b < cells.Blocks.Length; b++)
        {
            BoxBlock from = leaves.Blocks[b];
            Ext4 high = PointTables.At(point.AsSpan(from.Bits), from.Offset >> from.Bits);
            if (from.Bits >= BlockBits)
            {
                EqTable.Fill(kernels, table.Words + ExtensionArray.WordOf(cells.Blocks[b].Offset), point.AsSpan(0, from.Bits), high);
                continue;
            }

            Ext4[] values = EqTable.Scalars(point.AsSpan(0, from.Bits), high);
            for (int i = 0; i < values.Length; i++)
            {
                small.Add((cells.Blocks[b].Offset + i, values[i]));
            }
        }
    }
}
