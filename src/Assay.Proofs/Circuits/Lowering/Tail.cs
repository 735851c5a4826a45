using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>A requantisation that was added.</summary>
/// <param name="Views">The requantised form: what equals the accumulator, committed part.</param>
/// <param name="Constants">Public part.</param>
/// <param name="Columns">Its columns.</param>
internal sealed record Tail(ImmutableArray<View> Views, ImmutableArray<ConstantTerm> Constants, Requantisation Columns);
