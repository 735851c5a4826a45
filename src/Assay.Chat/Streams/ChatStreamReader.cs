using System.Text.Json;
using Assay.Primitives;

namespace Assay.Chat;

/// <summary>Puts answers together from the transcripts of streams (spec/chat.md, "Stream"): the data of each event, and a line feed after it.</summary>
public static class ChatStreamReader
{
    private static ReadOnlySpan<byte> Done => "[DONE]"u8;

    /// <summary>Reads the transcript of a stream that came to its end; null with what is wrong with it. Never throws.</summary>
    public static ChatAnswer? TryRead(ChatKind kind, ReadOnlyMemory<byte> transcript, out string? error)
    {
        ChatAnswer? answer = TryRead(kind, transcript, out bool isDone, out error);
        if (answer is not null && !isDone)
        {
            error = "it breaks off: [DONE] is missing";
            return null;
        }

        return answer;
    }

    /// <summary>
    /// Reads a transcript, also one that breaks off after any whole event or ends with an error: then choices that weren't finished have an empty
    /// finish reason, and where nothing of the answer was sent, its id and model are empty.
    /// </summary>
    /// <param name="kind">The dialect; embeddings aren't streamed.</param>
    /// <param name="transcript">At most <see cref="ChatLimits.AnswerBytes"/>.</param>
    /// <param name="isDone">Whether it ends with <c>[DONE]</c>.</param>
    /// <param name="error">What is wrong, in words without a full stop.</param>
    public static ChatAnswer? TryRead(ChatKind kind, ReadOnlyMemory<byte> transcript, out bool isDone, out string? error)
    {
        isDone = false;
        ReadOnlySpan<byte> rest = transcript.Span;
        if (kind == ChatKind.Embedding || rest.Length > ChatLimits.AnswerBytes || rest.IsEmpty || rest[^1] != (byte)'\n')
        {
            error = kind == ChatKind.Embedding ? "embeddings aren't streamed" : "it isn't a transcript: lines that each end with a line feed, up to 64 MiB";
            return null;
        }

        AnswerMembers members = new();
        Assembly assembly = new(kind, members);
        for (int count = 1; !rest.IsEmpty && members.Error is null; count++)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = rest[..end];
            rest = rest[(end + 1)..];
            if (isDone || assembly.IsBroken)
            {
                members.Fail(isDone ? "something follows [DONE]" : "something follows the error that ends the stream");
            }
            else if (line.SequenceEqual(Done))
            {
                isDone = true;
            }
            else if (StrictJson.TryParse(line, ChatLimits.EventBytes, ChatLimits.Depth) is { ValueKind: JsonValueKind.Object } root)
            {
                assembly.Add(root);
            }
            else
            {
                members.Fail("it isn't a JSON object in UTF-8 without a member twice");
            }

            error = members.Error is { } found ? $"event {count}: {found}" : null;
            if (error is not null)
            {
                return null;
            }
        }

        error = assembly.Id is null && !assembly.IsBroken ? "it has no event with an answer" : null;
        return error is null ? assembly.ToAnswer() : null;
    }

    private sealed class Assembly(ChatKind kind, AnswerMembers members)
    {
        private readonly List<ChoiceAssembly> _choices = [];
        private ChatUsage? _usage;
        private string? _model;

        internal string? Id { get; private set; }

        internal bool IsBroken { get; private set; }

        internal void Add(JsonElement root)
        {
            if (AnswerMembers.Any(root, "error") is not null)
            {
                IsBroken = true;
                return;
            }

            string? id = members.Text(root, "id"), model = members.Text(root, "model");
            if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(model) || (Id ?? id) != id || (_model ?? model) != model)
            {
                members.Fail("'id' and 'model' aren't those of the events before");
            }

            (Id, _model) = (id, model);
            foreach (JsonElement item in members.List(root, "choices"))
            {
                int index = members.Index(item, ChatLimits.Choices);
                while (_choices.Count <= index)
                {
                    _choices.Add(new ChoiceAssembly(kind, _choices.Count, members));
                }

                _choices[index].Add(item);
            }

            if (members.Usage(root) is { } usage)
            {
                if (_usage is not null)
                {
                    members.Fail("the usage is there twice");
                }

                _usage = usage;
            }
        }

        internal ChatAnswer ToAnswer() => new() { Id = Id ?? "", Model = _model ?? "", Choices = [.. _choices.Select(static choice => choice.ToChoice())], Usage = _usage };
    }
}
