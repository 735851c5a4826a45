using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>A product of two sums of columns: elementwise products, matrix products of activations (spec, section 5.4).</summary>
/// <param name="A">Columns of one shape with their factors.</param>
/// <param name="B">Likewise.</param>
/// <param name="Axes">The index k, highest bits first: each axis that A and B share or that is summed over.</param>
/// <param name="OnlyA">(dimension of A, axis of the box) that only A has.</param>
/// <param name="OnlyB">(dimension of B, axis of the box) that only B has.</param>
public sealed record Product(
    ImmutableArray<BoxAxis> Box,
    ImmutableArray<View> Views,
    ImmutableArray<ConstantTerm> Constants,
    ImmutableArray<(int Column, long Coefficient)> A,
    ImmutableArray<(int Column, long Coefficient)> B,
    ImmutableArray<ProductAxis> Axes,
    ImmutableArray<(int Dim, int BoxAxis)> OnlyA,
    ImmutableArray<(int Dim, int BoxAxis)> OnlyB) : Instance(Box, Views, Constants)
{
    /// <inheritdoc/>
    public override int IndexBits => Axes.Sum(axis => Bits.Ceiling(axis.Length));
}
