using Assay.Primitives;

namespace Assay.Receipts;

/// <summary>Content that goes with a bundle: a request's or response's bytes, or a publisher's statement.</summary>
/// <param name="Digest">SHA-256 of the content.</param>
/// <param name="Content">The content.</param>
public sealed record Attachment(Digest32 Digest, ReadOnlyMemory<byte> Content)
{
    /// <summary>Digests the content.</summary>
    public static Attachment Of(ReadOnlyMemory<byte> content) => new(Digest32.Sha256(content.Span), content);
}
