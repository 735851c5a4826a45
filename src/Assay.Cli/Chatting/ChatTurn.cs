using Assay.Verification;

namespace Assay.Cli.Chatting;

/// <summary>What became of a turn.</summary>
/// <param name="Text">The checked text; null: it isn't given out.</param>
/// <param name="Finish">Why it ended; null as well.</param>
/// <param name="Reason"><c>met</c>, or why not.</param>
/// <param name="Verdict">The verdict; null: it didn't come to one.</param>
/// <param name="Saved">Where its receipt is kept; null: nowhere.</param>
internal sealed record ChatTurn(string? Text, string? Finish, string Reason, Verdict? Verdict, string? Saved);
