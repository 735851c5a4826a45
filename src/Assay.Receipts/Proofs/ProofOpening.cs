using System.Collections.Immutable;

namespace Assay.Receipts;

/// <summary>Which run of a proof of many is one item of the receipt (spec/proofs.md, "In a bundle").</summary>
/// <param name="Run">The run's number, from 0.</param>
/// <param name="Salt">16 bytes.</param>
/// <param name="Path">Nodes of 32 bytes from the leaf upwards (BLAKE3, spec/proof-system.md, section 8).</param>
public sealed record ProofOpening(int Run, ReadOnlyMemory<byte> Salt, ImmutableArray<ReadOnlyMemory<byte>> Path)
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltSize = 16;

    /// <summary>Bytes of a node.</summary>
    public const int NodeSize = 32;
}
