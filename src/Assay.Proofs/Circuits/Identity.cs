using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>The views and constants add up to zero at every position of a box (relation R3).</summary>
public sealed record Identity(
    ImmutableArray<BoxAxis> Box, ImmutableArray<View> Views, ImmutableArray<FlatView> FlatViews, ImmutableArray<ConstantTerm> Constants);
