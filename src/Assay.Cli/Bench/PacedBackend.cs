using System.Runtime.CompilerServices;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Cli.Bench;

/// <summary>Answers as many tokens as are asked for (<c>max_tokens</c>), one after each pause: what a stream costs beside the model.</summary>
internal sealed class PacedBackend(TimeSpan pause) : IChatBackend
{
    private static readonly string[] Words = [" the", " answer", " to", " a", " question", ",", " token", " by", " token", "."];

    public ChatBackendInfo Info { get; } = new()
    {
        Backend = "paced",
        Semantics = WellKnown.Opaque,
        Model = new ModelId(Digest32.Sha256("paced"u8)),
        Kinds = new HashSet<ChatKind> { ChatKind.Chat },
    };

    public ChatPlan? Plan(ChatRequest request, out ChatFault? fault)
    {
        fault = null;
        return new ChatPlan { Request = request, Applied = request.Parameters with { N = request.Parameters.N ?? 1, Seed = request.Parameters.Seed ?? 0 }, Mutations = request.Parameters.Seed is null ? ["defaulted seed 0"] : [] };
    }

    public async IAsyncEnumerable<ChatEvent> RunAsync(ChatPlan plan, Action<ChatRunReport> report, [EnumeratorCancellation] CancellationToken cancellation)
    {
        int tokens = plan.Applied.MaxTokens ?? 1;
        report(new ChatRunReport { Usage = new ChatUsage(8, tokens) });
        using PeriodicTimer timer = new(pause);
        for (int i = 0; i < tokens; i++)
        {
            yield return new ChatEvent { Content = Words[i % Words.Length] };
            await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
        }

        yield return new ChatEvent { FinishReason = "length" };
    }

    public void Dispose()
    {
    }
}
