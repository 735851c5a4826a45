using Assay.Primitives;

namespace Assay.Node.Chatting;

/// <summary>A whole answer whose receipt is durable.</summary>
/// <param name="Job">The request.</param>
/// <param name="Body">The body, byte for byte as the receipt binds it.</param>
/// <param name="Digest">The receipt's digest.</param>
internal sealed record ChatReply(ChatJob Job, byte[] Body, Digest32 Digest);
