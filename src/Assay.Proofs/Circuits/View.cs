using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>A multiple of a column's elements, read over the positions of a box: <c>coefficient * Π weights * Col[places]</c>, and
/// 0 where a place is -1. Box axes that no dimension reads are broadcast.</summary>
/// <param name="Column">The column's index.</param>
/// <param name="Coefficient">Less than p in magnitude.</param>
/// <param name="Axes">One per dimension of the column.</param>
public sealed record View(int Column, long Coefficient, ImmutableArray<AxisMap> Axes);
