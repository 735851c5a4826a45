using Assay.Proofs.Fields;
using Assay.Proofs.Transcripts;
using Assay.Prover.Lookups;
using Assay.Prover.Simd;
using Assay.Prover.Sumchecks;
using Assay.Prover.Threading;
using Assay.Prover.Witness;

namespace Assay.Prover.Tests.Lookups;

/// <summary>What the lookups' prover and a product sumcheck send with the kernels of a path, for small sizes.</summary>
internal static class LookupDigest
{
    public static byte[] Of(VectorPath path, WorkerTeam team)
    {
        ExtensionKernels kernels = path switch
        {
            VectorPath.Auto => ExtensionKernels.Default,
            VectorPath.Vector512 => ExtensionKernels.For(FieldPath.Avx512),
            VectorPath.Vector256 => ExtensionKernels.For(FieldPath.Avx2),
            _ => ExtensionKernels.For(FieldPath.Portable),
        };
        using NativeArena arena = new();
        ProverChannel channel = new();
        foreach (int seed in (int[])[1, 2, 3])
        {
            RandomLookups lookups = RandomLookups.Of(seed, 5, 6);
            using WitnessColumns columns = lookups.Columns(arena);
            Ext4[] challenges = channel.Transcript.Draw("lookup", 2);
            _ = LogUpGkr.Prove(kernels, arena, team, channel, new(lookups.Shape), columns, challenges[0], challenges[1]);
        }

        Ext4[] z = channel.Transcript.Draw("z", 9);
        using ExtensionArray a = EqTable.Build(kernels, arena, team, z, Ext4.One);
        using ExtensionArray b = EqTable.Build(kernels, arena, team, z, z[0]);
        using ProductTables tables = new(kernels, team, a, b, z.Length);
        _ = ProductSumcheck.Prove(channel, "round", "r", [(tables, Ext4.One)], z.Length);
        return channel.Proof.ToArray();
    }
}
