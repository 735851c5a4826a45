using Assay.Proofs.Layouts;

namespace Assay.Prover.Commitments;

/// <summary>Where the numbers of tiles come from.</summary>
internal interface IWeightTileReader
{
    /// <summary>Writes the numbers of one tile.</summary>
    /// <param name="tile">Which one.</param>
    /// <param name="numbers">2^b values of j by 2^a values of k, k in the lowest bits, all 0 at first.</param>
    void Read(WeightTile tile, Span<short> numbers);
}
