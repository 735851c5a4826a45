using Assay.Primitives;

namespace Assay.Log;

/// <summary>A signed head of the log.</summary>
/// <param name="Size">Number of entries.</param>
/// <param name="Root">Head of the tree over them.</param>
/// <param name="Note">The signed note (C2SP tlog-checkpoint), as published.</param>
public sealed record LogCheckpoint(ulong Size, Digest32 Root, ReadOnlyMemory<byte> Note);
