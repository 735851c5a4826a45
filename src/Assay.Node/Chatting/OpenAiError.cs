using System.Text.Json;
using Assay.Node.Errors;

namespace Assay.Node.Chatting;

/// <summary>Errors in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>.</summary>
internal static class OpenAiError
{
    /// <summary>The type by which OpenAI's clients know an error of this status.</summary>
    internal static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    /// <summary>Writes the member <c>error</c>.</summary>
    internal static void Write(Utf8JsonWriter json, string message, string type, string? param, string code)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, message);
        json.WriteString("type"u8, type);
        json.WriteString("param"u8, param);
        json.WriteString("code"u8, code);
        json.WriteEndObject();
    }

    /// <summary>Writes a refusal, with the nearest thing that would work.</summary>
    internal static void Write(Utf8JsonWriter json, NodeError error)
    {
        Write(json, error.Nearest.Length == 0 ? error.Message : $"{error.Message} {error.Nearest}", TypeOf(error.Status), error.Param, error.Code);
        if (error.Alternatives.Count == 0)
        {
            return;
        }

        json.WriteStartArray("alternatives"u8);
        foreach (string alternative in error.Alternatives)
        {
            json.WriteStringValue(alternative);
        }

        json.WriteEndArray();
    }
}
