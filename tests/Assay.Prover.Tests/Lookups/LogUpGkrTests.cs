using Assay.Proofs.Fields;
using Assay.Proofs.Transcripts;
using Assay.Prover.Lookups;
using Assay.Prover.Simd;
using Assay.Prover.Threading;
using Assay.Prover.Witness;
using Assay.Testing.Proofs;

namespace Assay.Prover.Tests.Lookups;

public sealed class LogUpGkrTests : IDisposable
{
    private readonly NativeArena _arena = new();

    public void Dispose() => _arena.Dispose();

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(2, 1, 3)]
    [InlineData(3, 2, 3)]
    [InlineData(4, 3, 5)]
    [InlineData(5, 4, 5)]
    [InlineData(6, 6, 6)]
    [InlineData(7, 6, 7)]
    [InlineData(8, 9, 7)]
    [InlineData(9, 12, 9)]
    [InlineData(10, 5, 12)]
    [InlineData(11, 20, 8)]
    public void RandomCircuitsGiveTheReferencesBytes(int seed, int items, int longest)
    {
        for (int i = 0; i < 6; i++)
        {
            AssertSame(RandomLookups.Of((100 * seed) + i, items, longest), 1);
        }
    }

    [Theory]
    [InlineData(new[] { 1 }, 1)]
    [InlineData(new[] { 1 }, 2)]
    [InlineData(new[] { 3 }, 1)]
    [InlineData(new[] { 16 }, 16)]
    [InlineData(new[] { 32 }, 1)]
    [InlineData(new[] { 33 }, 31)]
    [InlineData(new[] { 64 }, 65)]
    [InlineData(new[] { 128 }, 1)]
    [InlineData(new[] { 200 }, 57)]
    [InlineData(new[] { 256 }, 300)]
    [InlineData(new[] { 5, 1, 7, 1 }, 40)]
    [InlineData(new[] { 3, 5, 28, 1 }, 1)]
    [InlineData(new[] { 8, 16, 4 }, 512)]
    [InlineData(new[] { 2048, 1 }, 1)]
    [InlineData(new[] { 2, 1500 }, 900)]
    public void AllShapesGiveTheReferencesBytes(int[] dims, int rows) => AssertSame(RandomLookups.One(dims, rows), 1);

    [Theory]
    [InlineData(70_000, 1)]
    [InlineData(40_000, 60_000)]
    public void LargeLayersAreTheSameWithMoreThreads(int cells, int rows) => AssertSame(RandomLookups.One([cells], rows), 3);

    [Fact]
    public void WhatIsProvedAllocatesLittle()
    {
        RandomLookups lookups = RandomLookups.One([30, 28, 28], 4096);
        LookupPlan plan = new(lookups.Shape);
        using WitnessColumns columns = lookups.Columns(_arena);
        using WorkerTeam team = new(1);
        Ext4 alpha = new(3, 1, 4, 1), beta = new(5, 9, 2, 6);
        _ = LogUpGkr.Prove(ExtensionKernels.Default, _arena, team, new(), plan, columns, alpha, beta);
        long native = _arena.Bytes;
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = LogUpGkr.Prove(ExtensionKernels.Default, _arena, team, new(), plan, columns, alpha, beta);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
        Assert.Equal(native, _arena.Bytes);
    }

    private void AssertSame(RandomLookups lookups, int threads)
    {
        using WitnessColumns columns = lookups.Columns(_arena);
        ProverChannel expected = new();
        Ext4[] challenges = expected.Transcript.Draw("lookup", 2);
        (Ext4[] p, Ext4[] q) = ReferenceLookups.Leaves(lookups.Shape, lookups.Residues(columns), challenges[0], challenges[1]);
        (Ext4[] point, _, _) = ReferenceGkr.Prove(expected, p, q, new());

        LookupPlan plan = new(lookups.Shape);
        foreach (FieldPath path in Enum.GetValues<FieldPath>())
        {
            using WorkerTeam team = new(threads);
            ProverChannel actual = new();
            _ = actual.Transcript.Draw("lookup", 2);
            Ext4[] z = LogUpGkr.Prove(
                ExtensionKernels.For(path), _arena, team, actual, plan, columns, challenges[0], challenges[1]);
            Assert.Equal(point, z);
            Assert.Equal(expected.Proof.ToArray(), actual.Proof.ToArray());
        }
    }
}
