namespace Assay.Proofs;

/// <summary>What the holder of one of many runs needs beside the proof (spec/proof-system.md, section 8).</summary>
/// <param name="Index">The run's place, from 0.</param>
/// <param name="Salt">16 bytes.</param>
/// <param name="Path">The siblings from the run's leaf up: 32 bytes for each level of the tree.</param>
public sealed record RunOpening(int Index, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Path);
