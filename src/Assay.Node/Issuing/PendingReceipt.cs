using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>A receipt that lacks only its counter and signature: everything that could be hashed beforehand has been.</summary>
internal sealed record PendingReceipt : PendingEntry
{
    public required ReceiptId Id { get; init; }

    public required long IssuedAt { get; init; }

    public required string ApiKey { get; init; }

    public required Planning.Plan Plan { get; init; }

    public required Digest32 ClaimsRoot { get; init; }

    public required Digest32 OutputRoot { get; init; }

    /// <summary>What the store keeps beside the envelope, encoded already.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    public required string SizeBucket { get; init; }

    /// <summary>A finished answer, or one that was broken off.</summary>
    public ReceiptPhase Phase { get; init; } = ReceiptPhase.Final;
}
