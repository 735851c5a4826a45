using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Upstream;

/// <summary>Reads whole answers with vectors.</summary>
internal static class EmbeddingAnswer
{
    /// <summary>Reads a body, of which the model isn't looked at yet.</summary>
    /// <exception cref="ChatBackendException">It can't be the answer to what was asked.</exception>
    internal static ChatAnswer Read(ChatPlan plan, ReadOnlyMemory<byte> body, WithheldMembers withheld)
    {
        if (StrictJson.TryParse(body.Span, ChatLimits.AnswerBytes, ChatLimits.Depth) is not { ValueKind: JsonValueKind.Object } root)
        {
            throw Broken.Because("it isn't a JSON object in UTF-8 without a member twice");
        }

        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Name is not ("id" or "model" or "data" or "usage"))
            {
                withheld.Note(member);
            }
            else if (member is { Name: "usage", Value.ValueKind: JsonValueKind.Object })
            {
                withheld.NoteOfUsage(member.Value);
            }
        }

        ChatAnswer answer = ChatAnswerReader.TryRead(ChatKind.Embedding, body, out _) ?? throw Broken.Because("its vectors can't be read");
        int length = answer.Embeddings[0].Length;
        if (answer.Embeddings.Count != plan.Request.Messages.Count || answer.Embeddings.Any(vector => vector.Length != length))
        {
            throw Broken.Because("it hasn't one vector for each input, all of one length");
        }

        return plan.Applied.Dimensions is { } asked && asked != length
            ? throw new ChatBackendException(UpstreamCodes.ParameterIgnored, "The server behind this model answers with vectors of another length than was asked for.") { IsFinal = true }
            : answer;
    }
}
