using Assay.Proofs.Hashing;
using Assay.Proofs.Transcripts;
using Assay.Prover.Hashing;
using Assay.Prover.Simd;

namespace Assay.Prover.Tests.Hashing;

public sealed class WideBlake3Tests
{
    /// <summary>Of <see cref="VectorPath"/>.</summary>
    public static TheoryData<int> Paths => [.. Enum.GetValues<VectorPath>().Select(path => (int)path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Keyed_AnyLengthAndCount_IsBlake3(int path)
    {
        Random random = new(7);
        byte[] key = new byte[32];
        random.NextBytes(key);
        foreach (int length in (int[])[1, 3, 4, 60, 63, 64, 65, 128, 1000, 1023, 1024, 1025, 2048, 2052, 3000, 5120, 9000])
        {
            foreach (int count in (int[])[1, 7, 8, 16, 19])
            {
                byte[] messages = new byte[length * count];
                random.NextBytes(messages);
                byte[] digests = new byte[32 * count];
                WideBlake3.Keyed(key, messages, length, digests, (VectorPath)path);
                byte[] expected = new byte[32 * count];
                for (int i = 0; i < count; i++)
                {
                    Blake3.Keyed(key, messages.AsSpan(i * length, length), expected.AsSpan(32 * i));
                }

                Assert.Equal(expected, digests);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void SmallestNonce_IsTheSmallestThatIsGround(int path)
    {
        foreach (string label in (string[])["nonce", "lookup.nonce", new('x', 60)])
        {
            Transcript transcript = new();
            transcript.Absorb(label, [1, 2, 3]);
            foreach (int bits in (int[])[0, 1, 5, 9])
            {
                ulong nonce = WideBlake3.SmallestNonce(transcript.GrindingMessage(label), bits, (VectorPath)path);
                ulong expected = 0;
                while (!transcript.IsGround(label, expected, bits))
                {
                    expected++;
                }

                Assert.Equal(expected, nonce);
            }
        }
    }

    [Fact]
    public void Grind_SendsWhatTheChannelWouldFind()
    {
        ProverChannel fast = new();
        ProverChannel slow = new();
        foreach (int bits in (int[])[0, 8])
        {
            Grinding.Grind(fast, "nonce", bits);
            slow.Grind("nonce", bits);
        }

        Assert.Equal(slow.Proof.ToArray(), fast.Proof.ToArray());
        Assert.Equal(slow.Transcript.Draw("x"), fast.Transcript.Draw("x"));
    }
}
