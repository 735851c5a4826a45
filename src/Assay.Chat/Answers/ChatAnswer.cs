using Assay.Receipts;

namespace Assay.Chat;

/// <summary>An answer, whole or put together from a stream (spec/chat.md, "Answer").</summary>
public sealed record ChatAnswer
{
    /// <summary>The answer's id: <c>chatcmpl-</c>, <c>cmpl-</c> or <c>embd-</c> and the receipt's id.</summary>
    public required string Id { get; init; }

    /// <summary>The member <c>model</c>: the name as called, without <c>@level</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The choices, by index.</summary>
    public required IReadOnlyList<ChatChoice> Choices { get; init; }

    /// <summary>Of an embedding, the vectors in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<float>> Embeddings { get; init; } = [];

    /// <summary>Tokens; null: not known.</summary>
    public ChatUsage? Usage { get; init; }

    /// <summary>The output parts that a receipt binds. Without empty texts, so that they are the same whether an answer was streamed or not.</summary>
    public IReadOnlyList<TensorValue> Parts()
    {
        List<TensorValue> parts = [];
        for (int i = 0; i < Choices.Count; i++)
        {
            Add(i, "content", Choices[i].Content);
            Add(i, "refusal", Choices[i].Refusal);
            Add(i, "reasoning", Choices[i].Reasoning);
            Add(i, "tool_calls", Choices[i].ToolCalls.Count == 0 ? null : ChatToolCall.TextOf(Choices[i].ToolCalls));
        }

        for (int i = 0; i < Embeddings.Count; i++)
        {
            parts.Add(TensorValue.Create($"embedding/{i}", [Embeddings[i].Length], System.Runtime.InteropServices.MemoryMarshal.AsBytes(Embeddings[i].Span).ToArray()));
        }

        return parts;

        void Add(int choice, string name, string? text)
        {
            if (!string.IsNullOrEmpty(text))
            {
                parts.Add(TensorValue.OfText($"choice/{choice}/{name}", text));
            }
        }
    }
}
