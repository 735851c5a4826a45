using System.Runtime.CompilerServices;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.OpenAi.Tests;

/// <summary>Plays a scenario in the node's process, as a local model would.</summary>
internal sealed class ScenarioBackend(Scenario scenario) : IChatBackend
{
    internal static readonly ChatUsage Usage = new(7, 3);

    public ChatBackendInfo Info { get; } = new()
    {
        Backend = "scripted",
        Semantics = "llama.cpp/sampler-v1",
        Model = new ModelId(Digest32.Sha256("a model"u8)),
        Kinds = new HashSet<ChatKind> { ChatKind.Chat, ChatKind.Completion, ChatKind.Embedding },
    };

    public ChatPlan? Plan(ChatRequest request, out ChatFault? fault)
    {
        fault = null;
        return new ChatPlan { Request = request, Applied = request.Parameters, Mutations = [.. request.Ineffective.Order(StringComparer.Ordinal).Select(static name => "dropped " + name)] };
    }

    public async IAsyncEnumerable<ChatEvent> RunAsync(ChatPlan plan, Action<ChatRunReport> report, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (scenario.Refuse(plan.Request) is var status and not 200)
        {
            throw new ChatBackendException("backend/busy", "Too much at the moment.", status) { RetryAfterSeconds = 1 };
        }

        report(new ChatRunReport { Usage = Usage });
        Interlocked.Increment(ref scenario.Running);
        try
        {
            foreach ((ChatEvent? item, int delay) in scenario.Play(plan.Request, plan.Applied))
            {
                await Task.Delay(delay, cancellation);
                yield return item ?? throw new ChatBackendException("backend/failed", "It broke off.");
            }
        }
        finally
        {
            Interlocked.Decrement(ref scenario.Running);
        }
    }

    public void Dispose()
    {
    }
}
