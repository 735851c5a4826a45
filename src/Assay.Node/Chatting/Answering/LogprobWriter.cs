using System.Text.Json;
using Assay.Chat;

namespace Assay.Node.Chatting;

/// <summary>Writes logprobs in the shapes of OpenAI's two dialects.</summary>
internal static class LogprobWriter
{
    /// <summary>Of a chat.</summary>
    internal static void WriteChat(Utf8JsonWriter json, IReadOnlyList<ChatTokenLogprob> items)
    {
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("content"u8);
        foreach (ChatTokenLogprob item in items)
        {
            json.WriteStartObject();
            Token(json, item);
            json.WriteStartArray("top_logprobs"u8);
            foreach (ChatTokenLogprob top in item.Top)
            {
                json.WriteStartObject();
                Token(json, top);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }

    /// <summary>Of a completion; where its text ends then, in UTF-16 units.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="items">The tokens.</param>
    /// <param name="offset">Where their text begins.</param>
    internal static int WriteCompletion(Utf8JsonWriter json, IReadOnlyList<ChatTokenLogprob> items, int offset)
    {
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("tokens"u8);
        foreach (ChatTokenLogprob item in items)
        {
            json.WriteStringValue(item.Token);
        }

        json.WriteEndArray();
        json.WriteStartArray("token_logprobs"u8);
        foreach (ChatTokenLogprob item in items)
        {
            json.WriteRawValue(AnswerText.Number(item.Logprob));
        }

        json.WriteEndArray();
        json.WriteStartArray("top_logprobs"u8);
        foreach (ChatTokenLogprob item in items)
        {
            json.WriteStartObject();

            // Tokens that are no text by themselves look alike, and no reader takes a name twice.
            foreach (ChatTokenLogprob top in item.Top.DistinctBy(static top => top.Token))
            {
                json.WritePropertyName(top.Token);
                json.WriteRawValue(AnswerText.Number(top.Logprob));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("text_offset"u8);
        foreach (ChatTokenLogprob item in items)
        {
            json.WriteNumberValue(offset);
            offset += item.Token.Length;
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return offset;
    }

    private static void Token(Utf8JsonWriter json, ChatTokenLogprob item)
    {
        json.WriteString("token"u8, item.Token);
        json.WritePropertyName("logprob"u8);
        json.WriteRawValue(AnswerText.Number(item.Logprob));
        if (item.Bytes is not { } bytes)
        {
            json.WriteNull("bytes"u8);
            return;
        }

        json.WriteStartArray("bytes"u8);
        foreach (byte value in bytes.Span)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
