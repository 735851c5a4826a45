using Assay.Chat;

namespace Assay.Node.Chatting;

/// <summary>How many tokens a question is about, where nobody counts them.</summary>
internal static class TokenEstimate
{
    /// <summary>About what it is in English text.</summary>
    internal const int BytesOfAToken = 4;

    /// <summary>Of the messages' raw texts, without what is in them as base64: nobody can say from outside what an image costs to read.</summary>
    internal static long Of(ChatRequest request)
    {
        long text = request.Messages.Sum(static message => (long)message.Raw.Length) - request.Attachments.Sum(static item => (item.Content.Length + 2L) / 3 * 4);
        return (Math.Max(0, text) + BytesOfAToken - 1) / BytesOfAToken;
    }
}
