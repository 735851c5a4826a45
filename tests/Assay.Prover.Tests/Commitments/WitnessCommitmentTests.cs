using System.Buffers.Binary;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;
using Assay.Proofs.Transcripts;
using Assay.Prover.Commitments;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Tests.Commitments;

public sealed class WitnessCommitmentTests
{
    /// <summary>Of <see cref="VectorPath"/>.</summary>
    public static TheoryData<int> Paths => [.. Enum.GetValues<VectorPath>().Select(path => (int)path)];

    private static readonly WorkerTeam Team = new(2);

    [Theory]
    [MemberData(nameof(Paths))]
    public void Columns_AreTheValuesOfTheRows(int path)
    {
        foreach ((int cells, int bits) in ((int, int)[])[(1, 0), (2, 1), (5, 3), (8, 3), (16, 4), (37, 2), (300, 4), (555, 5), (700, 5), (1030, 6)])
        {
            int[] witness = Witness(cells, 3);
            using WitnessCommitment commitment = new(cells, bits, Team, (VectorPath)path);
            commitment.Commit(witness);
            uint omega = KoalaBear.RootOfUnity(bits + 2);
            for (int q = 0; q < 4 << bits; q++)
            {
                Assert.Equal(Naive(witness, bits, KoalaBear.Pow(omega, (ulong)q)), commitment.Column(q).ToArray());
            }

            Assert.Equal(Root(commitment), commitment.Root.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void LargeRows_GiveTheValuesAtSomePositions(int path)
    {
        foreach ((int cells, int bits) in ((int, int)[])[(9000, 11), (40000, 12)])
        {
            int[] witness = Witness(cells, 4);
            using WitnessCommitment commitment = new(cells, bits, Team, (VectorPath)path);
            commitment.Commit(witness);
            uint omega = KoalaBear.RootOfUnity(bits + 2);
            foreach (int q in (int[])[0, 1, 2, 3, 77, 1 << bits, (3 << bits) + 5, (4 << bits) - 1])
            {
                Assert.Equal(Naive(witness, bits, KoalaBear.Pow(omega, (ulong)q)), commitment.Column(q).ToArray());
            }
        }
    }

    [Fact]
    public void EveryPathAndThreadCount_GivesTheSameRoot()
    {
        foreach ((int cells, int bits) in ((int, int)[])[(1, 0), (20_003, 9), (5_000, 11), (9_000, 6)])
        {
            int[] witness = Witness(cells, 5);
            HashSet<string> roots = [];
            foreach (VectorPath path in Enum.GetValues<VectorPath>())
            {
                foreach (int threads in (int[])[1, 2, 5])
                {
                    using WorkerTeam team = new(threads);
                    using WitnessCommitment commitment = new(cells, bits, team, path);
                    commitment.Commit(witness);
                    commitment.Commit(witness);
                    roots.Add(Convert.ToHexString(commitment.Root));
                }
            }

            Assert.Single(roots);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Fold_IsTheWeightedSumOfRows(int path)
    {
        foreach ((int cells, int bits) in ((int, int)[])[(1, 0), (7, 2), (1000, 4), (3000, 5), (40_000, 8), (130_000, 9)])
        {
            int[] witness = Witness(cells, 6);
            using WitnessCommitment commitment = new(cells, bits, Team, (VectorPath)path);
            Ext4[] rows = Elements(commitment.Rows, 1);
            Ext4[] result = new Ext4[1 << bits];
            commitment.Fold(witness, rows, result);
            Ext4[] expected = new Ext4[1 << bits];
            for (int i = 0; i < cells; i++)
            {
                expected[i & (expected.Length - 1)] += rows[i >> bits] * KoalaBear.From(witness[i]);
            }

            Assert.Equal(expected, result);
        }
    }

    [Fact]
    public void SecondProof_AllocatesLittle()
    {
        int[] witness = Witness(60_000, 2);
        using WorkerTeam team = new(1);
        using WitnessCommitment commitment = new(witness.Length, 10, team);
        Ext4[] rows = Elements(commitment.Rows, 2), result = new Ext4[1 << 10];
        long allocated = long.MaxValue;
        for (int time = 0; time < 4; time++)
        {
            // A collection in between counts the unused rest of the thread's allocation buffer: the least counts.
            long before = GC.GetAllocatedBytesForCurrentThread();
            commitment.Commit(witness);
            commitment.Fold(witness, rows, result);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // Twelve limbs a row, and the last row in full length.
        Assert.InRange(allocated, 0, (60 * rows.Length) + (sizeof(int) * result.Length) + 4096);
    }

    [Fact]
    public void Opening_PassesTheVerifiersCheck()
    {
        const int Bits = 6;
        int[] witness = Witness(1000, 8);
        using WitnessCommitment commitment = new(witness.Length, Bits, Team);
        commitment.Commit(witness);
        int[] positions = [0, 1, 5, 100, 101, 255];
        ProverChannel channel = new();
        commitment.Open(positions, channel);
        byte[] proof = channel.Proof.ToArray();
        int columnBytes = 4 * commitment.Rows;
        byte[] leaves = new byte[32 * positions.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            Blake3.Keyed(MerkleOpening.LeafKey.Span, proof.AsSpan(i * columnBytes, columnBytes), leaves.AsSpan(32 * i));
        }

        Assert.True(MerkleOpening.Check(commitment.Root, positions, Bits + 2, leaves, proof.AsSpan(positions.Length * columnBytes)));
    }

    internal static Ext4[] Elements(int count, int seed)
    {
        Random random = new(seed);
        Ext4[] elements = new Ext4[count];
        for (int i = 0; i < count; i++)
        {
            // The ends of the field among them.
            elements[i] = i % 5 == 3
                ? new(KoalaBear.P - 1, KoalaBear.P / 2, (KoalaBear.P / 2) + 1, 0)
                : new(Element(random), Element(random), Element(random), Element(random));
        }

        return elements;
    }

    /// <summary>Small and large numbers of both signs, and the ends of the range.</summary>
    private static int[] Witness(int cells, int seed)
    {
        Random random = new(seed);
        int[] witness = new int[cells];
        for (int i = 0; i < cells; i++)
        {
            witness[i] = (i % 7) switch
            {
                0 => (int)KoalaBear.P - 1,
                1 => -(int)KoalaBear.P + 1,
                2 => random.Next(-128, 128),
                _ => random.Next(-(int)KoalaBear.P + 1, (int)KoalaBear.P),
            };
        }

        return witness;
    }

    private static uint Element(Random random) => (uint)random.Next((int)KoalaBear.P);

    private static uint[] Naive(int[] witness, int bits, uint x)
    {
        uint[] column = new uint[((witness.Length - 1) >> bits) + 1];
        for (int i = witness.Length - 1; i >= 0; i--)
        {
            ref uint value = ref column[i >> bits];
            value = KoalaBear.Add(KoalaBear.Mul(value, x), KoalaBear.From(witness[i]));
        }

        return column;
    }

    private static byte[] Root(WitnessCommitment commitment)
    {
        List<byte[]> level = [];
        for (int q = 0; q < 4 << commitment.RowBits; q++)
        {
            byte[] bytes = new byte[4 * commitment.Rows];
            for (int r = 0; r < commitment.Rows; r++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * r), commitment.Column(q)[r]);
            }

            level.Add(new byte[32]);
            Blake3.Keyed(MerkleOpening.LeafKey.Span, bytes, level[^1]);
        }

        while (level.Count > 1)
        {
            List<byte[]> next = [];
            for (int i = 0; i < level.Count; i += 2)
            {
                next.Add(new byte[32]);
                Blake3.Keyed(MerkleOpening.NodeKey.Span, [.. level[i], .. level[i + 1]], next[^1]);
            }

            level = next;
        }

        return level[0];
    }
}
