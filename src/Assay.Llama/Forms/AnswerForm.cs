using System.Text.Json;
using Assay.Chat;

namespace Assay.Llama;

/// <summary>The form that a request's answer must have: JSON, JSON by a schema, or the call of a function.</summary>
/// <param name="Root">The grammar of the whole text.</param>
/// <param name="IsCall">Whether it is <c>{"name":…,"arguments":…}</c>, which is a call and no text.</param>
/// <param name="Injected">What the model is told about functions; null: nothing.</param>
internal sealed record AnswerForm(Element Root, bool IsCall, string? Injected)
{
    /// <summary>The form of a request's answer; null: any text, or there is a fault.</summary>
    internal static AnswerForm? Of(ChatRequest request, out ChatFault? fault)
    {
        ChatParameters asked = request.Parameters;
        fault = null;
        bool mustCall = asked.ToolChoice is { } choice && (choice == "required" || choice.StartsWith("function:", StringComparison.Ordinal));
        if (mustCall)
        {
            return Call(request, asked.ToolChoice!, out fault);
        }

        if (request.Tools.Count == 0 && (asked.ToolChoice is "auto" || asked.ParallelToolCalls is not null))
        {
            fault = new ChatFault(ChatCodes.BadMember, "'tool_choice' and 'parallel_tool_calls' need 'tools'.", "tools");
        }

        if (fault is not null || asked.ResponseFormat is not { } format)
        {
            return null;
        }

        Element root = JsonElements.AnyObject;
        if (format.GetProperty("type").GetString() == "json_schema" && format.GetProperty("json_schema").TryGetProperty("schema", out JsonElement schema))
        {
            root = SchemaCompiler.TryCompile(schema, "response_format", out fault)!;
        }

        return fault is null && Grammar.Settle(root) ? new AnswerForm(root, IsCall: false, null) : null;
    }

    private static AnswerForm? Call(ChatRequest request, string choice, out ChatFault? fault)
    {
        ChatParameters asked = request.Parameters;
        string? only = choice == "required" ? null : choice["function:".Length..];
        ChatTool[] tools = [.. request.Tools.Where(tool => only is null || tool.Name == only)];
        fault = tools.Length == 0 ? new ChatFault(ChatCodes.BadMember, "'tool_choice' asks for a function that isn't among 'tools'.", "tool_choice")
            : asked.ResponseFormat is not null ? new ChatFault(ChatCodes.Unsupported, "'response_format' says what form a text has, and 'tool_choice' asks for a call: leave one out.", "response_format")
            : asked.Stop is { Count: > 0 } ? new ChatFault(ChatCodes.Unsupported, "'stop' ends texts, and 'tool_choice' asks for a call: leave one out.", "stop")
            : asked.Logprobs == true ? new ChatFault(ChatCodes.Unsupported, "'logprobs' are of texts, and 'tool_choice' asks for a call: leave one out.", "logprobs")
            : null;
        List<Element> calls = [];
        foreach (ChatTool tool in tools)
        {
            Element arguments = JsonElements.AnyObject;
            if (fault is null && tool.Parameters is { } schema)
            {
                arguments = SchemaCompiler.TryCompile(schema, "tools", out fault)!;
            }

            calls.Add(fault is not null ? JsonElements.Null : new Element.Sequence(JsonElements.Exactly(ToolCallWriter.Opening(tool.Name)), arguments, JsonElements.One('}')));
        }

        Element root = new Element.Either([.. calls]);
        return fault is null && Grammar.Settle(root)
            ? new AnswerForm(root, IsCall: true, "Functions: " + System.Text.Encoding.UTF8.GetString(request.RawTools!.Value.Span) + "\nAnswer with one call: {\"name\":NAME,\"arguments\":{...}}")
            : null;
    }
}
