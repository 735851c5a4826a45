namespace Assay.Chat;

/// <summary>What computes answers: a model in this process, or somebody else's server. It never signs, and knows nothing of receipts.</summary>
public interface IChatBackend : IDisposable
{
    /// <summary>What receipts say of it, and what it can do.</summary>
    ChatBackendInfo Info { get; }

    /// <summary>
    /// Says how a request will be applied, before any work and payment: every parameter as it will count, and everything that is changed, dropped,
    /// chosen or injected. Fast, without I/O.
    /// </summary>
    /// <returns>The plan; null with the reason if a member of the request can't have its effect.</returns>
    ChatPlan? Plan(ChatRequest request, out ChatFault? fault);

    /// <summary>
    /// Answers. Events come as soon as they are known, at least one <see cref="ChatEvent"/> with a finish reason for each choice, then the end.
    /// Cancellation stops the work. After an exception nothing comes any more; <see cref="ChatBackendException"/> says why, with a stable code.
    /// </summary>
    /// <param name="plan">What was planned.</param>
    /// <param name="report">Called once what only running shows is known, at the latest before the last event.</param>
    /// <param name="cancellation">Nobody wants the answer any more.</param>
    IAsyncEnumerable<ChatEvent> RunAsync(ChatPlan plan, Action<ChatRunReport> report, CancellationToken cancellation);
}
