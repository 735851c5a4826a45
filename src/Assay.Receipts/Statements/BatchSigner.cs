using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Receipts;

/// <summary>Signs a batch of statements with one signature (spec/receipt.md, "Envelope").</summary>
public static class BatchSigner
{
    /// <summary>
    /// Makes one envelope for each statement, in order. They share the COSE_Sign1.
    /// Every tree node is hashed once, so a batch of n costs n leaf hashes, n-1 node hashes and one signature.
    /// </summary>
    /// <exception cref="ArgumentException">There are no statements, too many, or they name different key sets.</exception>
    public static ReceiptEnvelope[] Sign(ReadOnlySpan<ReceiptStatement> statements, IEs256Signer signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (statements.IsEmpty || (ulong)statements.Length > ReceiptEnvelope.MaxBatch)
        {
            throw new ArgumentException("A batch has one statement to a million.", nameof(statements));
        }

        Digest32 keySet = statements[0].KeySet;
        byte[] bytes = new byte[statements.Length * ReceiptStatement.Length];
        Digest32[] leaves = new Digest32[statements.Length];
        for (int i = 0; i < statements.Length; i++)
        {
            if (statements[i].KeySet != keySet)
            {
                throw new ArgumentException("The statements of a batch name one key set.", nameof(statements));
            }

            Span<byte> statement = bytes.AsSpan(i * ReceiptStatement.Length, ReceiptStatement.Length);
            statements[i].Write(statement);
            leaves[i] = ReceiptStatement.DigestOf(statement);
        }

        Digest32[][] levels = MerkleLevels.Build(leaves);
        BatchHead head = new(keySet, (ulong)statements.Length, levels[^1][0]);
        byte[] cose = CoseSign1.Sign(head.Encode(), signer).Encode();

        ReceiptEnvelope[] envelopes = new ReceiptEnvelope[statements.Length];
        for (int i = 0; i < envelopes.Length; i++)
        {
            envelopes[i] = new ReceiptEnvelope(
                bytes.AsMemory(i * ReceiptStatement.Length, ReceiptStatement.Length),
                statements[i],
                leaves[i],
                (ulong)i,
                (ulong)envelopes.Length,
                MerkleLevels.Path(levels, i),
                cose);
        }

        return envelopes;
    }
}
