using Assay.Prover.Threading;

namespace Assay.Prover.Tests.Threading;

public sealed class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EachPartIsDoneOnce(int threads)
    {
        using WorkerTeam team = new(threads);
        Assert.Equal(threads, team.Threads);
        for (int run = 0; run < 300; run++)
        {
            Count job = new(1 + (run % 40));
            team.Run(job, job.Done.Length);
            Assert.All(job.Done, done => Assert.Equal(1, done));
        }
    }

    [Fact]
    public void AFailureReachesTheCallerAndTheTeamGoesOn()
    {
        using WorkerTeam team = new(2);
        Assert.Throws<InvalidOperationException>(() => team.Run(new Fail(), 20));
        Count job = new(20);
        team.Run(job, 20);
        Assert.All(job.Done, done => Assert.Equal(1, done));
    }

    private sealed class Count(int parts) : ITeamJob
    {
        public int[] Done { get; } = new int[parts];

        public void Run(int part) => Interlocked.Increment(ref Done[part]);
    }

    private sealed class Fail : ITeamJob
    {
        public void Run(int part) => throw new InvalidOperationException($"Part {part}.");
    }
}
