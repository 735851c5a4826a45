namespace Assay.Node.Chatting;

/// <summary>A whole answer whose receipt is durable.</summary>
/// <param name="Job">The request.</param>
/// <param name="Body">The body, byte for byte as the receipt binds it.</param>
internal sealed record ChatReply(ChatJob Job, byte[] Body);
