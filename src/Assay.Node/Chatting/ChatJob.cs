using System.Security.Cryptography;
using Assay.Chat;
using Assay.Node.History;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>A request of which all is decided that can be before work: who asks what of which model, at which level, applied how.</summary>
internal sealed class ChatJob
{
    private readonly byte[] _random = RandomNumberGenerator.GetBytes(ReceiptId.RandomSize + SaltSequence.SeedSize);

    internal ChatJob(DateTimeOffset received, long began)
    {
        Received = Started = received;
        Began = began;
        Id = ReceiptId.Create(received, _random.AsSpan(0, ReceiptId.RandomSize));
    }

    internal required ApiKey Caller { get; init; }

    internal required ChatModel Model { get; init; }

    /// <summary>As called, without level.</summary>
    internal required string Name { get; init; }

    /// <summary>What the body says.</summary>
    internal required ChatRequest Request { get; init; }

    /// <summary>How the backend will apply it.</summary>
    internal required ChatPlan Applied { get; init; }

    /// <summary>Its level and policy.</summary>
    internal required Plan Plan { get; init; }

    /// <summary>Its place in the application that asks; null: none does. Whoever enters it leaves it.</summary>
    internal ApplicationUse? Application { get; set; }

    /// <summary>The receipt's id, of which the answer's own is made.</summary>
    internal ReceiptId Id { get; }

    internal DateTimeOffset Received { get; }

    /// <summary>Timestamp of its arrival.</summary>
    internal long Began { get; }

    /// <summary>When the backend began.</summary>
    internal DateTimeOffset Started { get; set; }

    /// <summary>What only running showed; the last word counts.</summary>
    internal ChatRunReport Report { get; set; } = new();

    /// <summary>The receipt's salts follow from it, and the secret that opens it.</summary>
    internal ReadOnlyMemory<byte> Seed => _random.AsMemory(ReceiptId.RandomSize);

    internal string Secret => ReadSecret.Of(Seed.Span);

    /// <summary>How many choices there will be, or vectors.</summary>
    internal required int Choices { get; init; }

    /// <summary>How it is paid for; null: it is free.</summary>
    internal PaidFor? Paid { get; set; }

    /// <summary>Takes what it costs, once its receipt is durable and before its end leaves; null: nothing is taken here.</summary>
    internal Func<RunMeasure?, Task>? Charge { get; set; }

    /// <summary>Tokens that came, counted here: of a piece of text one; more if it has more logprobs, or four characters for each.</summary>
    internal long Pieces { get; set; }

    /// <summary>Why it broke off; null: it didn't.</summary>
    internal string? BrokenBy { get; set; }

    /// <summary>
    /// What is charged for; null: nothing, since this node failed. Where the backend counts no tokens (an answer that broke off, an upstream that doesn't),
    /// they are counted here: else it would cost nothing to leave just before the end.
    /// </summary>
    internal RunMeasure? Charged => BrokenBy is "chat/stopping" or "backend/failed" ? null : new RunMeasure(TimeSpan.Zero, Report.Usage?.PromptTokens ?? TokenEstimate.Of(Request), Report.Usage?.CompletionTokens ?? Pieces)
    {
        // A caller can bring about all of these: by leaving, by reading slowly, by asking for more than there is time or room for.
        IsPartial = BrokenBy is not (null or ChatClock.CallerGone or ChatClock.SlowReader or ChatClock.Overall or AnswerCollector.TooLong),
    };

    /// <summary>The member <c>id</c> of the answer.</summary>
    internal string AnswerId => Request.Kind switch { ChatKind.Chat => "chatcmpl-", ChatKind.Completion => "cmpl-", _ => "embd-" } + Id;
}
