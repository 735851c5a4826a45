using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Claims;

/// <summary>The two claims on W in which the lookups end (spec/proof-system.md, section 7, step 2).</summary>
public static class LookupClaims
{
    /// <summary>The claims on multiplicities and on items.</summary>
    /// <param name="point">z, <see cref="ProofShape.LeafBits"/> elements.</param>
    /// <param name="numerator">P.</param>
    /// <param name="denominator">Q.</param>
    public static (Claim Multiplicities, Claim Items) Of(
        ProofShape shape, Ext4[] point, Ext4 alpha, Ext4 beta, Ext4 numerator, Ext4 denominator) =>
        Of(shape, point, alpha, beta, numerator, denominator, withTerms: true);

    /// <summary>As above; a verifier needs no vectors as long as tables.</summary>
    internal static (Claim Multiplicities, Claim Items) Of(
        ProofShape shape, Ext4[] point, Ext4 alpha, Ext4 beta, Ext4 numerator, Ext4 denominator, bool withTerms)
    {
        Circuit circuit = shape.Circuit;
        PointTables tables = new(point);
        Ext4[] betas = [Ext4.One, beta, beta * beta, beta * beta * beta];
        List<Term> multiplicities = [];
        List<Term> items = [];
        Ext4 boxes = Ext4.Zero;
        Ext4 publicPart = Ext4.One - denominator;
        for (int i = 0; i < circuit.Items.Length; i++)
        {
            LookupItem item = circuit.Items[i];
            BoxWeights weights = new(shape.Leaves.Boxes[i].Weights(tables));
            Ext4 constant = alpha - Ext4.One;
            for (int j = 0; j < item.Expressions.Length; j++)
            {
                constant -= betas[j] * KoalaBear.From(item.Expressions[j].Constant);
                foreach (View view in item.Expressions[j].Views)
                {
                    items.Add(weights.Of(view, circuit.Columns[view.Column], betas[j]));
                }
            }

            Ext4 box = weights.SumsBut(-1);
            boxes += box;
            publicPart += (box * constant) - (betas[3] * Tags(item, weights));
        }

        for (int t = 0; t < circuit.Tables.Length; t++)
        {
            BoxPlacement box = shape.Leaves.Boxes[circuit.Items.Length + t];
            if (withTerms)
            {
                multiplicities.Add(new(circuit.Multiplicities(t).Index, Ext4.One, box.Weights(tables)));
            }

            (Ext4 sum, Ext4 c0, Ext4 c1, Ext4 c2) = TableSums.Of(circuit.Tables[t], box, tables);
            publicPart += (sum * (alpha - Ext4.One - (betas[3] * KoalaBear.From(t + 1)))) - c0 - (beta * c1) - (betas[2] * c2);
        }

        Claim counts = new("multiplicities", multiplicities, boxes - numerator)
        {
            Evaluate = withTerms ? null : evaluation => Multiplicities(shape, tables, evaluation),
        };
        return (counts, new("lookups", items, publicPart));
    }

    /// <summary>What the terms of the multiplicities are at another point.</summary>
    private static Ext4 Multiplicities(ProofShape shape, PointTables leaves, TermEvaluation evaluation)
    {
        Ext4 sum = Ext4.Zero;
        for (int t = 0; t < shape.Circuit.Tables.Length; t++)
        {
            BoxPlacement leaf = shape.Leaves.Boxes[shape.Circuit.Items.Length + t];
            BoxPlacement column = shape.Witness.Boxes[shape.Circuit.Multiplicities(t).Index];
            sum += new PrefixSums(leaf, leaves).Dot(new PrefixSums(column, evaluation.Point), evaluation.Point, column);
        }

        return sum;
    }

    /// <summary><c>Σ_positions weight * tag</c>.</summary>
    private static Ext4 Tags(LookupItem item, BoxWeights weights)
    {
        if (item.TableAxis < 0)
        {
            return weights.SumsBut(-1) * KoalaBear.From(item.Tables[0] + 1);
        }

        Ext4[] along = weights.Axes[item.TableAxis];
        Ext4 sum = Ext4.Zero;
        for (int i = 0; i < along.Length; i++)
        {
            sum += along[i] * KoalaBear.From(item.Tables[i] + 1);
        }

        return weights.SumsBut(item.TableAxis) * sum;
    }
}
