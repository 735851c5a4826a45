using System.Collections.Immutable;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Claims;

/// <summary>The multilinear extension of the cells' coefficients at one point: what a sum of terms is there.</summary>
internal sealed class TermEvaluation(ProofShape shape, Ext4[] point)
{
    private readonly Dictionary<(Ext4[] Factor, Ext4[] Weights), Ext4> _dots = [];
    private readonly Ext4[][]?[] _weights = new Ext4[shape.Circuit.Columns.Length][][];

    /// <summary>The point.</summary>
    public PointTables Point { get; } = new(point);

    /// <summary>A claim's part.</summary>
    public Ext4 Of(Claim claim)
    {
        if (claim.Evaluate is not null)
        {
            return claim.Evaluate(this);
        }

        Ext4 sum = Ext4.Zero;
        foreach (Term term in claim.Terms)
        {
            sum += Of(term);
        }

        return sum;
    }

    /// <summary><c>Σ_cells eq(point, cell) * coefficient of the cell in the term</c>.</summary>
    public Ext4 Of(Term term)
    {
        Ext4[][] weights = _weights[term.Column] ??= shape.Witness.Boxes[term.Column].Weights(Point);
        Ext4 product = term.Coefficient;
        if (term.IsFlat)
        {
            return product * Dot(term.Factors[1], weights[^1]) * Flat(term.Factors[0], weights, shape.Circuit.Columns[term.Column].Dims);
        }

        for (int d = 0; d < weights.Length; d++)
        {
            product *= Dot(term.Factors[d], weights[d]);
        }

        return product;
    }

    /// <summary>Vectors are shared between terms: most products are asked for again.</summary>
    private Ext4 Dot(Ext4[] factor, Ext4[] weights)
    {
        if (!_dots.TryGetValue((factor, weights), out Ext4 dot))
        {
            dot = Sums.Dot(factor, weights);
            _dots.Add((factor, weights), dot);
        }

        return dot;
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
