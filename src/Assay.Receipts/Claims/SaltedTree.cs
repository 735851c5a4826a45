using Assay.Primitives;

namespace Assay.Receipts;

/// <summary>A salted tree as a bundle holds it: its root, and the CBOR of all its leaves.</summary>
/// <param name="Root">Root of the tree.</param>
/// <param name="Section">CBOR: of claims, an array of eight arrays of leaves; of an output, an array of leaves.</param>
public sealed record SaltedTree(Digest32 Root, ReadOnlyMemory<byte> Section);
