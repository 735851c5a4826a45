using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Layouts;

namespace Assay.Prover.Lookups;

/// <summary>How the leaves of a circuit's lookups are filled; made once for each circuit (spec/proof-system.md, section 7, step 2).</summary>
internal sealed class LookupPlan
{
    /// <summary>Cells that are filled at a time: their integers stay in the first-level cache.</summary>
    public const int PieceCells = 1024;

    /// <summary>Cells of a part of the work, at least: some 50 microseconds.</summary>
    private const int PartCells = 16384;

    public LookupPlan(ProofShape shape)
    {
        Circuit circuit = shape.Circuit;
        LeafBits = shape.LeafBits;
        Cells = shape.Leaves.Cells;
        ImmutableArray<LeafBox> boxes = [.. shape.Leaves.Boxes.Select(box => new LeafBox(box))];
        Boxes = boxes;
        Fingerprints =
        [
            .. circuit.Items.Select((item, i) => LeafFingerprint.Of(circuit, item, boxes[i])),
            .. circuit.Tables.Select((table, t) => LeafFingerprint.Of(table, t, boxes[circuit.Items.Length + t])),
        ];
        Multiplicities =
        [
            .. circuit.Items.Select(_ => -1),
            .. circuit.Tables.Select((_, t) => circuit.Multiplicities(t).Index),
        ];

        List<LeafPiece> pieces = [];
        for (int box = 0; box < boxes.Length; box++)
        {
            foreach (BoxBlock block in boxes[box].Placement.Blocks)
            {
                long cells = 1L << (boxes[box].Placement.SliceBits + block.Bits);
                for (long within = 0; within < cells; within += PieceCells)
                {
                    pieces.Add(new(box, block, within, (int)Math.Min(PieceCells, cells)));
                }
            }
        }

        pieces.Sort((x, y) => x.Cell.CompareTo(y.Cell));
        Pieces = [.. pieces];
        List<int> parts = [0];
        for (int i = 0; i < Pieces.Length; i++)
        {
            if (Pieces[i].Cell - Pieces[parts[^1]].Cell >= PartCells)
            {
                parts.Add(i);
            }
        }

        Parts = [.. parts, Pieces.Length];
    }

    /// <summary>N.</summary>
    public int LeafBits { get; }

    /// <summary>Leaves that are used: more than 2^(N-1), or 1.</summary>
    public long Cells { get; }

    /// <summary>Of the items, then of the tables.</summary>
    public ImmutableArray<LeafBox> Boxes { get; }

    /// <summary>What is looked up in each box.</summary>
    public ImmutableArray<LeafFingerprint> Fingerprints { get; }

    /// <summary>For each box the column of multiplicities, or -1 for items.</summary>
    public ImmutableArray<int> Multiplicities { get; }

    /// <summary>All cells, in their order.</summary>
    public ImmutableArray<LeafPiece> Pieces { get; }

    /// <summary>The first piece of each part of the work, and the number of pieces at last.</summary>
    public ImmutableArray<int> Parts { get; }
}
