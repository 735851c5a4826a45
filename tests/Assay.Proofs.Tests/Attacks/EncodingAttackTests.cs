using System.Buffers.Binary;
using Assay.Proofs.Fields;
using Assay.Testing;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Bytes that aren't what a prover writes.</summary>
public sealed class EncodingAttackTests
{
    private static readonly Lazy<(ProofCase Case, byte[] Proof)> Layout = new(() => Make("layout", 1));
    private static readonly Lazy<(ProofCase Case, byte[] Proof)> Ranks = new(() => Make("ranks", 3));

    [Fact]
    public void OtherLengths()
    {
        (ProofCase proofCase, byte[] proof) = Ranks.Value;
        foreach (int length in (int[])[0, 1, 31, 32, 33, 1000, proof.Length - 33, proof.Length - 32, proof.Length - 31, proof.Length - 1])
        {
            Assert.Equal(ProofOutcome.Failed, proofCase.Verifier.Verify(proofCase.Statement, proof.AsMemory(0, length)).Outcome);
        }

        foreach (int more in (int[])[1, 4, 16, 31, 32, 64, 32 * 200])
        {
            Assert.Equal(ProofOutcome.Failed, proofCase.Verifier.Verify(proofCase.Statement, (byte[])[.. proof, .. new byte[more]]).Outcome);
        }

        Assert.Equal("zk/length", proofCase.Verifier.Verify(proofCase.Statement, new byte[proof.Length + 1]).Code);
    }

    /// <summary>A sibling moved from one tree to the other, lengths kept.</summary>
    [Fact]
    public void SiblingsDroppedAndFilledUp()
    {
        (ProofCase proofCase, byte[] proof) = Ranks.Value;
        byte[] moved = [.. proof[32..], .. proof[..32]];
        Assert.Equal(ProofOutcome.Failed, proofCase.Verifier.Verify(proofCase.Statement, moved).Outcome);
    }

    /// <summary>v + p where v + p fits in 32 bits, at many places; and p itself, the second zero.</summary>
    [Fact]
    public void NumbersThatArentCanonical()
    {
        (ProofCase proofCase, byte[] proof) = Ranks.Value;
        int tried = 0;
        int opened = (int)ProofSize.WithoutSiblings(proofCase.Shape);
        for (int at = 40; at + 4 <= opened; at += 4 * (1 + (opened / 400)))
        {
            ulong word = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(proof.AsSpan(at)) + KoalaBear.P;
            if (word <= uint.MaxValue)
            {
                byte[] changed = [.. proof];
                BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(at), (uint)word);
                Assert.Equal(ProofOutcome.Failed, proofCase.Verifier.Verify(proofCase.Statement, changed).Outcome);
                tried++;
            }
        }

        Assert.True(tried > 50, $"{tried}");
    }

    /// <summary>Bits all over a proof; with ASSAY_DEEP=1 one of every byte of two proofs.</summary>
    [Fact]
    public void EveryBitCounts()
    {
        foreach ((ProofCase proofCase, byte[] proof) in ((ProofCase, byte[])[])[Layout.Value, Ranks.Value])
        {
            int step = FuzzRun.IsDeep ? 1 : proof.Length / 150;
            byte[] changed = [.. proof];
            for (int at = 0; at < proof.Length; at += step)
            {
                changed[at] ^= (byte)(1 << (at % 8));
                ProofVerdict verdict = proofCase.Verifier.Verify(proofCase.Statement, changed);
                Assert.True(verdict.Outcome == ProofOutcome.Failed, $"byte {at}");
                changed[at] = proof[at];
            }
        }
    }

    /// <summary>Mutated proofs: a verdict each, whatever they are; a million with ASSAY_DEEP=1.</summary>
    [Fact]
    public void MutatedProofsHaveAVerdict()
    {
        (ProofCase proofCase, byte[] proof) = Layout.Value;
        bool Parse(byte[] bytes)
        {
            ProofVerdict verdict = proofCase.Verifier.Verify(proofCase.Statement, bytes);
            bool isHonest = bytes.AsSpan().SequenceEqual(proof);
            Assert.Equal(isHonest ? ProofOutcome.Passed : ProofOutcome.Failed, verdict.Outcome);
            return isHonest;
        }

        if (FuzzRun.IsDeep)
        {
            FuzzRun.Run([proof], Parse, new(4 << 20, 64, TimeSpan.FromSeconds(1)));
            return;
        }

        Mutator mutator = new(3, [proof]);
        for (int i = 0; i < 1500; i++)
        {
            Parse(mutator.Next());
        }
    }

    /// <summary>Time and memory follow from the public description, not from the proof: random bytes of every length that passes,
    /// and a proof that is far too long.</summary>
    [Theory]
    [InlineData("layout")]
    [InlineData("ranks")]
    [InlineData("attention")]
    public void TimeAndMemoryAreBoundedByThePublicDescription(string name)
    {
        ProofCase proofCase = ProofCase.Small(name, 1);
        byte[] honest = proofCase.Prover.Prove(proofCase.Statement, proofCase.Columns);
        long rows = proofCase.Circuit.Tables.Sum(table => (long)table.Rows);
        long bound = (32 * ProofSize.UpperBound(proofCase.Shape)) + (64 * (rows + proofCase.Shape.Witness.Cells)) + (1 << 20);
        proofCase.Verifier.Verify(proofCase.Statement, honest);
        Random random = new(8);
        byte[] noise = new byte[honest.Length];
        random.NextBytes(noise);
        byte[][] hostile = [honest, noise, [.. honest[..^64], .. noise[..64]], new byte[honest.Length], new byte[64 << 20], []];
        foreach (byte[] bytes in hostile)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            proofCase.Verifier.Verify(proofCase.Statement, bytes);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= bound, $"{allocated} bytes, {bound} allowed, for {bytes.Length}");
        }
    }

    [Fact]
    public void TheSizeFormulaIsExact()
    {
        foreach ((string name, int batch) in ((string, int)[])[("layout", 1), ("ranks", 3), ("dense", 1)])
        {
            ProofCase proofCase = ProofCase.Small(name, batch);
            int[] witness = [];
            int[] weights = [];
            byte[] proof = proofCase.Prover.Prove(proofCase.Statement, proofCase.Columns, new()
            {
                WitnessSymbols = (positions, _, _) => witness = positions,
                WeightSymbols = (positions, _, _) => weights = positions,
            });
            Assert.Equal(ProofSize.Exact(proofCase.Shape, witness, weights), proof.Length);
            Assert.InRange(proof.Length, ProofSize.WithoutSiblings(proofCase.Shape), ProofSize.UpperBound(proofCase.Shape));
        }
    }

    private static (ProofCase Case, byte[] Proof) Make(string name, int batch)
    {
        ProofCase proofCase = ProofCase.Small(name, batch);
        return (proofCase, proofCase.Prover.Prove(proofCase.Statement, proofCase.Columns));
    }
}
