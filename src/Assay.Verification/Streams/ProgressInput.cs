using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>A progress receipt, and what it should be about (spec/chat.md, "Progress receipt").</summary>
public sealed record ProgressInput
{
    /// <summary>The bytes of its envelope, as they came with the stream.</summary>
    public required ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>The keys of the node that is trusted to have answered: whether they are its is the caller's question.</summary>
    public required KeySet KeySet { get; init; }

    /// <summary>What stands for the request: <see cref="ProgressCheck.Head"/>.</summary>
    public required Digest32 Head { get; init; }

    /// <summary>The root over as many of the stream's first events as the receipt is said to be about (<c>StreamTranscript.Root</c>); null: so many aren't there.</summary>
    public required Digest32? Root { get; init; }

    /// <summary>The receipt's id, as the answer's header or the id in its events says it; null: not known.</summary>
    public ReceiptId? Id { get; init; }
}
