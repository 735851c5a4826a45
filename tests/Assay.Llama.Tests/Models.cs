using System.Text;
using Assay.Chat;
using Assay.Testing;

namespace Assay.Llama.Tests;

/// <summary>The shipped model, opened once, and what it answers.</summary>
internal static class Models
{
    private static readonly Lazy<LlamaBackend> Opened = new(static () => LlamaBackend.Open(Tiny, new LlamaOptions { Contexts = 2, Threads = 1 }));

    internal static string Tiny => Path.Combine(Oracles.RepositoryRoot, "models", "tiny-kjv", "tinylm.gguf");

    internal static LlamaBackend Backend => Opened.Value;

    internal static ChatRequest Read(ChatKind kind, string json)
    {
        ChatRequest? request = ChatRequestReader.TryRead(kind, Encoding.UTF8.GetBytes(json), out ChatFault? fault);
        Assert.Null(fault);
        return request!;
    }

    internal static ChatRequest Chat(string members) => Read(ChatKind.Chat, $$"""{"model":"tiny-kjv","messages":[{"role":"user","content":"In the beginning"}]{{members}}}""");

    internal static ChatRequest Completion(string members, string prompt = "\"And the king said\"") => Read(ChatKind.Completion, $$"""{"model":"tiny-kjv","prompt":{{prompt}}{{members}}}""");

    internal static ChatPlan Plan(ChatRequest request)
    {
        ChatPlan? plan = Backend.Plan(request, out ChatFault? fault);
        Assert.Null(fault);
        return plan!;
    }

    internal static async Task<Answer> Ask(ChatRequest request, LlamaBackend? backend = null)
    {
        ChatRunReport? report = null;
        List<ChatEvent> events = [];
        await foreach (ChatEvent next in (backend ?? Backend).RunAsync(Plan(request), said => report = said, default))
        {
            events.Add(next);
        }

        return new Answer(events, report!);
    }

    internal sealed record Answer(List<ChatEvent> Events, ChatRunReport Report)
    {
        internal string Text(int choice = 0) => string.Concat(Events.Where(next => next.Choice == choice).Select(static next => next.Content));

        internal string? Finish(int choice = 0) => Events.Single(next => next.Choice == choice && next.FinishReason is not null).FinishReason;
    }
}
