using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;

namespace Assay.Proofs.Verifying;

/// <summary>All inner products in one sumcheck (spec/proof-system.md, section 7, step 6).</summary>
internal static class ProductVerifier
{
    /// <summary>The ledger's name for the value of a weight matrix, which the opening of the weights uses up.</summary>
    public const string WeightValue = "weights";

    public static ProofError? Run(ProofShape shape, VerifierChannel channel, ClaimLedger ledger, PoolPoints points, Ext4 gamma, out Ext4[] point)
    {
        Circuit circuit = shape.Circuit;
        point = new Ext4[shape.IndexBits];
        if (circuit.Instances.IsEmpty)
        {
            return null;
        }

        Ext4 a = channel.Receive("sum", 1)[0];
        (IReadOnlyList<Term> terms, Ext4 constants) = RelationClaims.Sum(circuit, points, gamma);
        ledger.Add(new("sum", terms, a));
        Ext4 s = a + constants;
        for (int t = shape.IndexBits - 1; t >= 0; t--)
        {
            Ext4[] g = channel.Receive("product.round", 2);
            point[t] = channel.Transcript.Draw("product.r");
            s = Quadratic.At(point[t], g[0], s - g[0], g[1]);
        }

        Ext4[] values = channel.Receive("product.values", 2 * circuit.Instances.Length);
        if (channel.Failed)
        {
            return ProofVerifier.Malformed;
        }

        Ext4 sum = Ext4.Zero;
        Ext4 power = Ext4.One;
        for (int l = 0; l < circuit.Instances.Length; l++)
        {
            sum += power * values[2 * l] * values[(2 * l) + 1] * Halves(shape.IndexBits - circuit.Instances[l].IndexBits);
            power *= gamma;
        }

        if (sum != s)
        {
            return new("zk/products", "The inner products aren't what the committed numbers say.");
        }

        PointTables tables = new(point);
        for (int l = 0; l < circuit.Instances.Length; l++)
        {
            Instance instance = circuit.Instances[l];
            (IReadOnlyList<Term> committed, Ext4 known) = InstanceClaims.A(circuit, instance, points, tables);
            ledger.Add(new("left factor", committed, values[2 * l] - known));
            switch (instance)
            {
                case Product product:
                    ledger.Add(new("right factor", InstanceClaims.M(circuit, product, points, tables), values[(2 * l) + 1]));
                    break;
                case Contraction contraction:
                    ledger.Enter(WeightValue, contraction.Matrix, values[(2 * l) + 1]);
                    break;
            }
        }

        return null;
    }

    /// <summary><c>2^-bits</c>.</summary>
    private static uint Halves(int bits) => KoalaBear.Pow((KoalaBear.P + 1) / 2, (ulong)bits);
}
