using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Releasing;

/// <summary>What evidence is asked for: the answer of one receipt, already signed and logged.</summary>
/// <param name="Receipt">The receipt's id.</param>
/// <param name="LogIndex">Its place in the log.</param>
/// <param name="IssuedAt">When it says that it was issued, Unix milliseconds.</param>
/// <param name="Policy">What it was asked for under.</param>
/// <param name="Answered">What answered.</param>
internal sealed record EvidenceRequest(ReceiptId Receipt, ulong LogIndex, long IssuedAt, PolicyDocument Policy, AnswerSource Answered)
{
    /// <summary>The receipt digest, as it was when the statement was signed: never read back from the disk.</summary>
    internal required Digest32 Digest { get; init; }

    /// <summary>Whether the request came encrypted to a key that evidence vouches for, and the answer leaves encrypted.</summary>
    internal bool IsConfidential { get; init; }
}
