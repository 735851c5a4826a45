namespace Assay.Chat;

/// <summary>Why a request can't be read or served.</summary>
/// <param name="Code">A stable code, <c>chat/…</c>.</param>
/// <param name="Message">What is wrong, in words.</param>
/// <param name="Param">The member that it is about, as OpenAI's errors name it; null: the whole body.</param>
public sealed record ChatFault(string Code, string Message, string? Param = null);
