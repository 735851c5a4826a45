using Assay.Proofs.Fields;

namespace Assay.Proofs.Claims;

/// <summary>A multiple of a sum over a column's elements: <c>Coefficient * Σ_idx Π_d Factors[d][idx_d] * Col[idx]</c>.</summary>
/// <param name="Column">The column's index.</param>
/// <param name="Coefficient">The multiple.</param>
/// <param name="Factors">One vector for each dimension of the column, as long as it. Or, if <paramref name="IsFlat"/>, two: one
/// over the row-major number of all dimensions but the last, and one over the last. Shared between terms.</param>
/// <param name="IsFlat">How factors are to be read.</param>
public sealed record Term(int Column, Ext4 Coefficient, Ext4[][] Factors, bool IsFlat = false);
