using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Assay.Proofs.Fields;
using Assay.Proofs.Transcripts;
using Assay.Prover.Commitments;
using Assay.Prover.Hashing;
using Assay.Prover.Simd;
using Assay.Prover.Tests.Lookups;
using Assay.Prover.Tests.Proving;
using Assay.Prover.Threading;

namespace Assay.Prover.Tests.Commitments;

/// <summary>One digest of what all kernels of a path give, for small sizes of all kinds.</summary>
internal static class KernelDigest
{
    public static string Of(VectorPath path)
    {
        using WorkerTeam team = new(2);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int length in (int[])[1, 64, 100, 1024, 2100])
        {
            byte[] messages = new byte[19 * length], digests = new byte[19 * 32];
            new Random(length).NextBytes(messages);
            WideBlake3.Keyed(messages.AsSpan(0, 1).ToArray().Concat(new byte[31]).ToArray(), messages, length, digests, path);
            hash.AppendData(digests);
        }

        hash.AppendData(BitConverter.GetBytes(WideBlake3.SmallestNonce(new byte[60], 7, path)));
        foreach ((int cells, int bits) in ((int, int)[])[(1, 0), (7, 3), (600, 5), (5000, 7)])
        {
            int[] witness = new int[cells];
            for (int i = 0; i < cells; i++)
            {
                witness[i] = (int)((i * 0x9E3779B9L) % KoalaBear.P);
            }

            using WitnessCommitment commitment = new(cells, bits, team, path);
            commitment.Commit(witness);
            hash.AppendData(commitment.Root);
            Ext4[] folded = new Ext4[1 << bits];
            commitment.Fold(witness, WitnessCommitmentTests.Elements(commitment.Rows, 1), folded);
            hash.AppendData(MemoryMarshal.AsBytes(folded.AsSpan()));
        }

        TestWeights weights = new(3, 5, 3, (5, 13, 1, 3, 1), (16, 3, 4, 1, 0));
        using WeightCommitment tiles = WeightCommitment.Create(weights.Shape, weights, team, path);
        ProverChannel channel = new();
        tiles.Open([1, 2, 100], channel);
        hash.AppendData(channel.Proof.Span);
        Ext4[] sum = new Ext4[1 << 8];
        tiles.FoldTiles(WitnessCommitmentTests.Elements(weights.Shape.Tiles.Length, 2), sum, team);
        hash.AppendData(MemoryMarshal.AsBytes(sum.AsSpan()));
        hash.AppendData(LookupDigest.Of(path, team));
        hash.AppendData(ProofDigest.Of(path));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
