using Assay.Chat;
using Assay.Primitives;

namespace Assay.Client;

/// <summary>
/// One request in OpenAI's dialects and its answer, byte for byte, with the bundle that speaks for them. Nothing is checked yet: <see cref="ChatChecker"/>
/// says what it is worth, and gives the text.
/// </summary>
public sealed class ChatExchange
{
    internal ChatExchange()
    {
    }

    /// <summary>The dialect.</summary>
    public required ChatKind Kind { get; init; }

    /// <summary>The request's body as it was sent.</summary>
    public required ReadOnlyMemory<byte> Request { get; init; }

    /// <summary>The answer as it came: a body, or a stream with its framing and comments.</summary>
    public required ReadOnlyMemory<byte> Received { get; init; }

    /// <summary>What a receipt binds of it: the body, or the stream's transcript.</summary>
    public required ReadOnlyMemory<byte> Answer { get; init; }

    /// <summary>Whether it came as a stream.</summary>
    public required bool IsStream { get; init; }

    /// <summary>Whether it is a body, or a stream that came to its end.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>The receipt's id.</summary>
    public required ReceiptId ReceiptId { get; init; }

    /// <summary>What the receipt's fields are shown for; null if the node gave none. Whoever has it can read the conversation at the node.</summary>
    public required string? ReceiptSecret { get; init; }

    /// <summary>The bundle (<c>*.receipt</c>); empty in the evidence of an answer whose bundle wasn't to be had.</summary>
    public required ReadOnlyMemory<byte> Bundle { get; init; }

    /// <summary>
    /// What it was paid with, held against the server's word and the receipt's payment leaves; null: nothing was paid through a <see cref="PaymentHandler"/>.
    /// Whether it was settled only the chain says (docs/paying.md).
    /// </summary>
    public PaymentResult? Payment { get; init; }

    /// <summary>When the request was sent, by this machine's clock; if it was paid for, when that was signed: who paid once gets the answer of then.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>The answer without any check; null if it can't be read, or broke off. The reason goes into your code review, which is its point.</summary>
    /// <param name="reason">Why no check is needed here.</param>
    public ChatAnswer? AnswerUnchecked(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return ChatAnswerReader.TryReadAny(Kind, Answer, out bool isCut, out _) is { } answer && !isCut ? answer : null;
    }
}
