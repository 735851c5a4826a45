using System.IO.Pipelines;
using Assay.Chat;
using Assay.Node.Errors;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>Answers chats: runs what was planned, and lets nothing out that has no durable receipt.</summary>
internal sealed class ChatService(ChatReceipts receipts, ProgressSigner signer, TimeProvider time)
{
    /// <summary>Answers as a whole.</summary>
    /// <param name="job">What was planned.</param>
    /// <param name="caller">The caller left: nothing was sent, so the work just ends.</param>
    /// <param name="stopping">The node stops.</param>
    internal async Task<(ChatReply? Reply, NodeError? Error)> AnswerAsync(ChatJob job, CancellationToken caller, CancellationToken stopping)
    {
        using ChatClock clock = new(job.Model.Limits, time, job.Began, caller, stopping);
        AnswerCollector collected = new(job);
        try
        {
            await foreach (ChatEvent item in Run(job, clock).ConfigureAwait(false))
            {
                collected.Add(AnswerText.Clean(item));
                clock.AwaitNext();
            }

            collected.RequireWhole();
        }
        catch (Exception e)
        {
            return (null, Failure(e, clock));
        }

        clock.Rest();
        ChatAnswer answer = collected.Answer();
        using AnswerWriter writer = new(job);
        byte[] body = writer.Whole(collected, answer);
        (Digest32 digest, NodeError? error) = await receipts.IssueAsync(job, answer, body, ReceiptPhase.Final).ConfigureAwait(false);
        return error is null ? (new ChatReply(job, body, digest), null) : (null, error);
    }

    /// <summary>Makes a stream's answer as a whole, for a caller who must pay before it leaves.</summary>
    /// <param name="job">What was planned.</param>
    /// <param name="caller">The caller left.</param>
    /// <param name="stopping">The node stops.</param>
    internal async Task<(ChatReply? Reply, NodeError? Error)> CollectStreamAsync(ChatJob job, CancellationToken caller, CancellationToken stopping)
    {
        using ChatClock clock = new(job.Model.Limits, time, job.Began, caller, stopping);
        using MemoryStream kept = new();
        PipeWriter writer = PipeWriter.Create(kept, new StreamPipeWriterOptions(leaveOpen: true));
        using ChatStream stream = Stream(job, clock, writer, isHeld: true);
        NodeError? error = await stream.RunAsync(static () => { }).ConfigureAwait(false);
        await writer.CompleteAsync().ConfigureAwait(false);
        return error is null ? (new ChatReply(job, kept.ToArray(), stream.Digest), null) : (null, error);
    }

    /// <summary>A stream, to be run.</summary>
    /// <param name="job">What was planned.</param>
    /// <param name="clock">What ends it.</param>
    /// <param name="caller">Where to.</param>
    /// <param name="isHeld">Whether nothing leaves before its receipt is durable.</param>
    internal ChatStream Stream(ChatJob job, ChatClock clock, PipeWriter caller, bool isHeld = false) => new(job, this, receipts, signer, time, clock, caller, isHeld);

    /// <summary>Begins the work.</summary>
    internal IAsyncEnumerable<ChatEvent> Run(ChatJob job, ChatClock clock)
    {
        job.Started = time.GetUtcNow();
        clock.AwaitFirst();
        return job.Model.Backend.RunAsync(job.Applied, report => job.Report = report, clock.Token);
    }

    /// <summary>What a failure of a run is to the caller.</summary>
    internal static NodeError Failure(Exception failure, ChatClock clock)
    {
        if (clock.Token.IsCancellationRequested)
        {
            return clock.Why();
        }

        if (failure is ChatBackendException known)
        {
            return new NodeError(known.Status, known.Code, known.Message) { IsFinal = known.IsFinal, RetryAfterSeconds = known.RetryAfterSeconds };
        }

        // Without its message, which may hold what was asked.
        Console.Error.WriteLine($"assay: chat: {failure.GetType()}{Environment.NewLine}{failure.StackTrace}");
        return new NodeError(500, "backend/failed", "The model's backend failed.", "The operator finds the reason in its log.");
    }
}
