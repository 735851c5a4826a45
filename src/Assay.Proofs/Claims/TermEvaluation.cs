using System.Collections.Immutable;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Claims;

/// <summary>The multilinear extension of the cells' coefficients at one point: what a sum of terms is there.</summary>
internal sealed class TermEvaluation(ProofShape shape, Ext4[] point)
{
    private readonly PointTables _tables = new(point);
    private readonly Ext4[][]?[] _weights = new Ext4[shape.Circuit.Columns.Length][][];

    /// <summary><c>Σ_cells eq(point, cell) * coefficient of the cell in the term</c>.</summary>
    public Ext4 Of(Term term)
    {
        Ext4[][] weights = _weights[term.Column] ??= shape.Witness.Boxes[term.Column].Weights(_tables);
        Ext4 product = term.Coefficient;
        if (term.IsFlat)
        {
            return product * Sums.Dot(term.Factors[1], weights[^1]) * Flat(term.Factors[0], weights, shape.Circuit.Columns[term.Column].Dims);
        }

        for (int d = 0; d < weights.Length; d++)
        {
            product *= Sums.Dot(term.Factors[d], weights[d]);
        }

        return product;
    }

    /// <summary><c>Σ_i features[i] Π_d weights[d][i_d]</c> over all dimensions but the last, i in row-major order.</summary>
    private static Ext4 Flat(Ext4[] features, Ext4[][] weights, ImmutableArray<int> dims)
    {
        Ext4[] left = features;
        for (int d = dims.Length - 2; d >= 0; d--)
        {
            Ext4[] folded = new Ext4[left.Length / dims[d]];
            for (int i = 0; i < folded.Length; i++)
            {
                folded[i] = Sums.Dot(left.AsSpan(i * dims[d], dims[d]), weights[d]);
            }

            left = folded;
        }

        return left[0];
    }
}
