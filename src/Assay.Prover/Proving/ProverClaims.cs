using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Prover.Proving;

/// <summary>The committed parts of claims whose values a prover needn't know.</summary>
internal static class ProverClaims
{
    /// <summary>The claim on items.</summary>
    /// <param name="point">z.</param>
    public static List<Term> Lookups(ProofShape shape, Ext4[] point, Ext4 beta)
    {
        PointTables tables = new(point);
        Ext4[] betas = [Ext4.One, beta, beta * beta];
        List<Term> terms = [];
        for (int i = 0; i < shape.Circuit.Items.Length; i++)
        {
            LookupItem item = shape.Circuit.Items[i];
            BoxWeights weights = new(shape.Leaves.Boxes[i].Weights(tables));
            for (int j = 0; j < item.Expressions.Length; j++)
            {
                foreach (View view in item.Expressions[j].Views)
                {
                    terms.Add(weights.Of(view, shape.Circuit.Columns[view.Column], betas[j]));
                }
            }
        }

        return terms;
    }

    /// <summary>The claim on inputs and outputs.</summary>
    public static IReadOnlyList<Term> Runs(Circuit circuit, PoolPoints points, Ext4 theta, Ext4[] tau) =>
        RelationClaims.Runs(circuit, points, theta, tau, new Ext4[circuit.Batch]).Terms;
}
