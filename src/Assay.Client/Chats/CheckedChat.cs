using Assay.Chat;
using Assay.Verification;

namespace Assay.Client;

/// <summary>A chat's answer whose requirements are met, with the verdict that says by what, and what was not covered.</summary>
/// <param name="Answer">The answer, read from the bytes that were checked.</param>
/// <param name="Verdict">The verdict; its outcome is <c>met</c>.</param>
/// <param name="Exchange">The bytes behind it.</param>
public sealed record CheckedChat(ChatAnswer Answer, Verdict Verdict, ChatExchange Exchange);
