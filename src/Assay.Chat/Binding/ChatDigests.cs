using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Chat;

/// <summary>The digests that a chat's claims hold (spec/chat.md, "Request" and "Answer").</summary>
public static class ChatDigests
{
    /// <summary>Of the messages with role system or developer; null if there is none.</summary>
    public static Digest32? SystemPrompt(IEnumerable<ChatMessage> messages) =>
        SystemPrompt(messages.Where(static message => message.IsSystem).Select(static message => message.Raw));

    /// <summary>Of the raw texts of such messages; null if there is none.</summary>
    public static Digest32? SystemPrompt(IEnumerable<ReadOnlyMemory<byte>> raw)
    {
        ReadOnlyMemory<byte>[] texts = [.. raw];
        if (texts.Length == 0)
        {
            return null;
        }

        CborWriter writer = new(1024);
        writer.WriteArrayHeader(texts.Length + 1);
        writer.WriteText("assay/system-prompt/v1");
        foreach (ReadOnlyMemory<byte> text in texts)
        {
            writer.WriteBytes(text.Span);
        }

        return Digest32.Sha256(writer.Written);
    }

    /// <summary>Of each attachment's content; null if there is none.</summary>
    public static IReadOnlyList<Digest32>? Attachments(ChatRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Attachments.Count == 0 ? null : [.. request.Attachments.Select(static item => Digest32.Sha256(item.Content.Span))];
    }

    /// <summary>Of the raw text of <c>tools</c>; null if absent.</summary>
    public static Digest32? Tools(ChatRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.RawTools is { } raw ? Digest32.Sha256(raw.Span) : null;
    }

    /// <summary>Of all choices' tool calls; null if none has any.</summary>
    public static Digest32? ToolCalls(ChatAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return answer.Choices.All(static choice => choice.ToolCalls.Count == 0)
            ? null
            : Texts("assay/tool-calls/v1", answer.Choices.Select(static choice => choice.ToolCalls.Count == 0 ? "" : ChatToolCall.TextOf(choice.ToolCalls)));
    }

    /// <summary>Of all choices' logprobs; null if no choice has any: an empty list says no more than none.</summary>
    public static Digest32? Logprobs(ChatAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return answer.Choices.All(static choice => choice.Logprobs is null or { Count: 0 })
            ? null
            : Texts("assay/logprobs/v1", answer.Choices.SelectMany(static choice => choice.Logprobs ?? []).SelectMany(static item => new[] { item.Token, item.Raw }));
    }

    /// <summary>The answer's <c>system_fingerprint</c>: the same backend, model and template have the same one.</summary>
    public static string Fingerprint(ChatBackendInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        CborWriter writer = new(256);
        writer.WriteArrayHeader(4);
        writer.WriteText("assay/fingerprint/v1");
        writer.WriteText(info.Backend);
        writer.WriteText(info.Model?.ToString() ?? "");
        writer.WriteText(info.Template?.ToString() ?? "");
        return "fp_" + Digest32.Sha256(writer.Written).ToString()[..16];
    }

    private static Digest32 Texts(string domain, IEnumerable<string> texts)
    {
        string[] all = [.. texts];
        CborWriter writer = new(1024);
        writer.WriteArrayHeader(all.Length + 1);
        writer.WriteText(domain);
        foreach (string text in all)
        {
            writer.WriteText(text);
        }

        return Digest32.Sha256(writer.Written);
    }
}
