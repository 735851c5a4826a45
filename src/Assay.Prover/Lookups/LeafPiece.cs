using Assay.Proofs.Layouts;

namespace Assay.Prover.Lookups;

/// <summary>Some cells of a block of leaves: a power of two, aligned.</summary>
/// <param name="Box">The box: items, then tables.</param>
/// <param name="Block">The block.</param>
/// <param name="Within">The first cell, counted in the block.</param>
/// <param name="Count">Cells.</param>
internal readonly record struct LeafPiece(int Box, BoxBlock Block, long Within, int Count)
{
    /// <summary>The first cell among the leaves.</summary>
    public long Cell => Block.Offset + Within;
}
