using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Lookups;

/// <summary>Computes a level from the one below it, whose nodes x and x + 2^k are the children of x.</summary>
internal sealed unsafe class NodeJob(ExtensionKernels kernels) : ITeamJob
{
    /// <summary>Some 60 microseconds.</summary>
    private const long PartBlocks = 512;

    private NodeLevel _to = null!;
    private NodeLevel? _from;
    private LeafArrays? _leaves;

    /// <summary>From a level.</summary>
    public void Run(WorkerTeam team, NodeLevel to, NodeLevel from)
    {
        (_to, _from, _leaves) = (to, from, null);
        Run(team);
    }

    /// <summary>From the leaves.</summary>
    public void Run(WorkerTeam team, NodeLevel to, LeafArrays leaves)
    {
        (_to, _from, _leaves) = (to, null, leaves);
        Run(team);
    }

    /// <inheritdoc/>
    public void Run(int part)
    {
        long start = part * PartBlocks;
        long end = Math.Min(start + PartBlocks, 2 * _to.HalfBlocks);
        Range(start, Math.Min(end, _to.HalfBlocks), _to.LowP, _to.LowQ, 0);
        Range(Math.Max(start, _to.HalfBlocks), end, _to.HighP, _to.HighQ, _to.HalfBlocks);
    }

    private void Run(WorkerTeam team) => team.Run(this, (int)(((2 * _to.HalfBlocks) + PartBlocks - 1) / PartBlocks));

    private void Range(long start, long end, uint* p, uint* q, long first)
    {
        if (start >= end)
        {
            return;
        }

        long to = (start - first) * ExtensionKernels.BlockWords;
        long at = start * ExtensionKernels.BlockWords;
        if (_from is not null)
        {
            kernels.AddFractions(
                p + to, q + to, _from.LowP + at, _from.HighP + at, _from.LowQ + at, _from.HighQ + at, end - start);
            return;
        }

        LeafArrays leaves = _leaves!;
        long pairs = Math.Clamp(leaves.HighBlocks - start, 0, end - start);
        long words = start * ExtensionKernels.BlockElements;
        kernels.AddBaseFractions(
            p + to, q + to, leaves.LowP + words, leaves.HighP + words, leaves.LowQ + at, leaves.HighQ + at, pairs);

        // The second child is 0/1: the node is the first one.
        long alone = end - start - pairs;
        to += pairs * ExtensionKernels.BlockWords;
        at += pairs * ExtensionKernels.BlockWords;
        words += pairs * ExtensionKernels.BlockElements;
        new ReadOnlySpan<uint>(leaves.LowQ + at, (int)(alone * ExtensionKernels.BlockWords))
            .CopyTo(new Span<uint>(q + to, (int)(alone * ExtensionKernels.BlockWords)));
        kernels.FoldBase(p + to, leaves.LowP + words, leaves.LowP + words, default, alone);
    }
}
