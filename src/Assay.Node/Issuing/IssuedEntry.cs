using Assay.Primitives;

namespace Assay.Node.Issuing;

/// <summary>An entry that is durable.</summary>
/// <param name="LogIndex">Its place in the log.</param>
/// <param name="Digest">The digest of the receipt or endorsement; else that of the entry. From memory: what stands on the disk, others may have written.</param>
internal readonly record struct IssuedEntry(ulong LogIndex, Digest32 Digest);
