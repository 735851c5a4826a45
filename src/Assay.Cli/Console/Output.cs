using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Cli.Console;

/// <summary>Where a command speaks: words for people, or one JSON object with stable keys.</summary>
internal sealed class Output(TextWriter words, TextWriter errors, Stream json, bool isJson)
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal bool IsJson { get; } = isJson;

    /// <summary>A line for people; nothing in JSON mode.</summary>
    internal void Line(string text = "")
    {
        if (!IsJson)
        {
            words.WriteLine(Harmless(text));
        }
    }

    /// <summary>A part of a line, as it is: whoever writes it has made it harmless; nothing in JSON mode.</summary>
    internal void Piece(string text)
    {
        if (!IsJson)
        {
            words.Write(text);
            words.Flush();
        }
    }

    /// <summary>Progress and notes: standard error in both modes.</summary>
    internal void Note(string text) => errors.WriteLine(Harmless(text));

    /// <summary>The command's one JSON object, given by its members; nothing in words mode.</summary>
    internal void Json(Action<Utf8JsonWriter> members) => JsonValue(writer =>
    {
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
    });

    /// <summary>The command's one JSON value; nothing in words mode.</summary>
    internal void JsonValue(Action<Utf8JsonWriter> write)
    {
        if (!IsJson)
        {
            return;
        }

        using (Utf8JsonWriter writer = new(json, Options))
        {
            write(writer);
        }

        json.WriteByte((byte)'\n');
        json.Flush();
    }

    /// <summary>Names and messages can be a node's choice: nothing in them may move the cursor, clear the screen or turn text around.</summary>
    internal static string Harmless(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < source.Length; i++)
        {
            char c = source[i];
            span[i] = (char.IsControl(c) && c != '\n') || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '\uFFFD' : c;
        }
    });

    /// <summary>Reports a failure in the mode's form.</summary>
    internal int Fail(CliException failure)
    {
        if (IsJson)
        {
            Json(writer =>
            {
                writer.WriteString("error", failure.Code);
                writer.WriteString("message", failure.Message);
                writer.WriteString("nearest", failure.Nearest);
                writer.WriteNumber("exit", failure.ExitCode);
            });
        }
        else
        {
            errors.WriteLine(Harmless($"assay: {failure.Message}{(failure.Nearest.Length == 0 ? "" : "\n       " + failure.Nearest)} [{failure.Code}]"));
        }

        return failure.ExitCode;
    }
}
