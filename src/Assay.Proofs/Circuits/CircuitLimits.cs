namespace Assay.Proofs.Circuits;

/// <summary>What a circuit may have at most, batch included: they bound what a hostile key costs a verifier (spec, section 5.10).</summary>
public static class CircuitLimits
{
    /// <summary>Lookups and rows of tables together.</summary>
    public const long Leaves = 1 << 26;

    /// <summary>Cells of all columns.</summary>
    public const long Cells = 1 << 26;

    /// <summary>Rows of a table.</summary>
    public const int TableRows = 1 << 22;

    /// <summary>Tables.</summary>
    public const int Tables = 1 << 16;

    /// <summary>Views of all identities, instances and items.</summary>
    public const int Views = 1 << 17;

    /// <summary>Numbers in the vectors that evaluating all claims may need: for each dimension of each view the places of its map, or the
    /// dimension's length if that is more; for each inner product the lengths of its factors' dimensions, and taps times outputs of
    /// windows.</summary>
    public const long Places = 1 << 25;

    /// <summary>Bits of an inner product's index.</summary>
    public const int IndexBits = 28;

    /// <summary>Tiles of weights.</summary>
    public const int Tiles = 1 << 20;

    /// <summary>Cells of all tiles that are never too many.</summary>
    public const long LeastTileCells = 1 << 24;

    /// <summary>Cells of all tiles for each weight and bias slot, where there are more cells than that.</summary>
    public const long TileCellsPerWeight = 64;
}
