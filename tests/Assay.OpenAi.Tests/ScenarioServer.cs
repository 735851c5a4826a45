using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Chat;
using Assay.Testing;

namespace Assay.OpenAi.Tests;

/// <summary>Plays a scenario as somebody else's OpenAI-compatible server.</summary>
internal static class ScenarioServer
{
    internal static ScriptedServer Start(Scenario scenario) => new(exchange => AnswerAsync(scenario, exchange));

    private static async Task AnswerAsync(Scenario scenario, ScriptedExchange exchange)
    {
        ChatKind kind = exchange.Path switch { "/v1/chat/completions" => ChatKind.Chat, "/v1/completions" => ChatKind.Completion, _ => ChatKind.Embedding };
        ChatRequest request = ChatRequestReader.TryRead(kind, exchange.Body, out ChatFault? fault) ?? throw new InvalidOperationException(fault!.Message);
        if (scenario.Refuse(request) is var status and not 200)
        {
            await exchange.AnswerAsync(status, """{"error":{"message":"no","type":"t","code":"c"}}""", "application/json", "Retry-After: 1");
        }
        else if (kind == ChatKind.Embedding)
        {
            JsonArray data = [.. scenario.Play(request, request.Parameters).Select(static step => new JsonObject { ["object"] = "embedding", ["index"] = step.Event!.Choice, ["embedding"] = new JsonArray([.. step.Event.Embedding!.Value.ToArray().Select(static value => (JsonNode)value)]) })];
            await exchange.AnswerAsync(200, new JsonObject { ["object"] = "list", ["data"] = data, ["model"] = request.Model, ["usage"] = new JsonObject { ["prompt_tokens"] = 7, ["total_tokens"] = 7 } }.ToJsonString());
        }
        else
        {
            await StreamAsync(scenario, exchange, request);
        }
    }

    private static async Task StreamAsync(Scenario scenario, ScriptedExchange exchange, ChatRequest request)
    {
        await exchange.BeginAsync("text/event-stream", "x-request-id: up_1");
        Interlocked.Increment(ref scenario.Running);
        try
        {
            foreach ((ChatEvent? item, int delay) in scenario.Play(request, request.Parameters))
            {
                for (int waited = 0; waited < delay; waited += 50)
                {
                    await Task.Delay(Math.Min(delay, 50), exchange.Stopping);
                    await exchange.WriteAsync(": waiting\n\n");
                }

                if (item is null)
                {
                    return;
                }

                await exchange.WriteAsync($"data: {Event(request, new JsonArray(Choice(request.Kind, item)))}\n\n");
            }

            await exchange.WriteAsync($"data: {Event(request, [], new JsonObject { ["prompt_tokens"] = 7, ["completion_tokens"] = 3, ["total_tokens"] = 10 })}\n\ndata: [DONE]\n\n");
        }
        finally
        {
            Interlocked.Decrement(ref scenario.Running);
        }
    }

    private static string Event(ChatRequest request, JsonArray choices, JsonNode? usage = null) =>
        new JsonObject { ["id"] = "up-1", ["object"] = "chunk", ["created"] = 1, ["model"] = request.Model + "-2026-01-31", ["choices"] = choices, ["usage"] = usage }.ToJsonString();

    private static JsonObject Choice(ChatKind kind, ChatEvent item)
    {
        JsonObject choice = new() { ["index"] = item.Choice, ["finish_reason"] = item.FinishReason };
        if (kind == ChatKind.Completion)
        {
            choice["text"] = item.Content ?? "";
            choice["logprobs"] = item.Logprobs is { } tokens ? new JsonObject { ["tokens"] = new JsonArray([.. tokens.Select(static token => (JsonNode)token.Token)]), ["token_logprobs"] = new JsonArray([.. tokens.Select(static token => (JsonNode)token.Logprob)]) } : null;
            return choice;
        }

        JsonObject delta = [];
        Put("content", item.Content);
        Put("refusal", item.Refusal);
        Put("reasoning_content", item.Reasoning);
        if (item.Tool is { } tool)
        {
            JsonObject function = new() { ["arguments"] = tool.Arguments };
            JsonObject call = new() { ["index"] = tool.Index, ["function"] = function };
            if (tool.Id is not null)
            {
                (call["id"], call["type"], function["name"]) = (tool.Id, "function", tool.Name);
            }

            delta["tool_calls"] = new JsonArray(call);
        }

        choice["delta"] = delta;
        choice["logprobs"] = item.Logprobs is { } list ? new JsonObject { ["content"] = new JsonArray([.. list.Select(static token => Token(token, true))]) } : null;
        return choice;

        void Put(string name, string? value)
        {
            if (value is not null)
            {
                delta[name] = value;
            }
        }
    }

    private static JsonObject Token(ChatTokenLogprob token, bool hasTop)
    {
        JsonObject read = new() { ["token"] = token.Token, ["logprob"] = token.Logprob, ["bytes"] = JsonSerializer.SerializeToNode(token.Bytes!.Value.ToArray().Select(static value => (int)value)) };
        if (hasTop)
        {
            read["top_logprobs"] = new JsonArray([.. token.Top.Select(static other => Token(other, false))]);
        }

        return read;
    }
}
