using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;

namespace Assay.Proofs.Verifying;

/// <summary>LogUp by GKR (spec/proof-system.md, section 7, step 2).</summary>
internal static class LookupVerifier
{
    public static ProofError? Run(ProofShape shape, VerifierChannel channel, ClaimLedger ledger, Ext4 alpha, Ext4 beta)
    {
        Transcript transcript = channel.Transcript;
        Ext4[] v = channel.Receive("gkr.root", 4);
        if (channel.Failed)
        {
            return ProofVerifier.Malformed;
        }

        if ((v[0] * v[3]) + (v[1] * v[2]) != Ext4.Zero)
        {
            return new("zk/lookup-sum", "The lookups don't add up: some number isn't in its table.");
        }

        if (v[2] * v[3] == Ext4.Zero)
        {
            return new("zk/lookup-denominator", "A denominator of the lookups is 0.");
        }

        Ext4 mu = transcript.Draw("gkr.mu");
        Ext4[] z = [mu];
        Ext4 p = v[0] + (mu * (v[1] - v[0]));
        Ext4 q = v[2] + (mu * (v[3] - v[2]));
        for (int k = 1; k < shape.LeafBits; k++)
        {
            Ext4 lambda = transcript.Draw("gkr.lambda");
            Ext4 c = p + (lambda * q);
            Ext4[] inverses = Inverses(z);
            Ext4[] next = new Ext4[k + 1];
            for (int t = k - 1; t >= 0; t--)
            {
                Ext4[] h = channel.Receive("gkr.round", 2);
                next[t] = transcript.Draw("gkr.r");
                if (z[t] == Ext4.Zero)
                {
                    return new("zk/lookup-layer", "A random coordinate is 0.");
                }

                Ext4 one = (c - ((Ext4.One - z[t]) * h[0])) * inverses[t];
                c = Quadratic.At(next[t], h[0], one, h[1]);
            }

            v = channel.Receive("gkr.values", 4);
            if (channel.Failed)
            {
                return ProofVerifier.Malformed;
            }

            if ((v[0] * v[3]) + (v[1] * v[2]) + (lambda * (v[2] * v[3])) != c)
            {
                return new("zk/lookup-layer", $"Layer {k} of the lookups doesn't follow from the one before.");
            }

            mu = transcript.Draw("gkr.mu");
            next[k] = mu;
            z = next;
            p = v[0] + (mu * (v[1] - v[0]));
            q = v[2] + (mu * (v[3] - v[2]));
        }

        (Claim multiplicities, Claim items) = LookupClaims.Of(shape, z, alpha, beta, p, q, withTerms: false);
        ledger.Add(multiplicities);
        ledger.Add(items);
        return null;
    }

    /// <summary>All inverses by one inversion; all zero if an element is.</summary>
    private static Ext4[] Inverses(Ext4[] values)
    {
        Ext4[] inverses = new Ext4[values.Length];
        Ext4 product = Ext4.One;
        for (int i = 0; i < values.Length; i++)
        {
            inverses[i] = product;
            product *= values[i];
        }

        Ext4 rest = product.Invert();
        for (int i = values.Length - 1; i >= 0; i--)
        {
            inverses[i] *= rest;
            rest *= values[i];
        }

        return inverses;
    }
}
