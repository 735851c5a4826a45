using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Assay.Extensions.AI;

/// <summary>Writes the functions that a model may call.</summary>
internal static class ToolWriter
{
    internal static void Write(Utf8JsonWriter json, ChatOptions options)
    {
        if (options.Tools is not { Count: > 0 } tools)
        {
            if (options.ToolMode is RequiredChatToolMode)
            {
                throw ChatRequestWriter.Unsupported(nameof(options.ToolMode), "a call is required, and there are no tools");
            }

            return;
        }

        json.WriteStartArray("tools");
        foreach (AITool tool in tools)
        {
            if (tool is not AIFunctionDeclaration function)
            {
                throw ChatRequestWriter.Unsupported(nameof(options.Tools), $"'{tool.Name}' ({tool.GetType().Name}) isn't a function, and nodes run no tools of their own");
            }

            Function(json, function);
        }

        json.WriteEndArray();
        switch (options.ToolMode)
        {
            case null:
                break;
            case NoneChatToolMode:
                json.WriteString("tool_choice", "none");
                break;
            case AutoChatToolMode:
                json.WriteString("tool_choice", "auto");
                break;
            case RequiredChatToolMode { RequiredFunctionName: null }:
                json.WriteString("tool_choice", "required");
                break;
            case RequiredChatToolMode { RequiredFunctionName: { } name }:
                json.WriteStartObject("tool_choice");
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", name);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                throw ChatRequestWriter.Unsupported(nameof(options.ToolMode), $"{options.ToolMode.GetType().Name} isn't known here");
        }

        if (options.AllowMultipleToolCalls is { } parallel)
        {
            json.WriteBoolean("parallel_tool_calls", parallel);
        }
    }

    private static void Function(Utf8JsonWriter json, AIFunctionDeclaration function)
    {
        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", function.Name);
        if (function.Description.Length > 0)
        {
            json.WriteString("description", function.Description);
        }

        json.WritePropertyName("parameters");
        function.JsonSchema.WriteTo(json);
        if (function.AdditionalProperties.TryGetValue("strict", out object? strict) && strict is bool isStrict)
        {
            json.WriteBoolean("strict", isStrict);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
