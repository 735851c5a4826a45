using System.Runtime.CompilerServices;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Node.Tests.Chatting;

/// <summary>A backend that plays what it is told to, as a local model would answer or as an upstream.</summary>
internal sealed class ScriptedBackend : IChatBackend
{
    internal delegate IAsyncEnumerable<ChatEvent> Script(ChatPlan plan, CancellationToken cancellation);

    internal static readonly ChatUsage Usage = new(7, 3);

    private readonly Script _script;

    internal ScriptedBackend(Script? script = null) => _script = script ?? ((plan, cancellation) => Say(plan, ["Hel", "lo", "!"], cancellation));

    public ChatBackendInfo Info { get; init; } = new()
    {
        Backend = "scripted",
        Semantics = "llama.cpp/sampler-v1",
        Model = new ModelId(Digest32.Sha256("a model"u8)),
        Tokenizer = Digest32.Sha256("a tokenizer"u8),
        Template = Digest32.Sha256("a template"u8),
        Kinds = new HashSet<ChatKind> { ChatKind.Chat, ChatKind.Completion, ChatKind.Embedding },
        ContextTokens = 4096,
    };

    internal ChatRunReport Report { get; init; } = new() { Usage = Usage, Cache = "none" };

    /// <summary>What each run reports; null: always the same.</summary>
    internal Func<ChatRunReport>? Reporting { get; init; }

    internal int Running;

    internal int Ended;

    public ChatPlan? Plan(ChatRequest request, out ChatFault? fault)
    {
        fault = request.Parameters.MinP is not null ? new ChatFault(ChatCodes.Unsupported, "'min_p' isn't applied here.", "min_p") : null;
        bool isEmbedding = request.Kind == ChatKind.Embedding;
        List<string> mutations = [.. request.Ineffective.Select(static name => "dropped " + name)];
        if (!isEmbedding && request.Parameters.MaxTokens is null)
        {
            mutations.Add("defaulted max_tokens 4000");
        }

        if (!isEmbedding && request.Parameters.Seed is null)
        {
            mutations.Add("defaulted seed 42");
        }

        return fault is not null ? null : new ChatPlan
        {
            Request = request,
            Applied = isEmbedding ? request.Parameters : request.Parameters with { Seed = request.Parameters.Seed ?? 42, N = request.Parameters.N ?? 1, MaxTokens = request.Parameters.MaxTokens ?? 4000 },
            Mutations = mutations,
        };
    }

    public async IAsyncEnumerable<ChatEvent> RunAsync(ChatPlan plan, Action<ChatRunReport> report, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Interlocked.Increment(ref Running);
        try
        {
            report(Reporting?.Invoke() ?? Report);
            await foreach (ChatEvent item in _script(plan, cancellation).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            Interlocked.Decrement(ref Running);
            Interlocked.Increment(ref Ended);
        }
    }

    public void Dispose()
    {
    }

    /// <summary>Each choice says the pieces, interleaved, and stops.</summary>
    internal static async IAsyncEnumerable<ChatEvent> Say(ChatPlan plan, string[] pieces, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        if (plan.Request.Kind == ChatKind.Embedding)
        {
            for (int i = 0; i < plan.Request.Messages.Count; i++)
            {
                yield return new ChatEvent { Choice = i, Embedding = new[] { i + 0.5f, -1f, 0.1f } };
            }

            yield break;
        }

        int choices = (plan.Applied.N ?? 1) * (plan.Request.Kind == ChatKind.Completion ? plan.Request.Messages.Count : 1);
        foreach (string piece in pieces)
        {
            for (int i = 0; i < choices; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                ChatTokenLogprob[]? logprobs = plan.Applied.Logprobs == true ? [new ChatTokenLogprob(piece, System.Text.Encoding.UTF8.GetBytes(piece), -0.25, [new ChatTokenLogprob("\uFFFD", new byte[] { 0xC3 }, double.NegativeInfinity, []), new ChatTokenLogprob("\uFFFD", null, -1, [])])] : null;
                yield return new ChatEvent { Choice = i, Content = piece, Logprobs = logprobs };
            }
        }

        for (int i = 0; i < choices; i++)
        {
            yield return new ChatEvent { Choice = i, FinishReason = "stop" };
        }
    }
}
