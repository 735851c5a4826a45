using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;

namespace Assay.Prover.Registration;

/// <summary>How a model is proved: what a proof key says besides the model and the commitment to its weights.</summary>
/// <param name="LimbBits">Bits of a remainder's limb.</param>
/// <param name="Choices">One for each operation.</param>
/// <param name="TileIndexBits">a: bits of k in a tile of weights; 0 without weights.</param>
/// <param name="TileRowBits">b: bits of j in a tile.</param>
/// <param name="Circuit">The circuit of one run.</param>
public sealed record CompiledChoices(
    int LimbBits, ImmutableArray<TailChoice> Choices, int TileIndexBits, int TileRowBits, Circuit Circuit);
