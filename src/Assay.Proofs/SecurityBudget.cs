using System.Collections.Immutable;
using System.Globalization;
using Assay.Proofs.Circuits;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs;

/// <summary>The error of a proof, term by term, from public numbers alone (spec/proof-system.md, section 9).</summary>
public sealed class SecurityBudget
{
    /// <summary>What every proof has at least.</summary>
    public const int LeastBits = 100;

    private SecurityBudget(ImmutableArray<BudgetTerm> terms) => Terms = terms;

    /// <summary>The terms in the order of the protocol.</summary>
    public ImmutableArray<BudgetTerm> Terms { get; }

    /// <summary>Bits of the sum of all errors.</summary>
    public double TotalBits => -Math.Log2(Terms.Sum(term => term.Error));

    /// <summary>Whether the sum of all errors is at most 2^-100.</summary>
    public bool IsEnough => TotalBits >= LeastBits;

    /// <summary>One line for each term and one for the sum.</summary>
    public IEnumerable<string> Lines =>
    [
        .. Terms.Select(term => string.Create(CultureInfo.InvariantCulture, $"{term.Bits,7:F2} bits  {term.Step}")),
        string.Create(CultureInfo.InvariantCulture, $"{TotalBits,7:F2} bits  sum of all"),
    ];

    /// <summary>The budget of a proof's shape.</summary>
    public static SecurityBudget Of(ProofShape shape)
    {
        Circuit circuit = shape.Circuit;
        double field = Math.Pow(KoalaBear.P, 4);
        double layers = 0;
        for (int k = 0; k < shape.LeafBits; k++)
        {
            layers += 2 + (3 * k);
        }

        int jBits = shape.PoolBits[(int)Pool.J];
        double points = circuit.Instances.Length + circuit.Identities.Length + shape.PoolBits.Sum()
            + circuit.Inputs.Length + circuit.Outputs.Length;
        double weightFolds = shape.HasWeights ? shape.WeightCode : 0;
        ImmutableArray<BudgetTerm> terms =
        [
            new("lookups: alpha, beta", Math.ScaleB(3.0, shape.LeafBits - shape.LookupGrinding) / field),
            new("lookups: layers", layers / field),
            new("points, gamma, theta", (points + (weightFolds * Math.Max(0, jBits - shape.B))) / field),
            new("batch: tau", shape.PoolBits[(int)Pool.B] / field),
            new("products: sumcheck", ((2.0 * shape.IndexBits) + (weightFolds * Math.Max(0, shape.IndexBits - shape.A))) / field),
            new("claims: lambda", shape.Claims / field),
            new("weights: eta", shape.MatrixBits * (1 + weightFolds) / field),
            new("reduction", ((2.0 * shape.Witness.Bits) + ((double)shape.WitnessCode * (shape.Witness.Bits - shape.RowBits))) / field),
            new("opened columns of the witness", Math.ScaleB(CodeQueries.Error(shape.WitnessCode), -CodeQueries.GrindingBits)),
            new("opened columns of the weights",
                shape.HasWeights ? Math.ScaleB(CodeQueries.Error(shape.WeightCode), -CodeQueries.GrindingBits) : 0),
        ];
        return new(terms);
    }
}
