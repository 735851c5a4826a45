using Assay.Proofs.Circuits;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;
using Assay.Proofs.Transcripts;

namespace Assay.Proofs.Verifying;

/// <summary>Opened columns of a code against a folded row (spec/proof-system.md, sections 6.3 and 7, step 10).</summary>
internal static class OpeningVerifier
{
    /// <summary>Receives and checks the columns of one tree.</summary>
    /// <param name="what">For a person: "witness" or "weights"; part of the code.</param>
    /// <param name="coefficients">One for each row.</param>
    /// <param name="folded">u: the rows folded with the coefficients.</param>
    public static ProofError? Run(
        VerifierChannel channel, string what, ReadOnlySpan<byte> root, int codeLength, int[] positions, Ext4[] coefficients, Ext4[] folded)
    {
        int rows = coefficients.Length;
        uint[] symbols = channel.ReceiveSymbols(positions.Length * rows);
        int depth = Bits.Ceiling(codeLength);
        ReadOnlyMemory<byte> siblings = channel.ReceiveDigests(MerkleOpening.SiblingCount(positions, depth));
        if (channel.Failed)
        {
            return ProofVerifier.Malformed;
        }

        Ext4[] encoded = CodeEvaluation.At(folded, codeLength, positions);
        for (int i = 0; i < positions.Length; i++)
        {
            if (Sums.Dot(coefficients, symbols.AsSpan(i * rows, rows)) != encoded[i])
            {
                return new($"zk/{what}-column", $"An opened column of the {what} isn't that of the folded row.");
            }
        }

        byte[] leaves = new byte[positions.Length * Blake3.DigestBytes];
        LeafHashes.Of(symbols, rows, leaves);
        return MerkleOpening.Check(root, positions, depth, leaves, siblings.Span)
            ? null
            : new($"zk/{what}-root", $"The opened columns of the {what} aren't those of its root.");
    }
}
