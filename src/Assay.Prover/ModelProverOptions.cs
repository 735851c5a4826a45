using Assay.Prover.Simd;

namespace Assay.Prover;

/// <summary>How proofs are made. Nothing here changes a proof's bytes.</summary>
public sealed record ModelProverOptions
{
    /// <summary>Threads, 1 to 256; default: as many as the machine has processors, at most 8.</summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>The kernels; default: the fastest that the machine has instructions for.</summary>
    internal VectorPath Path { get; init; }
}
