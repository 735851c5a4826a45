using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>
/// The gate between a durable receipt and its answer: a policy with <c>after-evidence</c> lets the answer out only if the same
/// evaluator that callers use says that it is met by what the node has.
/// </summary>
internal sealed class ReleaseGate(IReadOnlyList<IEvidenceSource> sources, TimeProvider time)
{
    // For policies without a deadline: a source that never answers must not hold a request forever.
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    // For a source to say what it has when it is told that time is up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    // What issuing achieved. The checkpoint that covers the entry follows within the log's interval, and the caller checks it.
    private static readonly EvidenceFact[] Issued =
    [
        new(Question.Altered, QuestionStatus.Established, Basis.Signature),
        new(Question.Logged, QuestionStatus.Established, Basis.Log),
        new(Question.Model, QuestionStatus.Asserted, Basis.Operator),
        new(Question.ComputedRight, QuestionStatus.Asserted, Basis.Operator),
    ];

    /// <summary>What can be brought for this model before release, beyond what every answer has.</summary>
    internal PolicyCapabilities CapabilitiesFor(AnswerSource answered)
    {
        PolicyCapabilities all = PolicyCapabilities.None;
        foreach (IEvidenceSource source in sources)
        {
            all = all.Join(source.CapabilitiesFor(answered));
        }

        return all;
    }

    /// <summary>
    /// Whether an answer is held until it is decided about. Provisional evidence follows; and a receipt that has just been signed
    /// and logged is all that "signed" asks of a node.
    /// </summary>
    internal static bool Holds(PolicyDocument policy) => policy.Release == ReleaseRule.AfterEvidence && !ReferenceEquals(policy, PolicyDocument.For(VerificationLevel.Signed));

    /// <summary>Decides about a receipt that is durable.</summary>
    /// <param name="request">The answer.</param>
    /// <param name="began">Timestamp of the request's arrival.</param>
    /// <returns>Null: release it.</returns>
    internal async Task<Shortfall?> DecideAsync(EvidenceRequest request, long began)
    {
        PolicyDocument policy = request.Policy;
        if (!Holds(policy))
        {
            return null;
        }

        List<EvidenceFact> facts = [.. Issued];
        List<PeerReport> peers = [];
        List<string> notes = [];
        bool ended = false;
        if (PolicyEvaluator.Evaluate(policy, facts, PolicyCapabilities.Verifier).Outcome != PolicyOutcome.Met)
        {
            TimeSpan left = (policy.Deadline ?? LongestWait) - time.GetElapsedTime(began);
            left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            using CancellationTokenSource limit = new(left, time);
            foreach (Gathered found in await Task.WhenAll(sources.Select(source => GatherAsync(source, request, left + Grace, limit.Token))).ConfigureAwait(false))
            {
                facts.AddRange(found.Facts);
                peers.AddRange(found.Peers);
                notes.AddRange(found.Note is { } note ? [note] : []);
            }

            ended = limit.IsCancellationRequested;
        }

        PolicyResult result = PolicyEvaluator.Evaluate(policy, facts, PolicyCapabilities.Verifier.Join(CapabilitiesFor(request.Answered)));
        bool late = policy.Deadline is { } deadline && (ended || time.GetElapsedTime(began) > deadline);
        return result.Outcome == PolicyOutcome.Met && !late ? null : new Shortfall(request.Receipt, policy, facts, result.Unmet, late, peers) { Notes = notes };
    }

    private async Task<Gathered> GatherAsync(IEvidenceSource source, EvidenceRequest request, TimeSpan longest, CancellationToken cancellation)
    {
        try
        {
            return await source.GatherAsync(request, cancellation).WaitAsync(longest, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            // Too late is as good as nothing.
            return Gathered.Nothing;
        }
    }
}
