using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;

namespace Assay.Testing.Proofs;

/// <summary>The layers of the lookups' sum (spec/proof-system.md, section 7, step 2).</summary>
public static class ReferenceGkr
{
    /// <summary>Sends all layers.</summary>
    /// <returns>z, and P and Q as the verifier will hold them.</returns>
    public static (Ext4[] Point, Ext4 P, Ext4 Q) Prove(ProverChannel channel, Ext4[] p, Ext4[] q, ProverHooks hooks)
    {
        // levels[k] has 2^k nodes.
        int n = int.Log2(p.Length);
        (Ext4[] P, Ext4[] Q)[] levels = new (Ext4[], Ext4[])[n + 1];
        levels[n] = (p, q);
        for (int k = n - 1; k >= 1; k--)
        {
            (Ext4[] belowP, Ext4[] belowQ) = levels[k + 1];
            levels[k] = (new Ext4[1 << k], new Ext4[1 << k]);
            for (int x = 0; x < 1 << k; x++)
            {
                int y = x + (1 << k);
                levels[k].P[x] = (belowP[x] * belowQ[y]) + (belowP[y] * belowQ[x]);
                levels[k].Q[x] = belowQ[x] * belowQ[y];
            }
        }

        Ext4[] v = [levels[1].P[0], levels[1].P[1], levels[1].Q[0], levels[1].Q[1]];
        hooks.GkrRoot?.Invoke(v);
        channel.Send("gkr.root", v);
        Ext4 mu = channel.Transcript.Draw("gkr.mu");
        Ext4[] z = [mu];
        Ext4 claimP = v[0] + (mu * (v[1] - v[0]));
        Ext4 claimQ = v[2] + (mu * (v[3] - v[2]));
        for (int k = 1; k < n; k++)
        {
            Ext4 lambda = channel.Transcript.Draw("gkr.lambda");
            Ext4 claim = claimP + (lambda * claimQ);
            Ext4[][] halves =
                [levels[k + 1].P[..(1 << k)], levels[k + 1].P[(1 << k)..], levels[k + 1].Q[..(1 << k)], levels[k + 1].Q[(1 << k)..]];
            Ext4[] next = new Ext4[k + 1];
            for (int t = k - 1; t >= 0; t--)
            {
                Ext4[] h = Round(halves, PointTables.Of(z.AsSpan(0, t)), lambda);
                hooks.GkrRound?.Invoke(k, t, h);
                channel.Send("gkr.round", h);
                next[t] = channel.Transcript.Draw("gkr.r");
                Ext4 one = (claim - ((Ext4.One - z[t]) * h[0])) * z[t].Invert();
                claim = ReferenceSumcheck.At(next[t], h[0], one, h[1]);
                halves = [.. halves.Select(table => ReferenceSumcheck.Bind(table, next[t]))];
            }

            v = [halves[0][0], halves[1][0], halves[2][0], halves[3][0]];
            hooks.GkrValues?.Invoke(k, lambda, claim, v);
            channel.Send("gkr.values", v);
            mu = channel.Transcript.Draw("gkr.mu");
            next[k] = mu;
            z = next;
            claimP = v[0] + (mu * (v[1] - v[0]));
            claimQ = v[2] + (mu * (v[3] - v[2]));
        }

        return (z, claimP, claimQ);
    }

    private static Ext4[] Round(Ext4[][] halves, Ext4[] eq, Ext4 lambda)
    {
        int half = eq.Length;
        Ext4[] h = new Ext4[2];
        for (int x = 0; x < half; x++)
        {
            h[0] += eq[x] * Node(halves[0][x], halves[1][x], halves[2][x], halves[3][x], lambda);
            h[1] += eq[x] * Node(
                halves[0][half + x] - halves[0][x],
                halves[1][half + x] - halves[1][x],
                halves[2][half + x] - halves[2][x],
                halves[3][half + x] - halves[3][x],
                lambda);
        }

        return h;
    }

    private static Ext4 Node(Ext4 p0, Ext4 p1, Ext4 q0, Ext4 q1, Ext4 lambda) => (p0 * q1) + (p1 * q0) + (lambda * q0 * q1);
}
