using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>Least security versions of a product.</summary>
/// <param name="Product">As in <see cref="EvidenceFacts.Product"/>: <c>Genoa</c>, an FMSPC.</param>
/// <param name="Components">Least values by component, sorted by name.</param>
public sealed record PolicyFloor(string Product, ImmutableArray<TcbComponent> Components);
