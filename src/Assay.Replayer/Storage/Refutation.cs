using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Replayer.Storage;

/// <summary>A refutation that is kept. Its file is the item with its opening, named by the endorsement's digest, in a folder for the node's log key.</summary>
/// <param name="Endorsement">The endorsement's digest.</param>
/// <param name="Receipt">The receipt digest.</param>
/// <param name="Path">The file, relative to the peer's folder.</param>
internal sealed record Refutation(Digest32 Endorsement, Digest32 Receipt, string Path)
{
    /// <summary>Most bytes of a file.</summary>
    public const int MaxLength = Receipts.Endorsement.MaxLength + ReplayEvidence.MaxLength + 64;
}
