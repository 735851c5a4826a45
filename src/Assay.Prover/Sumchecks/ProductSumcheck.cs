using Assay.Proofs.Fields;
using Assay.Proofs.Transcripts;

namespace Assay.Prover.Sumchecks;

/// <summary>The prover of <c>Σ_l weight_l Σ_x a_l(x) b_l(x)</c> over <c>bits</c> bits (spec/proof-system.md, section 7, steps 6 and
/// 7).</summary>
internal static class ProductSumcheck
{
    /// <summary>Sends g(0) and g_∞ under one label and draws a challenge under another, for each bit from the highest to the
    /// lowest.</summary>
    /// <param name="terms">Tables of at most <paramref name="bits"/> bits and their weights. Tables of fewer bits depend on the lowest
    /// bits only, and their sum counts once for each value of the others: the weight has a factor 1/2 for each. Afterwards all
    /// their bits are bound.</param>
    /// <returns>The point, lowest bit first.</returns>
    public static Ext4[] Prove(
        ProverChannel channel, string round, string challenge, ReadOnlySpan<(ProductTables Tables, Ext4 Weight)> terms, int bits)
    {
        Ext4[] point = new Ext4[bits];
        Ext4[] idle = new Ext4[terms.Length];
        for (int l = 0; l < terms.Length; l++)
        {
            idle[l] = terms[l].Tables.Bits < bits ? terms[l].Tables.Sum() : Ext4.Zero;
        }

        Span<Ext4> message = stackalloc Ext4[2];
        for (int t = bits - 1; t >= 0; t--)
        {
            message.Clear();
            for (int l = 0; l < terms.Length; l++)
            {
                (ProductTables tables, Ext4 weight) = terms[l];
                if (tables.Bits == t + 1)
                {
                    (Ext4 zero, Ext4 infinity) = tables.Message();
                    message[0] += weight * zero;
                    message[1] += weight * infinity;
                }
                else
                {
                    // Nothing depends on this bit; the sum is taken 2^(t - bits) times.
                    message[0] += weight * idle[l] * Ext4.From(1L << (t - tables.Bits));
                }
            }

            channel.Send(round, message);
            point[t] = channel.Transcript.Draw(challenge);
            for (int l = 0; l < terms.Length; l++)
            {
                if (terms[l].Tables.Bits == t + 1)
                {
                    terms[l].Tables.Bind(point[t]);
                }
            }
        }

        return point;
    }
}
