using Assay.Primitives;

namespace Assay.Log;

/// <summary>That an entry is in the log: what a bundle's log proof holds (spec/receipt.md).</summary>
/// <param name="Index">The entry's number.</param>
/// <param name="Entry">The entry's bytes.</param>
/// <param name="Path">The inclusion path in the tree of the checkpoint's size (RFC 9162, section 2.1.3), from the leaf up.</param>
/// <param name="Checkpoint">The checkpoint that the path leads to.</param>
public sealed record LogProof(ulong Index, byte[] Entry, IReadOnlyList<Digest32> Path, LogCheckpoint Checkpoint);
