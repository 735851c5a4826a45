using System.Globalization;

namespace Assay.Chat;

/// <summary>Tokens of a request and its answer.</summary>
public sealed record ChatUsage(long PromptTokens, long CompletionTokens)
{
    /// <summary>The leaf <c>output.usage</c>.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture, $"{{\"prompt_tokens\":{PromptTokens},\"completion_tokens\":{CompletionTokens},\"total_tokens\":{PromptTokens + CompletionTokens}}}");
}
