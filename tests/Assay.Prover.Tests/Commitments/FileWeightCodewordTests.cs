using Assay.Proofs.Transcripts;
using Assay.Prover.Commitments;
using Assay.Prover.Threading;

namespace Assay.Prover.Tests.Commitments;

public sealed class FileWeightCodewordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-weights-").FullName;
    private readonly WorkerTeam _team = new(2);

    private string FilePath => Path.Combine(_folder, "weights");

    public void Dispose()
    {
        _team.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void OpenOrCreate_GivesWhatIsMadeInMemory_BothTimes()
    {
        foreach (TestWeights weights in WeightCommitmentTests.Shapes())
        {
            using WeightCommitment memory = WeightCommitment.Create(weights.Shape, weights, _team);
            File.Delete(FilePath);
            for (int time = 0; time < 2; time++)
            {
                using WeightCommitment file = WeightCommitment.OpenOrCreate(FilePath, weights.Shape, weights, _team);
                Assert.Null(file.RebuiltBecause);
                Assert.Equal(memory.Root.ToArray(), file.Root.ToArray());
                Assert.Equal(Opening(memory, weights), Opening(file, weights));
            }
        }
    }

    [Fact]
    public void DamagedFile_IsRebuilt_AndSaysWhy()
    {
        TestWeights weights = WeightCommitmentTests.Shapes()[2];
        using WeightCommitment memory = WeightCommitment.Create(weights.Shape, weights, _team);
        using (WeightCommitment.OpenOrCreate(FilePath, weights.Shape, weights, _team))
        {
        }

        byte[] good = File.ReadAllBytes(FilePath);
        foreach (int at in (int[])[0, 25, 40, 64, 100, 4096, good.Length / 2, good.Length - 1, -1, -2])
        {
            byte[] bad = at switch { -1 => good[..^1], -2 => [], _ => [.. good] };
            if (at >= 0)
            {
                bad[at] ^= 16;
            }

            File.WriteAllBytes(FilePath, bad);
            using WeightCommitment rebuilt = WeightCommitment.OpenOrCreate(FilePath, weights.Shape, weights, _team);
            Assert.NotNull(rebuilt.RebuiltBecause);
            Assert.Equal(Opening(memory, weights), Opening(rebuilt, weights));
            Assert.Equal(good, File.ReadAllBytes(FilePath));
        }
    }

    [Fact]
    public void FileOfOtherWeights_IsReplaced()
    {
        TestWeights first = new(1, 4, 3, (20, 40, 1, 1, 0)), second = new(2, 4, 3, (20, 40, 1, 1, 0));
        using (WeightCommitment.OpenOrCreate(FilePath, first.Shape, first, _team))
        {
        }

        using WeightCommitment commitment = WeightCommitment.OpenOrCreate(FilePath, second.Shape, second, _team);
        Assert.NotNull(commitment.RebuiltBecause);
        using WeightCommitment memory = WeightCommitment.Create(second.Shape, second, _team);
        Assert.Equal(memory.Root.ToArray(), commitment.Root.ToArray());
    }

    private static byte[] Opening(WeightCommitment commitment, TestWeights weights)
    {
        ProverChannel channel = new();
        commitment.Open(WeightCommitmentTests.Positions(4 << (weights.Shape.A + weights.Shape.B)), channel);
        return channel.Proof.ToArray();
    }
}
