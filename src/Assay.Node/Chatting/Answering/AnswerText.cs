using System.Globalization;
using System.Text;
using Assay.Chat;

namespace Assay.Node.Chatting;

/// <summary>How texts and numbers of an answer are spelt: the same in the answer and in what the receipt binds.</summary>
internal static class AnswerText
{
    // What OpenAI's servers say of a token that can't come.
    private const double Impossible = -9999;

    /// <summary>A logprob as JSON.</summary>
    internal static string Number(double value) => (double.IsFinite(value) ? value : Impossible).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>An event whose texts are Unicode: half of a surrogate pair can't be sent, and would be another text for whoever reads it back.</summary>
    internal static ChatEvent Clean(ChatEvent item) => IsClean(item.Content) && IsClean(item.Refusal) && IsClean(item.Reasoning) && IsClean(item.Tool?.Arguments) && item.Logprobs is null
        ? item
        : item with
        {
            Content = Clean(item.Content),
            Refusal = Clean(item.Refusal),
            Reasoning = Clean(item.Reasoning),
            Tool = item.Tool is { } tool ? tool with { Arguments = Clean(tool.Arguments)! } : null,
            Logprobs = item.Logprobs is { } logprobs ? [.. logprobs.Select(Clean)] : null,
        };

    private static ChatTokenLogprob Clean(ChatTokenLogprob item) =>
        IsClean(item.Token) && item.Top.All(static top => IsClean(top.Token)) ? item : item with { Token = Clean(item.Token)!, Top = [.. item.Top.Select(Clean)] };

    private static bool IsClean(string? text) => text is null || text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 || Clean(text) == text;

    private static string? Clean(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
