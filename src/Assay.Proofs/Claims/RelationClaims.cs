using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Claims;

/// <summary>The claims on W of a statement, of identities and of what inner products equal (spec/proof-system.md, section 7, steps 4
/// to 6).</summary>
public static class RelationClaims
{
    /// <summary>The claim on inputs and outputs.</summary>
    /// <param name="tau">τ; empty for one run.</param>
    /// <param name="values">v_i of each run.</param>
    public static Claim Runs(Circuit circuit, PoolPoints points, Ext4 theta, Ext4[] tau, ReadOnlySpan<Ext4> values)
    {
        Ext4[] runs = new Layouts.PointTables(tau).Table(0, circuit.Batch);
        List<Term> terms = [];
        Ext4 power = Ext4.One;
        foreach (int column in circuit.Inputs.Concat(circuit.Outputs))
        {
            Column read = circuit.Columns[column];
            Ext4[][] factors = [.. read.Dims.Select((dim, d) => d == read.Dims.Length - 1 ? runs : points.Weights(Pool.P0 + d, dim))];
            terms.Add(new(column, power, factors));
            power *= theta;
        }

        return new("inputs and outputs", terms, Sums.Dot(runs, values));
    }

    /// <summary>The claim of an identity.</summary>
    public static Claim Of(Circuit circuit, Identity identity, PoolPoints points)
    {
        BoxWeights weights = new(points.Weights(identity.Box));
        List<Term> terms = [];
        foreach (View view in identity.Views)
        {
            terms.Add(weights.Of(view, circuit.Columns[view.Column], Ext4.One));
        }

        foreach (FlatView view in identity.FlatViews)
        {
            terms.Add(weights.Of(view, Ext4.One));
        }

        Ext4 value = Ext4.Zero;
        foreach (ConstantTerm constant in identity.Constants)
        {
            value -= weights.Of(constant);
        }

        return new("identity", terms, value);
    }

    /// <summary>What all inner products equal, weighted with powers of γ: the committed terms, and the sum of the public
    /// ones.</summary>
    public static (IReadOnlyList<Term> Terms, Ext4 Constants) Sum(Circuit circuit, PoolPoints points, Ext4 gamma)
    {
        List<Term> terms = [];
        Ext4 constants = Ext4.Zero;
        Ext4 power = Ext4.One;
        foreach (Instance instance in circuit.Instances)
        {
            BoxWeights weights = new(points.Weights(instance.Box));
            foreach (View view in instance.Views)
            {
                terms.Add(weights.Of(view, circuit.Columns[view.Column], power));
            }

            foreach (ConstantTerm constant in instance.Constants)
            {
                constants += power * weights.Of(constant);
            }

            power *= gamma;
        }

        return (terms, constants);
    }
}
