using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Primitives.Merkle;

namespace Assay.Receipts.Tests;

public sealed class BatchTests
{
    [Fact]
    public void Sign_AnySize_EveryEnvelopeLeadsToTheSignedHead()
    {
        for (int size = 1; size <= 40; size++)
        {
            ReceiptStatement[] statements = [.. Enumerable.Range(1, size).Select(static i => Sample.Statement(counter: (ulong)i))];
            ReceiptEnvelope[] envelopes = BatchSigner.Sign(statements, Sample.Signer);
            Digest32[] leaves = [.. statements.Select(static s => MerkleTree.LeafHash(s.Encode()))];

            CoseSign1 cose = CoseSign1.TryDecode(envelopes[0].Cose.Span, out _)!;
            BatchHead head = BatchHead.TryDecode(cose.Payload, out _)!;
            Assert.Null(cose.Verify(Sample.KeySet.ReceiptKey));
            Assert.Equal(new BatchHead(Sample.KeySet.Digest, (ulong)size, MerkleTree.Root(leaves)), head);
            for (int i = 0; i < size; i++)
            {
                Assert.Equal(statements[i], envelopes[i].Statement);
                Assert.Equal(leaves[i], envelopes[i].Digest);
                Assert.Equal(MerkleTree.InclusionProof(leaves, i), envelopes[i].Path);
                Assert.True(envelopes[0].Cose.Equals(envelopes[i].Cose));
                ReceiptEnvelope? read = ReceiptEnvelope.TryDecode(envelopes[i].Encode(), out string? error);
                Assert.Null(error);
                Assert.Equal(envelopes[i].Encode(), read!.Encode());
                Assert.Equal((ulong)i, read.Index);
            }
        }
    }

    [Fact]
    public void Sign_NothingOrTwoKeySets_Throws()
    {
        ReceiptStatement statement = Sample.Statement();
        Assert.Throws<ArgumentException>(() => BatchSigner.Sign([], Sample.Signer));
        Assert.Throws<ArgumentException>(() => BatchSigner.Sign([statement, statement with { KeySet = default }], Sample.Signer));
    }

    [Fact]
    public void ReceiptDigest_DoesNotDependOnTheSignature()
    {
        ReceiptStatement statement = Sample.Statement();
        ReceiptEnvelope first = BatchSigner.Sign([statement], Sample.Signer)[0];
        ReceiptEnvelope second = BatchSigner.Sign([statement, Sample.Statement(counter: 2)], Sample.Signer)[0];

        Assert.Equal(first.Digest, second.Digest);
        Assert.False(first.Cose.Span.SequenceEqual(second.Cose.Span));
    }
}
