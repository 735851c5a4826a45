namespace Assay.Chat;

/// <summary>A token that was chosen, and what else might have been.</summary>
/// <param name="Token">Its text; bytes that are no UTF-8 by themselves as U+FFFD.</param>
/// <param name="Bytes">Its bytes; null: not known.</param>
/// <param name="Logprob">The natural logarithm of its probability.</param>
/// <param name="Top">The most likely ones at its place, the likeliest first; empty: nobody asked.</param>
public sealed record ChatTokenLogprob(string Token, ReadOnlyMemory<byte>? Bytes, double Logprob, IReadOnlyList<ChatTokenLogprob> Top);
