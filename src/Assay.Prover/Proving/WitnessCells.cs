using System.Collections.Immutable;
using Assay.Prover.Threading;
using Assay.Proofs.Circuits;
using Assay.Proofs.Layouts;

namespace Assay.Prover.Proving;

/// <summary>Copies columns into the cells of W (spec/proof-system.md, section 6.1).</summary>
/// <remarks>Safety: cells of a box lie in W, elements of a column in its column.</remarks>
internal sealed unsafe class WitnessCells
{
    // Cells of a part of the work.
    private const long PartCells = 1 << 15;

    private readonly List<Piece> _pieces = [];

    /// <param name="circuit">The circuit.</param>
    /// <param name="layout">Of its columns.</param>
    public WitnessCells(Circuit circuit, BoxLayout layout)
    {
        for (int column = 0; column < circuit.Columns.Length; column++)
        {
            Add(column, layout.Boxes[column]);
        }
    }

    /// <summary>Writes all cells that belong to a column; the others stay as they are.</summary>
    public void Copy(int** columns, int* cells, WorkerTeam team) => team.Run(
        new TeamAction(part =>
        {
            Piece piece = _pieces[part];
            for (int slice = 0; slice < piece.Slices; slice++)
            {
                CopySlice(
                    columns[piece.Column] + ((long)(piece.Start + slice) * piece.Elements),
                    cells + piece.Cell + ((long)slice << piece.SliceBits),
                    piece.Lengths,
                    piece.Shifts,
                    0);
            }
        }),
        _pieces.Count);

    private void Add(int column, BoxPlacement box)
    {
        List<int> lengths = [];
        List<int> shifts = [];
        long elements = 1;
        for (int d = box.Lead + 1; d < box.Dims.Length; d++)
        {
            elements *= box.Dims[d];
            if (box.Dims[d] == 1)
            {
                continue;
            }

            // A dimension that fills its pitch goes on without a gap where the one before it steps.
            if (lengths.Count > 0 && shifts[^1] == box.Shifts[d] + Bits.Ceiling(box.Dims[d]) && 1 << Bits.Ceiling(box.Dims[d]) == box.Dims[d])
            {
                lengths[^1] *= box.Dims[d];
                shifts[^1] = box.Shifts[d];
            }
            else
            {
                lengths.Add(box.Dims[d]);
                shifts.Add(box.Shifts[d]);
            }
        }

        bool whole = box.SliceBits == 0 || (lengths.Count == 1 && lengths[0] == 1 << box.SliceBits);
        foreach (BoxBlock block in box.Blocks)
        {
            int step = (int)Math.Max(1, PartCells >> box.SliceBits);
            for (int slice = 0; slice < block.Slices; slice += step)
            {
                int slices = Math.Min(step, block.Slices - slice);
                long cell = block.Offset + ((long)slice << box.SliceBits);
                _pieces.Add(whole
                    ? new(column, block.Start + slice, 1, elements, cell, 0, [checked((int)(slices * elements))], [0])
                    : new(column, block.Start + slice, slices, elements, cell, box.SliceBits, [.. lengths], [.. shifts]));
            }
        }
    }

    private static int* CopySlice(int* from, int* to, ImmutableArray<int> lengths, ImmutableArray<int> shifts, int dim)
    {
        if (dim == lengths.Length - 1)
        {
            new ReadOnlySpan<int>(from, lengths[dim]).CopyTo(new(to, lengths[dim]));
            return from + lengths[dim];
        }

        for (int i = 0; i < lengths[dim]; i++)
        {
            from = CopySlice(from, to + ((long)i << shifts[dim]), lengths, shifts, dim + 1);
        }

        return from;
    }

    /// <summary>Some slices of a column.</summary>
    /// <param name="Column">Its number.</param>
    /// <param name="Start">The first slice.</param>
    /// <param name="Slices">How many.</param>
    /// <param name="Elements">Of a slice, in the column.</param>
    /// <param name="Cell">Of the first slice.</param>
    /// <param name="SliceBits">Of a slice's cells.</param>
    /// <param name="Lengths">Of the loops in a slice.</param>
    /// <param name="Shifts">Cells of each loop's step, as powers of two.</param>
    private readonly record struct Piece(
        int Column, int Start, int Slices, long Elements, long Cell, int SliceBits, ImmutableArray<int> Lengths, ImmutableArray<int> Shifts);
}
