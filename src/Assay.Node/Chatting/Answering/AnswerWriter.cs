using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Chat;

namespace Assay.Node.Chatting;

/// <summary>Writes answers and their pieces in OpenAI's shapes. One for each answer: what all its pieces have in common is escaped once.</summary>
internal sealed class AnswerWriter : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ChatJob _job;
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly Utf8JsonWriter _json;
    private readonly JsonEncodedText _id, _model, _fingerprint;
    private readonly long _created;
    private readonly bool _isChat;
    private readonly int[] _offsets;

    internal AnswerWriter(ChatJob job)
    {
        _job = job;
        _json = new Utf8JsonWriter(_buffer, Options);
        _isChat = job.Request.Kind == ChatKind.Chat;
        _id = JsonEncodedText.Encode(job.AnswerId, Options.Encoder);
        _model = JsonEncodedText.Encode(job.Name, Options.Encoder);
        _fingerprint = JsonEncodedText.Encode(ChatDigests.Fingerprint(job.Model.Backend.Info), Options.Encoder);
        _created = job.Received.ToUnixTimeSeconds();
        _offsets = new int[job.Choices];
    }

    /// <summary>The first piece of a choice, of a chat only: who speaks.</summary>
    internal ReadOnlySpan<byte> Role(int choice) => Chunk(choice, null, static (json, _) =>
    {
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, ""u8);
    });

    /// <summary>A piece of a choice, without its end.</summary>
    internal ReadOnlySpan<byte> Piece(ChatEvent item) => Chunk(item.Choice, item, static (json, item) =>
    {
        Text(json, "reasoning_content"u8, item!.Reasoning);
        Text(json, "content"u8, item.Content);
        Text(json, "refusal"u8, item.Refusal);
        if (item.Tool is { } tool)
        {
            json.WriteStartArray("tool_calls"u8);
            json.WriteStartObject();
            json.WriteNumber("index"u8, tool.Index);
            if (tool.Id is not null)
            {
                json.WriteString("id"u8, tool.Id);
                json.WriteString("type"u8, "function"u8);
            }

            json.WriteStartObject("function"u8);
            Text(json, "name"u8, tool.Name);
            json.WriteString("arguments"u8, tool.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }
    });

    /// <summary>The last piece of a choice.</summary>
    internal ReadOnlySpan<byte> Finish(int choice, string reason) => Chunk(choice, new ChatEvent { FinishReason = reason }, static (_, _) => { });

    /// <summary>The piece with the tokens' count, after all choices.</summary>
    internal ReadOnlySpan<byte> Usage(ChatUsage usage)
    {
        Begin(_isChat ? "chat.completion.chunk"u8 : "text_completion"u8);
        _json.WriteStartArray("choices"u8);
        _json.WriteEndArray();
        _json.WritePropertyName("usage"u8);
        _json.WriteRawValue(usage.Text);
        return End();
    }

    /// <summary>The event that tells of a failure on the way.</summary>
    internal ReadOnlySpan<byte> Error(string code, string message)
    {
        Begin();
        OpenAiError.Write(_json, message, "server_error", null, code);
        return End();
    }

    /// <summary>A whole answer.</summary>
    internal byte[] Whole(AnswerCollector collected, ChatAnswer answer)
    {
        Begin(_isChat ? "chat.completion"u8 : _job.Request.Kind == ChatKind.Completion ? "text_completion"u8 : "list"u8);
        if (_job.Request.Kind == ChatKind.Embedding)
        {
            Vectors(answer);
        }
        else
        {
            _json.WriteStartArray("choices"u8);
            for (int i = 0; i < answer.Choices.Count; i++)
            {
                _json.WriteStartObject();
                _json.WriteNumber("index"u8, i);
                if (_isChat)
                {
                    Message(answer.Choices[i]);
                }
                else
                {
                    _json.WriteString("text"u8, answer.Choices[i].Content ?? "");
                }

                Logprobs(i, collected.Choices[i].Logprobs);
                _json.WriteString("finish_reason"u8, answer.Choices[i].FinishReason);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
        }

        if (answer.Usage is { } usage)
        {
            _json.WritePropertyName("usage"u8);
            _json.WriteRawValue(usage.Text);
        }

        return End().ToArray();
    }

    public void Dispose() => _json.Dispose();

    private void Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
    }

    private void Begin(ReadOnlySpan<byte> kind)
    {
        Begin();
        _json.WriteString("id"u8, _id);
        _json.WriteString("object"u8, kind);
        _json.WriteNumber("created"u8, _created);
        _json.WriteString("model"u8, _model);
        _json.WriteString("system_fingerprint"u8, _fingerprint);
    }

    private ReadOnlySpan<byte> End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    private ReadOnlySpan<byte> Chunk(int choice, ChatEvent? item, Action<Utf8JsonWriter, ChatEvent?> delta)
    {
        Begin(_isChat ? "chat.completion.chunk"u8 : "text_completion"u8);
        _json.WriteStartArray("choices"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, choice);
        if (_isChat)
        {
            _json.WriteStartObject("delta"u8);
            delta(_json, item);
            _json.WriteEndObject();
        }
        else
        {
            _json.WriteString("text"u8, item?.Content ?? "");
        }

        Logprobs(choice, item?.Logprobs);
        _json.WriteString("finish_reason"u8, item?.FinishReason);
        _json.WriteEndObject();
        _json.WriteEndArray();
        if (_job.Request.IncludesUsage)
        {
            _json.WriteNull("usage"u8);
        }

        return End();
    }

    private void Message(ChatChoice choice)
    {
        _json.WriteStartObject("message"u8);
        _json.WriteString("role"u8, "assistant"u8);
        _json.WriteString("content"u8, choice.Content ?? (choice.ToolCalls.Count == 0 && choice.Refusal is null ? "" : null));
        _json.WriteString("refusal"u8, choice.Refusal);
        Text(_json, "reasoning_content"u8, choice.Reasoning);
        if (choice.ToolCalls.Count > 0)
        {
            _json.WriteStartArray("tool_calls"u8);
            foreach (ChatToolCall call in choice.ToolCalls)
            {
                _json.WriteStartObject();
                _json.WriteString("id"u8, call.Id);
                _json.WriteString("type"u8, "function"u8);
                _json.WriteStartObject("function"u8);
                _json.WriteString("name"u8, call.Name);
                _json.WriteString("arguments"u8, call.Arguments);
                _json.WriteEndObject();
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
        }

        _json.WriteEndObject();
    }

    private void Vectors(ChatAnswer answer)
    {
        _json.WriteStartArray("data"u8);
        for (int i = 0; i < answer.Embeddings.Count; i++)
        {
            _json.WriteStartObject();
            _json.WriteString("object"u8, "embedding"u8);
            _json.WriteNumber("index"u8, i);
            if (_job.Applied.Applied.EncodingFormat == "base64")
            {
                // Little-endian, as receipts have them.
                _json.WriteBase64String("embedding"u8, MemoryMarshal.AsBytes(answer.Embeddings[i].Span));
            }
            else
            {
                _json.WriteStartArray("embedding"u8);
                foreach (float value in answer.Embeddings[i].Span)
                {
                    _json.WriteNumberValue(value);
                }

                _json.WriteEndArray();
            }

            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void Logprobs(int choice, IReadOnlyList<ChatTokenLogprob>? items)
    {
        if (items is null)
        {
            _json.WriteNull("logprobs"u8);
        }
        else if (_isChat)
        {
            LogprobWriter.WriteChat(_json, items);
        }
        else
        {
            _offsets[choice] = LogprobWriter.WriteCompletion(_json, items, _offsets[choice]);
        }
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
