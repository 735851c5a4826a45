using Assay.Verification;

namespace Assay.Client;

/// <summary>What was required of a chat's answer isn't met. Its text is withheld: neither the message nor any member says it, but for <see cref="Exchange"/>'s call that names the risk.</summary>
public sealed class ChatShortfallException : Exception
{
    internal ChatShortfallException(string reason, string message, Verdict? verdict, ChatExchange? exchange)
        : base(message)
    {
        Reason = reason;
        Verdict = verdict;
        Exchange = exchange;
    }

    /// <summary>For what a caller finds wrong with an answer that its receipt alone doesn't show: it is withheld all the same.</summary>
    /// <param name="reason">Why, as a stable code.</param>
    /// <param name="message">The same in words.</param>
    /// <param name="found">What was checked.</param>
    public static ChatShortfallException Of(string reason, string message, CheckedChat found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return new ChatShortfallException(reason, message, found.Verdict, found.Exchange);
    }

    /// <summary>Why, as a stable code: the verdict's reason, or one of <see cref="ChatClientCodes"/>.</summary>
    public string Reason { get; }

    /// <summary>What was checked and what came out; null: it didn't come to that.</summary>
    public Verdict? Verdict { get; }

    /// <summary>The bytes, as evidence: as far as they came, without a bundle where it wasn't to be had. Null: there are none.</summary>
    public ChatExchange? Exchange { get; }
}
