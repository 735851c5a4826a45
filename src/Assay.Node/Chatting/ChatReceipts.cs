using Assay.Chat;
using Assay.Log.Committing;
using Assay.Node.Attesting;
using Assay.Node.Errors;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Releasing;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>Makes receipts of chats (spec/chat.md), and asks the gate whether their answers may leave.</summary>
internal sealed class ChatReceipts(NodeIdentity identity, ChatCatalog catalog, ReceiptIssuer issuer, ReleaseGate release, WithheldReceipts withheld, TeeEvidence tee, TimeProvider time)
{
    /// <summary>Signs and logs a receipt; when this returns it is durable, and the gate has let the answer out, or there is an error.</summary>
    /// <param name="job">The request.</param>
    /// <param name="answer">What was answered, perhaps not to the end.</param>
    /// <param name="response">The answer as it is sent: the body, or the stream's transcript.</param>
    /// <param name="phase">Final, or abort.</param>
    internal async Task<(Digest32 Digest, NodeError? Error)> IssueAsync(ChatJob job, ChatAnswer answer, ReadOnlyMemory<byte> response, ReceiptPhase phase)
    {
        if (catalog.BeforeIssue is { } wait)
        {
            await wait(phase).ConfigureAwait(false);
        }

        PendingReceipt pending = Claim(job, answer, response.Span, phase);
        bool isHeld = phase == ReceiptPhase.Final && ReleaseGate.Holds(job.Plan.Policy);
        if (isHeld)
        {
            withheld.Hold(job.Id);
        }

        SubmitResult<IssuedEntry> issued = await issuer.IssueAsync(pending).ConfigureAwait(false);
        if (issued.Status != SubmitStatus.Committed)
        {
            withheld.Release(job.Id);
            return (default, IssueRefusals.Of(issued.Status));
        }

        if (phase == ReceiptPhase.Abort)
        {
            // Where even that can't be charged, it isn't.
            _ = await ChargeAsync(job).ConfigureAwait(false);
            return (issued.Value.Digest, null);
        }

        EvidenceRequest evidence = new(job.Id, issued.Value.LogIndex, pending.IssuedAt, job.Plan.Policy, new AnswerSource(null, job.Model.RunsHere)) { Digest = issued.Value.Digest };
        if (!isHeld)
        {
            // What was attested today can't be said tomorrow: the key will have gone.
            await tee.GatherAsync(evidence, CancellationToken.None).ConfigureAwait(false);
        }

        if (await release.DecideAsync(evidence, job.Began).ConfigureAwait(false) is { } shortfall)
        {
            withheld.Add(job.Id);
            return (issued.Value.Digest, new NodeError(424, "verification_shortfall", shortfall.Sentence(), "The receipt is logged, without its outputs being handed out.")
            {
                Shortfall = shortfall,
                ReceiptSecret = job.Secret,
                IsFinal = true,
            });
        }

        if (await ChargeAsync(job).ConfigureAwait(false) is { } uncharged)
        {
            return (issued.Value.Digest, uncharged);
        }

        withheld.Release(job.Id);
        job.Model.Times.Add(time.GetElapsedTime(job.Began));
        return (issued.Value.Digest, null);
    }

    /// <summary>A progress receipt's statement; signed elsewhere, never logged.</summary>
    internal ReceiptStatement Progress(ChatJob job, in Digest32 claimsRoot, in Digest32 outputRoot) => new()
    {
        KeySet = identity.KeySet.Digest,
        Id = job.Id,
        IssuedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Counter = 1,
        Policy = job.Plan.Policy.Digest,
        LevelSource = job.Plan.Source,
        ClaimsRoot = claimsRoot,
        OutputRoot = outputRoot,
        Phase = ReceiptPhase.Progress,
    };

    // Before its end leaves: whoever has a whole answer has paid for it.
    private static async Task<NodeError?> ChargeAsync(ChatJob job)
    {
        try
        {
            await (job.Charge?.Invoke(job.Charged) ?? Task.CompletedTask).ConfigureAwait(false);
            return null;
        }
        catch (PaymentStoreException)
        {
            return PaymentRefusals.StoreFaulted;
        }
    }

    private PendingReceipt Claim(ChatJob job, ChatAnswer answer, ReadOnlySpan<byte> response, ReceiptPhase phase)
    {
        ChatRequest request = job.Request;
        DateTimeOffset finished = time.GetUtcNow();
        IReadOnlyList<TensorValue> parts = answer.Parts();
        ClaimValues asked = ChatClaims.Of(job);
        ClaimValues values = asked with
        {
            RequestWireDigest = Digest32.Sha256(request.Body.Span),
            RequestMessages = [.. SealedMessage.SealAll(request, job.Seed).Select(static message => Digest32.Sha256(message))],
            RequestAttachments = ChatDigests.Attachments(request),
            OutputWireDigest = Digest32.Sha256(response),
            OutputParts = (ulong)parts.Count,
            OutputFinishReason = answer.Choices.Count == 0 ? null : [.. answer.Choices.Select(static choice => choice.FinishReason)],
            OutputToolCalls = ChatDigests.ToolCalls(answer),
            OutputLogprobs = ChatDigests.Logprobs(answer),
            OutputUsage = answer.Usage?.Text,
            TimeReceived = UnixTime.Microseconds(job.Received),
            TimeStarted = UnixTime.Microseconds(job.Started),
            TimeFinished = UnixTime.Microseconds(finished),
            PartiesNode = identity.KeySet.Origin,
            PartiesApiKey = job.Caller.Name,
            PaymentOffer = job.Paid?.Offer,
            PaymentPayload = job.Paid?.Payload,
            PaymentPrice = job.Paid?.Price(job.Charged),
            LineageRelation = new ChatLineage(request.Continues is not null, job.Application?.Name, job.Application?.NumberOf(ChatConfiguration.Of(asked)) ?? 0).Text,
            LineageReceipts = request.Continues is { } before && Digest32.TryParseHex(before, out Digest32 digest) ? [digest] : null,
        };

        // No publisher's statement: what is known of a chat model is in the leaves.
        (Digest32 claimsRoot, Digest32 outputRoot, byte[] content) = ClaimsScratch.Own.Build(job.Seed.Span, values, parts, request.Body.Span, response, default);
        return new PendingReceipt
        {
            Id = job.Id,
            IssuedAt = finished.ToUnixTimeMilliseconds(),
            ApiKey = job.Caller.Name,
            Plan = job.Plan,
            ClaimsRoot = claimsRoot,
            OutputRoot = outputRoot,
            Content = content,
            SizeBucket = SizeBucket.Undisclosed,
            Phase = phase,
        };
    }
}
