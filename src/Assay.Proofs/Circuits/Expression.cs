using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>A sum of views and a constant, over an item's box.</summary>
public sealed record Expression(ImmutableArray<View> Views, long Constant);
