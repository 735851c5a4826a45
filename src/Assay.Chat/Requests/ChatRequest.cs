using System.Text.Json;
using Assay.Receipts;

namespace Assay.Chat;

/// <summary>A request as it was read (spec/chat.md, "Request"): what it says, and how it says it.</summary>
public sealed record ChatRequest
{
    /// <summary>The dialect.</summary>
    public required ChatKind Kind { get; init; }

    /// <summary>The body, byte for byte.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body, read.</summary>
    public required JsonElement Json { get; init; }

    /// <summary>The model as called, with <c>@level</c> if it has that.</summary>
    public required string Model { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>In the order of the messages and their parts.</summary>
    public required IReadOnlyList<ChatAttachment> Attachments { get; init; }

    /// <summary>What the model may call.</summary>
    public required IReadOnlyList<ChatTool> Tools { get; init; }

    /// <summary>The raw text of <c>tools</c>; null: absent.</summary>
    public ReadOnlyMemory<byte>? RawTools { get; init; }

    /// <summary>The raw text of <c>response_format</c>; null: absent.</summary>
    public string? RawResponseFormat { get; init; }

    /// <summary>The parameters.</summary>
    public required ChatParameters Parameters { get; init; }

    /// <summary>Whether the answer is to be streamed.</summary>
    public bool IsStream { get; init; }

    /// <summary>Whether a stream ends with its usage.</summary>
    public bool IncludesUsage { get; init; }

    /// <summary>Names of members that have no effect here (spec/chat.md, "Mutations").</summary>
    public required IReadOnlyList<string> Ineffective { get; init; }

    /// <summary>The member <c>verification</c>, as it stands there: a level, or a policy; null: absent.</summary>
    public JsonElement? Verification { get; init; }

    /// <summary>The receipt that this turn continues, in hex; null: not said. Member <c>continues</c>, digest of 64 digits.</summary>
    public string? Continues { get; init; }

    /// <summary>The application that asks (spec/history.md); null: not said. Member <c>application</c>.</summary>
    public string? Application { get; init; }

    /// <summary>What the receipt's leaf <c>request.protocol</c> says.</summary>
    public string Protocol => ProtocolOf(Kind);

    /// <summary>What the receipt's leaf <c>request.protocol</c> says of a dialect.</summary>
    public static string ProtocolOf(ChatKind kind) => kind switch
    {
        ChatKind.Chat => WellKnown.OpenAiChat,
        ChatKind.Completion => WellKnown.OpenAiCompletions,
        _ => WellKnown.OpenAiEmbeddings,
    };

    /// <summary>The dialect of a protocol; null if it is none of them.</summary>
    public static ChatKind? KindOf(string? protocol) => protocol switch
    {
        WellKnown.OpenAiChat => ChatKind.Chat,
        WellKnown.OpenAiCompletions => ChatKind.Completion,
        WellKnown.OpenAiEmbeddings => ChatKind.Embedding,
        _ => null,
    };
}
