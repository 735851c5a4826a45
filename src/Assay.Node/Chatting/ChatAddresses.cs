using Assay.Chat;

namespace Assay.Node.Chatting;

/// <summary>Where each dialect is answered.</summary>
internal static class ChatAddresses
{
    internal static string Of(ChatKind kind) => kind switch { ChatKind.Chat => "/v1/chat/completions", ChatKind.Completion => "/v1/completions", _ => "/v1/embeddings" };
}
