using Assay.Proofs;
using Assay.Proofs.Layouts;

namespace Assay.Prover.Registration;

/// <summary>What proofs of a shape take, from public numbers alone.</summary>
/// <param name="LeastBytes">Bytes of a proof without siblings of the Merkle trees. Exact.</param>
/// <param name="MostBytes">Bytes of a proof with as many siblings as there can be. How many there are depends on the positions drawn.</param>
/// <param name="MemoryBytes">Peak of the prover's own memory, weights included.</param>
/// <param name="Milliseconds">Time of a proof that isn't the first of its number of runs, on two idle cores of the machine that docs/performance.md names.</param>
/// <param name="Bits">Bits of the security budget.</param>
public sealed record ProofCost(long LeastBytes, long MostBytes, long MemoryBytes, double Milliseconds, double Bits)
{
    /// <summary>Committed numbers of the runs.</summary>
    public long WitnessCells { get; private init; }

    /// <summary>Leaves of the sum over all lookups.</summary>
    public long Lookups { get; private init; }

    /// <summary>Numbers in tiles of weights.</summary>
    public long TileCells { get; private init; }

    // Nanoseconds for one: fitted to the models of docs/performance.md.
    private const double PerWitnessCell = 75;
    private const double PerLookup = 50;
    private const double PerWeight = 7;
    private const double Fixed = 2.5e6;

    // Bytes for one: numbers, codeword, tree and functional of the witness; two layers of fractions; codeword, tree and integers of the weights.
    private const long WitnessCellBytes = 64;
    private const long LookupBytes = 64;
    private const long WeightBytes = 28;

    /// <summary>The cost of a shape.</summary>
    public static ProofCost Of(ProofShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        double lookups = Math.ScaleB(1, shape.LeafBits);
        double weights = shape.HasWeights ? Math.ScaleB(shape.Tiles.Length, shape.A + shape.B) : 0;
        double cells = shape.Witness.Cells;
        return new ProofCost(
            ProofSize.WithoutSiblings(shape),
            ProofSize.UpperBound(shape),
            (long)((cells * WitnessCellBytes) + (lookups * LookupBytes) + (weights * WeightBytes)),
            ((cells * PerWitnessCell) + (lookups * PerLookup) + (weights * PerWeight) + Fixed) / 1e6,
            SecurityBudget.Of(shape).TotalBits)
        {
            WitnessCells = shape.Witness.Cells,
            Lookups = (long)lookups,
            TileCells = (long)weights,
        };
    }
}
