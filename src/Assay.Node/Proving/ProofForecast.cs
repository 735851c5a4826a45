namespace Assay.Node.Proving;

/// <summary>What a proof will take, from public shapes.</summary>
/// <param name="Bytes">Most bytes of the proof; all of it is exact but the number of Merkle siblings, which depends on the positions drawn.</param>
/// <param name="MemoryBytes">Peak of the prover's own memory.</param>
/// <param name="Milliseconds">Time on idle cores.</param>
/// <param name="Bits">Bits of the security budget.</param>
internal readonly record struct ProofForecast(long Bytes, long MemoryBytes, double Milliseconds, int Bits);
