using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>A committed tensor of integers: a box of cells of the witness vector W (spec/proof-system.md, section 4).</summary>
/// <param name="Index">Place among the circuit's columns.</param>
/// <param name="Dims">Lengths, all at least 1. A value's column has the value's shape and then the batch; a multiplicity
/// column has one dimension, the table's rows.</param>
public sealed record Column(int Index, ImmutableArray<int> Dims);
