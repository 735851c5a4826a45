using Assay.Proofs.Circuits;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;
using Assay.Proofs.Transcripts;
using Assay.Prover.Commitments;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Tests.Commitments;

public sealed class WeightCommitmentTests
{
    private static readonly WorkerTeam Team = new(2);

    /// <summary>Of <see cref="VectorPath"/>.</summary>
    public static TheoryData<int> Paths => [.. Enum.GetValues<VectorPath>().Select(path => (int)path)];

    /// <summary>One tile, tiles wider than matrices, single rows and columns, holes, many rows.</summary>
    internal static TestWeights[] Shapes() =>
    [
        new(1, 3, 2, (4, 8, 1, 1, 0)),
        new(2, 0, 0, (1, 1, 1, 1, 0), (3, 2, 1, 1, 0)),
        new(3, 6, 4, (5, 13, 1, 3, 1), (16, 3, 4, 1, 0), (1, 1, 7, 1, 1)),
        new(4, 0, 6, (70, 5, 1, 1, 0)),
        new(5, 9, 1, (9, 400, 1, 1, 1), (2, 600, 1, 3, 0)),
        new(6, 5, 4, (90, 40, 1, 3, 1), (65, 64, 1, 1, 0)),
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Columns_AreTheValuesOfTheTiles(int path)
    {
        foreach (TestWeights weights in Shapes())
        {
            using WeightCommitment commitment = WeightCommitment.Create(weights.Shape, weights, Team, (VectorPath)path);
            int bits = weights.Shape.A + weights.Shape.B;
            uint omega = KoalaBear.RootOfUnity(bits + 2);
            foreach (int q in Positions(4 << bits))
            {
                uint x = KoalaBear.Pow(omega, (ulong)q);
                uint[] expected = new uint[weights.Shape.Tiles.Length];
                for (int t = 0; t < expected.Length; t++)
                {
                    for (int i = (1 << bits) - 1; i >= 0; i--)
                    {
                        expected[t] = KoalaBear.Add(KoalaBear.Mul(expected[t], x), KoalaBear.From(weights.At(weights.Shape.Tiles[t], i)));
                    }
                }

                Assert.Equal(expected, commitment.Column(q).ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void FoldRows_IsTheMatrixAtAPoint(int path)
    {
        foreach (TestWeights weights in Shapes())
        {
            using WeightCommitment commitment = WeightCommitment.Create(weights.Shape, weights, Team, (VectorPath)path);
            for (int m = 0; m < weights.Contractions.Length; m++)
            {
                Contraction c = weights.Contractions[m];
                Ext4[] rows = WitnessCommitmentTests.Elements(c.RowsPerGroup, 9);
                Ext4[] result = new Ext4[1 << c.IndexBits];
                Array.Fill(result, Ext4.One);
                commitment.FoldRows(m, rows, result, Team);
                Ext4[] expected = new Ext4[result.Length];
                foreach (Proofs.Layouts.WeightTile tile in weights.Shape.Tiles.Where(tile => tile.Matrix == m))
                {
                    for (int i = 0; i < 1 << (weights.Shape.A + weights.Shape.B); i++)
                    {
                        int j = (tile.JHigh << weights.Shape.B) | (i >> weights.Shape.A);
                        if (j < rows.Length && weights.At(tile, i) != 0)
                        {
                            expected[(tile.KHigh << weights.Shape.A) | (i & ((1 << weights.Shape.A) - 1))] +=
                                rows[j] * KoalaBear.From(weights.At(tile, i));
                        }
                    }
                }

                Assert.Equal(expected, result);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void FoldTiles_IsTheWeightedSumOfTiles(int path)
    {
        foreach (TestWeights weights in Shapes())
        {
            using WeightCommitment commitment = WeightCommitment.Create(weights.Shape, weights, Team, (VectorPath)path);
            Ext4[] alphas = WitnessCommitmentTests.Elements(weights.Shape.Tiles.Length, 3);
            Ext4[] result = new Ext4[1 << (weights.Shape.A + weights.Shape.B)];
            commitment.FoldTiles(alphas, result, Team);
            Ext4[] expected = new Ext4[result.Length];
            for (int t = 0; t < alphas.Length; t++)
            {
                for (int i = 0; i < expected.Length; i++)
                {
                    expected[i] += alphas[t] * KoalaBear.From(weights.At(weights.Shape.Tiles[t], i));
                }
            }

            Assert.Equal(expected, result);
        }
    }

    [Fact]
    public void Fold_OfExtremes_StaysExact()
    {
        // All numbers, all limbs of all weights at their ends: the largest sums there can be.
        foreach (VectorPath path in Enum.GetValues<VectorPath>())
        {
            foreach (uint end in (uint[])[KoalaBear.P / 2, (KoalaBear.P / 2) + 1, (1u << 10) + (1u << 21), KoalaBear.P - (1 << 10) - (1 << 21)])
            {
                const int Rows = 4001;
                short[] numbers = new short[32 * Rows];
                Array.Fill(numbers, short.MinValue);
                Ext4[] weights = new Ext4[Rows];
                Array.Fill(weights, new(end, end, end, end));
                Ext4[] result = new Ext4[32];
                Fold(numbers, weights, result, path);
                uint expected = KoalaBear.Mul(KoalaBear.From((long)Rows * short.MinValue), end);
                Assert.All(result, element => Assert.Equal(new(expected, expected, expected, expected), element));
            }
        }
    }

    [Fact]
    public void EveryPathAndThreadCount_GivesTheSameRoot_AndOpeningsThatVerify()
    {
        foreach (TestWeights weights in Shapes())
        {
            int bits = weights.Shape.A + weights.Shape.B;
            int[] positions = Positions(4 << bits);
            HashSet<string> results = [];
            foreach (VectorPath path in Enum.GetValues<VectorPath>())
            {
                foreach (int threads in (int[])[1, 2])
                {
                    using WorkerTeam team = new(threads);
                    using WeightCommitment commitment = WeightCommitment.Create(weights.Shape, weights, team, path);
                    ProverChannel channel = new();
                    commitment.Open(positions, channel);
                    results.Add(Convert.ToHexString([.. commitment.Root, .. channel.Proof.Span]));
                    AssertOpens(commitment, positions, bits + 2, channel.Proof.Span);
                }
            }

            Assert.Single(results);
        }
    }

    internal static void AssertOpens(WeightCommitment commitment, int[] positions, int depth, ReadOnlySpan<byte> proof)
    {
        int columnBytes = 4 * commitment.Column(0).Length;
        byte[] leaves = new byte[32 * positions.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            Blake3.Keyed(MerkleOpening.LeafKey.Span, proof.Slice(i * columnBytes, columnBytes), leaves.AsSpan(32 * i));
        }

        Assert.True(MerkleOpening.Check(commitment.Root, positions, depth, leaves, proof[(positions.Length * columnBytes)..]));
    }

    internal static int[] Positions(int length) => [.. new int[] { 0, 1, 3, length / 2, length - 2, length - 1 }.Distinct().Order()];

    private static unsafe void Fold(short[] numbers, Ext4[] weights, Ext4[] result, VectorPath path)
    {
        fixed (short* first = numbers)
        fixed (Ext4* to = result)
        {
            nint[] rows = new nint[weights.Length];
            for (int r = 0; r < rows.Length; r++)
            {
                rows[r] = (nint)(first + (32 * r));
            }

            Folding.Shorts(rows, weights, 0, 32, [0], to, Team, path);
        }
    }
}
