using System.Text.Json;

namespace Assay.Chat;

/// <summary>A message of a chat, a prompt of a completion, or an input of an embedding (spec/chat.md, "Request").</summary>
/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c>, <c>tool</c>, <c>function</c>; <c>prompt</c>; <c>input</c>.</param>
/// <param name="Raw">Its JSON as it stands in the body, UTF-8.</param>
/// <param name="Json">The same, read.</param>
public sealed record ChatMessage(string Role, ReadOnlyMemory<byte> Raw, JsonElement Json)
{
    /// <summary>Whether it instructs the model on behalf of the application.</summary>
    public bool IsSystem => Role is "system" or "developer";

    /// <summary>Its text: its content, or the texts of its parts, one after the other; empty if there is none.</summary>
    public required string Text { get; init; }
}
